/** Removes what nothing reads: values, registers, empty branches and loops. Emission hoists freely and relies on it. */
import { type Stmt, constantOf, unary } from '../ir/code.ts';
import { mapStmt, namesRead, visitStmts } from '../ir/code-walk.ts';

export function removeDead(body: readonly Stmt[]): readonly Stmt[] {
  let current = body;
  for (;;) {
    const read = namesRead(current);
    let removed = false;
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
    const clean = (list: readonly Stmt[]): readonly Stmt[] => list.flatMap((s) => {
      const inner = mapStmt(s, (e) => e, clean);
      if (isDead(inner)) { removed = true; return []; }
      return [inner.kind === 'if' && inner.then.length === 0 ? { ...inner, cond: unary('not', inner.cond), then: inner.else, else: [] } : inner];
    });
    current = clean(current);
    if (!removed) return declareAtFirst(current);
  }
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
      if (first.kind !== 'assign' || first.guard !== undefined || first.target.kind !== 'name' || namesRead([first]).has(s.name)) continue;
      const again = result.some((x, m) => m > at && assigns([x], s.name));
      result[at] = again ? { kind: 'var', name: s.name, type: s.type, value: first.value } : { kind: 'let', name: s.name, value: first.value };
    }
    result.splice(n--, 1);
  }
  return result;
}

function mentions(s: Stmt, name: string): boolean {
  return namesRead([s]).has(name) || assigns([s], name);
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
