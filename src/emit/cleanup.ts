/** Removes what nothing reads: values, registers, empty branches and loops. Emission hoists freely and relies on it. */
import { type CodeExpr, type Stmt, binary, constantOf, unary } from '../ir/code.ts';
import { mapChildren, mapStmt, namesRead, namesReadIn, visitExpr, visitExprs, visitStmts } from '../ir/code-walk.ts';

export function removeDead(body: readonly Stmt[]): readonly Stmt[] {
  let current = body;
  for (;;) {
    const read = namesRead(current);
    let removed = false;
    // Roles name the same coordinates, each for itself.
    const again = repeatedLets(current);
    const isUnread = (s: Stmt, list: readonly Stmt[], n: number): boolean => s.kind === 'let' && again.has(s.name) && !list.slice(n + 1).some((x) => namesReadIn(x).has(s.name));
    const isDead = (s: Stmt): boolean => {
      switch (s.kind) {
        case 'let': case 'var': case 'array': return !read.has(s.name);
        case 'assign': return !read.has(s.target.kind === 'name' ? s.target.name : s.target.array);
        case 'loadVector': return !read.has(s.array);
        case 'for': return s.body.every((x) => x.kind === 'comment');
        case 'if': return s.then.length === 0 && s.else.length === 0;
        default: return false;
      }
    };
    const clean = (list: readonly Stmt[]): readonly Stmt[] => {
      const kept = list.flatMap((s, n) => {
        const inner = mapStmt(s, (e) => e, clean);
        if (isDead(inner) || isUnread(inner, list, n)) { removed = true; return []; }
        const holds = inner.kind === 'if' ? known(inner.cond) : undefined;
        if (inner.kind === 'if' && holds !== undefined) {
          const taken = holds ? inner.then : inner.else;
          if (!taken.some((x) => x.kind === 'let' || x.kind === 'var' || x.kind === 'array')) return [...taken];
        }
        return [inner.kind === 'if' && inner.then.length === 0 ? { ...inner, cond: unary('not', inner.cond), then: inner.else, else: [] } : inner];
      });
      return kept.length === list.length && kept.every((s, n) => s === list[n]) ? list : kept;
    };
    current = clean(current);
    if (!removed) return declareAtFirst(inlineOnce(current));
  }
}

/** Names that several blocks give to a value of their own. */
function repeatedLets(body: readonly Stmt[]): ReadonlySet<string> {
  const found = new Set<string>(), again = new Set<string>();
  visitStmts(body, (s) => { if (s.kind === 'let') (found.has(s.name) ? again : found).add(s.name); });
  return again;
}

/** The outcome of a comparison of numbers. */
function known(e: CodeExpr): boolean | undefined {
  const [a, b] = e.kind === 'binary' ? [constantOf(e.a), constantOf(e.b)] : [undefined, undefined];
  if (e.kind !== 'binary' || a === undefined || b === undefined) return undefined;
  return e.op === 'le' ? a <= b : e.op === 'lt' ? a < b : undefined;
}

/** An index that is computed for one other value of the same block alone becomes part of it. */
function inlineOnce(body: readonly Stmt[]): readonly Stmt[] {
  const uses = new Map<string, number>();
  visitExprs(body, (e) => { if (e.kind === 'name') uses.set(e.name, (uses.get(e.name) ?? 0) + 1); });
  const declared = new Map<string, number>();
  visitStmts(body, (s) => { if (s.kind === 'let') declared.set(s.name, (declared.get(s.name) ?? 0) + 1); });
  const go = (list: readonly Stmt[]): readonly Stmt[] => {
    const values = new Map<string, CodeExpr>();
    const replace = (e: CodeExpr): CodeExpr => {
      if (e.kind === 'name') return values.get(e.name) ?? e;
      const mapped = mapChildren(e, replace);
      return mapped.kind === 'binary' && mapped.type === 'index' ? binary(mapped.op, mapped.a, mapped.b) : mapped;
    };
    const lets = new Map(list.flatMap((s) => (s.kind === 'let' ? [[s.name, s] as const] : [])));
    return list.flatMap((s, n): readonly Stmt[] => {
      const here = s.kind === 'let' && s.value.type === 'index' ? mapStmt(s, replace, go) : mapStmt(s, (e) => e, go);
      if (here.kind !== 'let' || here.value.type !== 'index' || here.guard !== undefined || uses.get(here.name) !== 1 || declared.get(here.name) !== 1) return [here];
      const user = list.find((x, m) => m > n && namesReadIn(x).has(here.name));
      if (user?.kind !== 'let' || user.value.type !== 'index' || !lets.has(user.name) || weight(here.value) > 4) return [here];
      values.set(here.name, here.value);
      return [];
    });
  };
  return go(body);
}
/** Operators in an expression. */
export function weight(e: CodeExpr): number {
  let n = 0;
  visitExpr(e, (x) => { if (x.kind === 'binary') n++; });
  return n;
}

/** Moves declarations without a value to the first statement that fills them, where that is in the same block and nothing else mentions them before. */
export function declareAtFirst(body: readonly Stmt[]): readonly Stmt[] {
  const result: Stmt[] = body.map((s) => mapStmt(s, (e) => e, declareAtFirst));
  for (let n = 0; n < result.length; n++) {
    const s = result[n]!;
    if (s.kind !== 'array' && !(s.kind === 'var' && s.value === undefined)) continue;
    const at = result.findIndex((x, m) => m > n && mentions(x, s.name));
    const first = result[at];
    if (first === undefined) continue;
    if (s.kind === 'array') {
      if (first.kind !== 'loadVector' || first.array !== s.name || constantOf(first.at) !== 0) continue;
      const whole = s.type === 'u32' ? undefined : first.count === s.length;
      if (whole !== true) continue;
      result[at] = { ...first, declares: { type: s.type, length: s.length } };
    } else {
      if (first.kind !== 'assign' || first.target.kind !== 'name' || namesReadIn(first).has(s.name)) continue;
      const again = result.some((x, m) => m > at && assigns([x], s.name));
      if (again && first.guard !== undefined) continue;
      result[at] = again ? { kind: 'var', name: s.name, type: s.type, value: first.value } : { kind: 'let', name: s.name, value: first.value, ...(first.guard === undefined ? {} : { guard: first.guard }) };
    }
    result.splice(n--, 1);
  }
  return result;
}

function mentions(s: Stmt, name: string): boolean {
  return namesReadIn(s).has(name) || assigns([s], name);
}
function assigns(list: readonly Stmt[], name: string): boolean {
  let found = false;
  visitStmts(list, (s) => {
    if (s.kind === 'assign') found ||= (s.target.kind === 'name' ? s.target.name : s.target.array) === name;
    if (s.kind === 'loadVector') found ||= s.array === name;
    if (s.kind === 'call') found ||= s.args.some((a) => a.kind === 'registers' && a.array === name);
  });
  return found;
}
