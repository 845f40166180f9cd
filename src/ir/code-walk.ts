/** Walks over thread code: children of nodes, mapping, and the names that a piece of code uses. */
import { unreachable } from '../diagnostics/bug.ts';
import type { CodeExpr, Guard, Place, Stmt, WrapperArg } from './code.ts';

/** The expression with its direct children replaced. */
export function mapChildren(e: CodeExpr, f: (child: CodeExpr) => CodeExpr): CodeExpr {
  switch (e.kind) {
    case 'const': case 'name': case 'builtin': return e;
    case 'element': case 'load': return { ...e, index: f(e.index) };
    case 'unary': case 'convert': case 'round': case 'swizzle': case 'widen': return { ...e, a: f(e.a) };
    case 'binary': return { ...e, a: f(e.a), b: f(e.b) };
    case 'select': return { ...e, cond: f(e.cond), then: f(e.then), else: f(e.else) };
    case 'unpack': return { ...e, word: f(e.word) };
    case 'apply': return { ...e, args: e.args.map(f) };
    case 'pack': return { ...e, values: e.values.map(f) };
    case 'exchange': return { ...e, a: f(e.a), mask: f(e.mask) };
    default: return unreachable(e);
  }
}

/** Visits the expression and everything below it, outermost first. */
export function visitExpr(e: CodeExpr, visit: (e: CodeExpr) => void): void {
  visit(e);
  mapChildren(e, (child) => { visitExpr(child, visit); return child; });
}

function mapPlace(p: Place, f: (e: CodeExpr) => CodeExpr): Place {
  const mapped = f(p);
  return mapped.kind === 'name' || mapped.kind === 'element' ? mapped : p;
}
const mapGuard = (g: Guard | undefined, f: (e: CodeExpr) => CodeExpr): { guard?: Guard } => (g === undefined ? {} : { guard: { cond: f(g.cond), otherwise: f(g.otherwise) } });
function mapArg(a: WrapperArg, f: (e: CodeExpr) => CodeExpr): WrapperArg {
  switch (a.kind) {
    case 'value': return { ...a, value: f(a.value) };
    case 'registers': return { ...a, at: f(a.at) };
    case 'memory': return { ...a, index: f(a.index) };
    case 'address': return a.index === undefined ? a : { ...a, index: f(a.index) };
    default: return unreachable(a);
  }
}

/** The statement with its own expressions replaced by `f` and its bodies by `inner`. */
export function mapStmt(s: Stmt, f: (e: CodeExpr) => CodeExpr, inner: (body: readonly Stmt[]) => readonly Stmt[]): Stmt {
  switch (s.kind) {
    case 'comment': case 'array': case 'barrier': return s;
    case 'let': return { ...s, value: f(s.value), ...mapGuard(s.guard, f) };
    case 'var': return s.value === undefined ? s : { ...s, value: f(s.value) };
    case 'assign': return { ...s, target: mapPlace(s.target, f), value: f(s.value), ...mapGuard(s.guard, f) };
    case 'store': return { ...s, index: f(s.index), value: f(s.value) };
    case 'loadVector': case 'storeVector': return { ...s, index: f(s.index), at: f(s.at), ...mapGuard(s.guard, f) };
    case 'leave': return { ...s, cond: f(s.cond) };
    case 'for': return { ...s, count: f(s.count), body: inner(s.body) };
    case 'if': return { ...s, cond: f(s.cond), then: inner(s.then), else: inner(s.else) };
    case 'call': return { ...s, args: s.args.map((a) => mapArg(a, f)) };
    default: return unreachable(s);
  }
}

/** Visits every statement, outer before inner. */
export function visitStmts(body: readonly Stmt[], visit: (s: Stmt) => void): void {
  for (const s of body) {
    visit(s);
    mapStmt(s, (e) => e, (inner) => { visitStmts(inner, visit); return inner; });
  }
}

/** Visits every expression of the statements and below; targets of assignments are visited too. */
export function visitExprs(body: readonly Stmt[], visit: (e: CodeExpr) => void): void {
  for (const s of body) mapStmt(s, (e) => { visitExpr(e, visit); return e; }, (inner) => { visitExprs(inner, visit); return inner; });
}

/** Names of scalars and arrays that the statements read (an assigned scalar alone is not read). */
export function namesRead(body: readonly Stmt[]): Set<string> {
  const read = new Set<string>();
  const expr = (e: CodeExpr): void => visitExpr(e, (x) => {
    if (x.kind === 'name') read.add(x.name);
    if (x.kind === 'element') read.add(x.array);
  });
  visitStmts(body, (s) => {
    if (s.kind === 'assign') {
      if (s.target.kind === 'element') expr(s.target.index);
      expr(s.value);
      if (s.guard) { expr(s.guard.cond); expr(s.guard.otherwise); }
      return;
    }
    mapStmt(s, (e) => { expr(e); return e; }, (inner) => inner);
    if (s.kind === 'storeVector') read.add(s.array);
    if (s.kind === 'call') for (const a of s.args) if (a.kind === 'registers') read.add(a.array);
  });
  return read;
}
