/**
 * Index products and conditions that do not change within a loop are computed before it (`const row1 = (m + 1) * K`, `const inside1 = m + 1 < M`). Compilers of
 * CUDA and WGSL do that themselves; JavaScript engines do not.
 */
import { type CodeExpr, type Stmt, name } from '../ir/code.ts';
import { mapChildren, mapStmt, visitExpr, visitExprs, visitStmts } from '../ir/code-walk.ts';

export function hoistInvariants(body: readonly Stmt[], isTaken: ReadonlySet<string>): readonly Stmt[] {
  const taken = new Set(isTaken);
  const fresh = (wanted: string): string => {
    for (let n = 0; ; n++) {
      const text = `${wanted}${n}`;
      if (!taken.has(text)) { taken.add(text); return text; }
    }
  };
  // Outer loops first, so that a value goes as far out as it can at once.
  const go = (list: readonly Stmt[]): readonly Stmt[] => list.flatMap((s): readonly Stmt[] => {
    if (s.kind !== 'for') return [mapStmt(s, (e) => e, go)];
    const changing = namesChanged(s.body).add(s.variable);
    // Conditions are worth it where a loop within asks them again and again.
    const asked = new Set<string>();
    visitStmts(s.body, (x) => { if (x.kind === 'for') visitExprs(x.body, (e) => { if (e.type === 'bool') asked.add(JSON.stringify(e)); }); });
    const isInLoop = (e: CodeExpr): boolean => asked.has(JSON.stringify(e)) || !s.body.some((x) => x.kind === 'for');
    const found = new Map<string, { readonly name: string; readonly value: CodeExpr }>();
    const replace = (e: CodeExpr): CodeExpr => {
      if (e.kind === 'binary' && isInvariant(e, changing) && (e.type === 'index' ? hasProduct(e) : e.type === 'bool' && isInLoop(e))) {
        const key = JSON.stringify(e);
        const known = found.get(key) ?? { name: fresh(e.type === 'bool' ? 'inside' : 'row'), value: e };
        found.set(key, known);
        return name(e.type, known.name);
      }
      return mapChildren(e, replace);
    };
    const rest = (b: readonly Stmt[]): readonly Stmt[] => b.map((x) => mapStmt(x, replace, rest));
    const replaced = rest(s.body);
    return [...[...found.values()].map((h): Stmt => ({ kind: 'let', name: h.name, value: h.value })), { ...s, body: go(replaced) }];
  });
  return go(body);
}

function namesChanged(body: readonly Stmt[]): Set<string> {
  const changed = new Set<string>();
  visitStmts(body, (s) => {
    if (s.kind === 'let' || s.kind === 'var' || s.kind === 'array') changed.add(s.name);
    if (s.kind === 'for') changed.add(s.variable);
    if (s.kind === 'assign') changed.add(s.target.kind === 'name' ? s.target.name : s.target.array);
  });
  return changed;
}

function isInvariant(e: CodeExpr, changing: ReadonlySet<string>): boolean {
  let invariant = true;
  visitExpr(e, (x) => {
    if (x.kind === 'name') invariant &&= !changing.has(x.name);
    if (x.kind === 'element' || x.kind === 'load' || x.kind === 'exchange') invariant = false;
  });
  return invariant;
}

/** Worth a name: a product of two things that the text does not know. */
function hasProduct(e: CodeExpr): boolean {
  let found = false;
  visitExpr(e, (x) => { found ||= x.kind === 'binary' && (x.op === 'mul' || x.op === 'div' || x.op === 'rem') && x.a.kind !== 'const' && x.b.kind !== 'const'; });
  return found;
}
