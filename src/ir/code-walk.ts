/** Walks over thread code: children of nodes, mapping, and the names that a piece of code uses. */
import { unreachable } from '../diagnostics/bug.ts';
import type { CodeExpr, Guard, Place, Stmt, WrapperArg } from './code.ts';

/** Calls `f` with the expression's direct children. */
function eachChild(e: CodeExpr, f: (child: CodeExpr) => void): void {
  switch (e.kind) {
    case 'const': case 'name': case 'builtin': return;
    case 'element': case 'load': f(e.index); return;
    case 'unary': case 'convert': case 'round': case 'swizzle': case 'widen': f(e.a); return;
    case 'binary': f(e.a); f(e.b); return;
    case 'select': f(e.cond); f(e.then); f(e.else); return;
    case 'unpack': f(e.word); return;
    case 'apply': for (const a of e.args) f(a); return;
    case 'pack': for (const v of e.values) f(v); return;
    case 'exchange': f(e.a); f(e.mask); return;
    default: unreachable(e);
  }
}

/** The list mapped; itself where nothing changed. */
function mapAll<T>(list: readonly T[], f: (x: T) => T): readonly T[] {
  let changed = false;
  const mapped = list.map((x) => { const y = f(x); changed ||= y !== x; return y; });
  return changed ? mapped : list;
}

/** The expression with its direct children replaced; itself where none is. */
export function mapChildren(e: CodeExpr, f: (child: CodeExpr) => CodeExpr): CodeExpr {
  switch (e.kind) {
    case 'const': case 'name': case 'builtin': return e;
    case 'element': case 'load': { const index = f(e.index); return index === e.index ? e : { ...e, index }; }
    case 'unary': case 'convert': case 'round': case 'swizzle': case 'widen': { const a = f(e.a); return a === e.a ? e : { ...e, a }; }
    case 'binary': { const a = f(e.a), b = f(e.b); return a === e.a && b === e.b ? e : { ...e, a, b }; }
    case 'select': {
      const cond = f(e.cond), then = f(e.then), otherwise = f(e.else);
      return cond === e.cond && then === e.then && otherwise === e.else ? e : { ...e, cond, then, else: otherwise };
    }
    case 'unpack': { const word = f(e.word); return word === e.word ? e : { ...e, word }; }
    case 'apply': { const args = mapAll(e.args, f); return args === e.args ? e : { ...e, args }; }
    case 'pack': { const values = mapAll(e.values, f); return values === e.values ? e : { ...e, values }; }
    case 'exchange': { const a = f(e.a), mask = f(e.mask); return a === e.a && mask === e.mask ? e : { ...e, a, mask }; }
    default: return unreachable(e);
  }
}

/** Visits the expression and everything below it, outermost first. */
export function visitExpr(e: CodeExpr, visit: (e: CodeExpr) => void): void {
  visit(e);
  eachChild(e, (child) => visitExpr(child, visit));
}

function mapPlace(p: Place, f: (e: CodeExpr) => CodeExpr): Place {
  const mapped = f(p);
  return mapped.kind === 'name' || mapped.kind === 'element' ? mapped : p;
}
function mapGuard(g: Guard | undefined, f: (e: CodeExpr) => CodeExpr): Guard | undefined {
  if (g === undefined) return undefined;
  const cond = f(g.cond), otherwise = f(g.otherwise);
  return cond === g.cond && otherwise === g.otherwise ? g : { cond, otherwise };
}
function mapArg(a: WrapperArg, f: (e: CodeExpr) => CodeExpr): WrapperArg {
  switch (a.kind) {
    case 'value': { const value = f(a.value); return value === a.value ? a : { ...a, value }; }
    case 'registers': { const at = f(a.at); return at === a.at ? a : { ...a, at }; }
    case 'memory': { const index = f(a.index); return index === a.index ? a : { ...a, index }; }
    case 'address': { const index = a.index && f(a.index); return index === a.index || index === undefined ? a : { ...a, index }; }
    default: return unreachable(a);
  }
}

