/** Parts of a float expression that occur again and again in one statement get a name in front of it: nobody reads them twice. */
import { type CodeExpr, type Stmt, name } from '../ir/code.ts';
import { mapChildren, mapStmt, visitExpr, visitExprs, visitStmts } from '../ir/code-walk.ts';

/** Occurrences from which a part of so many operators is named. */
const often = 3;

/** @param taken names that the text uses outside of the statements */
export function nameRepeated(body: readonly Stmt[], taken: Iterable<string>): readonly Stmt[] {
  const used = new Set<string>(taken);
  visitExprs(body, (e) => { if (e.kind === 'name') used.add(e.name); if (e.kind === 'element') used.add(e.array); });
  visitStmts(body, (s) => { if (s.kind === 'let' || s.kind === 'var' || s.kind === 'array') used.add(s.name); if (s.kind === 'for') used.add(s.variable); });
  const fresh = (): string => {
    for (let n = 1; ; n++) {
      const text = n === 1 ? 'part' : `part${n}`;
      if (!used.has(text)) { used.add(text); return text; }
    }
  };
  const go = (list: readonly Stmt[]): readonly Stmt[] => list.flatMap((s): readonly Stmt[] => {
    if ((s.kind !== 'let' && s.kind !== 'assign' && s.kind !== 'store') || ('guard' in s && s.guard !== undefined)) return [mapStmt(s, (e) => e, go)];
    const lets: Stmt[] = [];
    let { value } = s;
    for (let part = mostRepeated(value); part !== undefined; part = mostRepeated(value)) {
      const key = JSON.stringify(part), text = fresh(), named = name('f32', text);
      const replace = (e: CodeExpr): CodeExpr => (e.type === 'f32' && JSON.stringify(e) === key ? named : mapChildren(e, replace));
      lets.push({ kind: 'let', name: text, value: part });
      value = replace(value);
    }
    return lets.length === 0 ? [s] : [...lets, { ...s, value }];
  });
  return go(body);
}

/** The largest part that occurs often enough. What reads memory stays where it is, since a condition may guard it. */
function mostRepeated(e: CodeExpr): CodeExpr | undefined {
  const counts = new Map<string, { readonly part: CodeExpr; count: number }>();
  visitExpr(e, (x) => {
    if (x.type !== 'f32' || x.kind !== 'binary') return;
    const key = JSON.stringify(x), known = counts.get(key);
    if (known === undefined) counts.set(key, { part: x, count: 1 }); else known.count++;
  });
  let best: string | undefined;
  for (const [key, { part, count }] of counts) if (count >= often && key.length > (best?.length ?? 0) && !readsMemory(part)) best = key;
  return best === undefined ? undefined : counts.get(best)?.part;
}

function readsMemory(e: CodeExpr): boolean {
  let found = false;
  visitExpr(e, (x) => { found ||= x.kind === 'load' || x.kind === 'exchange' || x.kind === 'unpack'; });
  return found;
}