/** The statement with its own expressions replaced by `f` and its bodies by `inner`; itself where nothing is. */
export function mapStmt(s: Stmt, f: (e: CodeExpr) => CodeExpr, inner: (body: readonly Stmt[]) => readonly Stmt[]): Stmt {
  switch (s.kind) {
    case 'comment': case 'array': case 'barrier': return s;
    case 'let': {
      const value = f(s.value), guard = mapGuard(s.guard, f);
      return value === s.value && guard === s.guard ? s : { ...s, value, ...(guard && { guard }) };
    }
    case 'var': {
      if (s.value === undefined) return s;
      const value = f(s.value);
      return value === s.value ? s : { ...s, value };
    }
    case 'assign': {
      const target = mapPlace(s.target, f), value = f(s.value), guard = mapGuard(s.guard, f);
      return target === s.target && value === s.value && guard === s.guard ? s : { ...s, target, value, ...(guard && { guard }) };
    }
    case 'store': { const index = f(s.index), value = f(s.value); return index === s.index && value === s.value ? s : { ...s, index, value }; }
    case 'loadVector': case 'storeVector': {
      const index = f(s.index), at = f(s.at), guard = mapGuard(s.guard, f);
      return index === s.index && at === s.at && guard === s.guard ? s : { ...s, index, at, ...(guard && { guard }) };
    }
    case 'leave': { const cond = f(s.cond); return cond === s.cond ? s : { ...s, cond }; }
    case 'for': { const count = f(s.count), body = inner(s.body); return count === s.count && body === s.body ? s : { ...s, count, body }; }
    case 'if': {
      const cond = f(s.cond), then = inner(s.then), otherwise = inner(s.else);
      return cond === s.cond && then === s.then && otherwise === s.else ? s : { ...s, cond, then, else: otherwise };
    }
    case 'call': { const args = mapAll(s.args, (a) => mapArg(a, f)); return args === s.args ? s : { ...s, args }; }
    default: return unreachable(s);
  }
}

/** Calls `f` with the statement's own expressions and `inner` with its bodies. */
export function eachPart(s: Stmt, f: (e: CodeExpr) => void, inner: (body: readonly Stmt[]) => void): void {
  switch (s.kind) {
    case 'comment': case 'array': case 'barrier': return;
    case 'let': f(s.value); break;
    case 'var': if (s.value !== undefined) f(s.value); return;
    case 'assign': f(s.target); f(s.value); break;
    case 'store': f(s.index); f(s.value); return;
    case 'loadVector': case 'storeVector': f(s.index); f(s.at); break;
    case 'leave': f(s.cond); return;
    case 'for': f(s.count); inner(s.body); return;
    case 'if': f(s.cond); inner(s.then); inner(s.else); return;
    case 'call': for (const a of s.args) eachArg(a, f); return;
    default: unreachable(s);
  }
  if (s.guard !== undefined) { f(s.guard.cond); f(s.guard.otherwise); }
}
function eachArg(a: WrapperArg, f: (e: CodeExpr) => void): void {
  switch (a.kind) {
    case 'value': f(a.value); return;
    case 'registers': f(a.at); return;
    case 'memory': f(a.index); return;
    case 'address': if (a.index !== undefined) f(a.index); return;
    default: unreachable(a);
  }
}
const nothing = (): void => undefined;

/** Visits every statement, outer before inner. */
export function visitStmts(body: readonly Stmt[], visit: (s: Stmt) => void): void {
  for (const s of body) {
    visit(s);
    eachPart(s, nothing, (inner) => visitStmts(inner, visit));
  }
}

/** Visits every expression of the statements and below; targets of assignments are visited too. */
export function visitExprs(body: readonly Stmt[], visit: (e: CodeExpr) => void): void {
  for (const s of body) eachPart(s, (e) => visitExpr(e, visit), (inner) => visitExprs(inner, visit));
}

const readIn = new WeakMap<Stmt, ReadonlySet<string>>();

/** Names of scalars and arrays that the statement and those in it read (an assigned scalar alone is not read). Kept for each statement, which never changes. */
export function namesReadIn(s: Stmt): ReadonlySet<string> {
  const known = readIn.get(s);
  if (known !== undefined) return known;
  const read = new Set<string>();
  const expr = (e: CodeExpr): void => visitExpr(e, (x) => {
    if (x.kind === 'name') read.add(x.name);
    if (x.kind === 'element') read.add(x.array);
  });
  const inner = (body: readonly Stmt[]): void => { for (const x of body) for (const name of namesReadIn(x)) read.add(name); };
  if (s.kind === 'assign') {
    if (s.target.kind === 'element') expr(s.target.index);
    expr(s.value);
    if (s.guard) { expr(s.guard.cond); expr(s.guard.otherwise); }
  } else eachPart(s, expr, inner);
  if (s.kind === 'storeVector') read.add(s.array);
  if (s.kind === 'call') for (const a of s.args) if (a.kind === 'registers') read.add(a.array);
  readIn.set(s, read);
  return read;
}

/** Names that the statements read. */
export function namesRead(body: readonly Stmt[]): Set<string> {
  const read = new Set<string>();
  for (const s of body) for (const name of namesReadIn(s)) read.add(name);
  return read;
}
