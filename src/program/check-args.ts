/** Arguments of calls: from syntax to slices, numbers and size expressions. */
import type * as ast from '../../grammar/ast.ts';
import type { KernelContext } from '../check/context.ts';
import { extentOf, type ExtentScope, printExtent } from '../check/extents.ts';
import { similarNames } from '../check/suggest.ts';
import type { Span } from '../diagnostics/span.ts';
import { proveInside } from '../ir/index-facts.ts';
import { type IndexExpr, isConst, num, size, sizesOf, sub } from '../ir/index-expr.ts';
import type { Binding, Value } from './values.ts';

export type Actual =
  | { readonly kind: 'value'; readonly value: Value; readonly span: Span }
  | { readonly kind: 'number'; readonly value: number; readonly span: Span }
  | { readonly kind: 'index'; readonly value: IndexExpr; readonly span: Span };

/** What one place of a program knows: its names, and the variables of the loops around it. */
export interface Scope { readonly context: KernelContext; readonly names: ReadonlyMap<string, Binding>; readonly variables: ReadonlySet<string> }

/** Sizes and loop variables in an extent or position. */
export function extentScope({ context, names }: Scope): ExtentScope {
  return {
    size: (name, span) => {
      const found = names.get(name);
      if (found?.kind === 'size') return found.index;
      if (found === undefined) unknownName(name, span, context, names, (b) => b.kind === 'size');
      else if (found.kind !== 'broken') context.reporter.report('TDSL0114', { name, what: found.kind === 'state' ? 'a state' : 'a tensor', use: 'this must be made of sizes' }, span);
      return undefined;
    },
    divisor: (by) => { if (![...sizesOf(by)].some((id) => isVariable(id, names))) context.requireDivisor(by); },
    report: (code, params, span, extra) => context.reporter.report(code, params, span, extra),
  };
}

const isVariable = (id: string, names: Scope['names']): boolean => ![...names.values()].some((b) => b.kind === 'size' && b.index.key === id);

export function unknownName(name: string, span: Span, context: KernelContext, names: Scope['names'], wanted: (b: Binding) => boolean = () => true): void {
  const similar = similarNames(name, [...names].filter(([, b]) => wanted(b)).map(([n]) => n));
  const [only] = similar;
  context.reporter.report('TDSL0101', { name, similar }, span, { edits: similar.length === 1 && only !== undefined ? [{ span, text: only }] : [] });
}

/** The tensor that an expression names, with the positions it fixes; undefined where a mistake was reported. */
export function valueOf(e: ast.Expr, scope: Scope): Value | undefined {
  const { context, names } = scope;
  switch (e.kind) {
    case 'name': {
      const found = names.get(e.name);
      if (found?.kind === 'value') return found.value;
      if (found === undefined) unknownName(e.name, e.span, context, names);
      else if (found.kind === 'state') context.reporter.report('TDSL0170', { what: `the whole state \`${e.name}\``, instead: `name a field: \`${e.name}.${[...found.fields.keys()][0] ?? 'K'}\`` }, e.span);
      else if (found.kind === 'size') context.reporter.report('TDSL0114', { name: e.name, what: 'a size', use: 'a tensor is wanted here' }, e.span);
      return undefined;
    }
    case 'field': return e.base.kind === 'name' ? fieldOf(e.base, e.field, scope) : wrong(e, scope);
    case 'index': {
      const base = valueOf(e.base, scope);
      if (e.outside !== undefined) context.reporter.report('TDSL0170', { what: '`else`', instead: 'positions are checked' }, e.outside.span);
      return base && fixed(base, e.positions, e.span, scope);
    }
    default: return wrong(e, scope);
  }
}

function wrong(e: ast.Expr, { context }: Scope): undefined {
  const what = e.kind === 'axis' ? `\`${e.op}\`` : e.kind === 'call' ? `a call within an expression` : 'arithmetic on tensors';
  context.reporter.report('TDSL0170', { what, instead: e.kind === 'call' ? 'give its result a name with `let` first' : 'it belongs in a kernel' }, e.span);
  return undefined;
}

/** `cache.K` */
export function fieldOf(base: { readonly name: string; readonly span: Span }, field: ast.Ident, { context, names }: Scope): Value | undefined {
  const found = names.get(base.name);
  if (found === undefined) { unknownName(base.name, base.span, context, names, (b) => b.kind === 'state'); return undefined; }
  if (found.kind === 'broken') return undefined;
  if (found.kind !== 'state') {
    context.reporter.report('TDSL0170', { what: `a field of \`${base.name}\``, instead: `it is ${found.kind === 'size' ? 'a size' : 'a tensor'}, and only states have fields` }, field.span);
    return undefined;
  }
  const value = found.fields.get(field.name);
  if (value === undefined) context.reporter.report('TDSL0178', { state: found.state, field: field.name, similar: similarNames(field.name, found.fields.keys()) }, field.span);
  return value;
}

/** A tensor with leading positions fixed, which must be inside. */
export function fixed(base: Value, positions: readonly ast.Expr[], span: Span, scope: Scope): Value | undefined {
  const { context } = scope;
  const rank = (base.parts[0]?.shape.length ?? 0) - base.at.length;
  if (positions.length > rank) {
    context.reporter.report('TDSL0202', { name: base.name, dims: rank, got: positions.length }, span);
    return undefined;
  }
  const at: IndexExpr[] = [];
  for (const [i, p] of positions.entries()) {
    const e = extentOf(p, extentScope(scope));
    const dim = base.at.length + i;
    const extent = base.parts[0]?.shape[dim];
    if (e === undefined || extent === undefined) return undefined;
    if (base.group[dim] !== undefined) {
      context.reporter.report('TDSL0170', { what: `a position along the groups of \`${base.name}\``, instead: 'only dimensions without groups can be fixed' }, p.span);
      return undefined;
    }
    const beyond = sub(sub(extent, num(1)), e);
    const isKnown = (x: IndexExpr): boolean => (isConst(x) ?? 0) >= 0;
    if (![...sizesOf(e), ...sizesOf(extent)].some((id) => scope.variables.has(id)) && isKnown(e) && isKnown(beyond)) {
      // Whether sizes of a run agree is for the run to find.
      const text = `position ${printExtent(e)} of ${base.name} must be inside its ${printExtent(extent)}`;
      context.require(e, text);
      context.require(beyond, text);
    } else if (!proveInside(e, extent, context.sizeFacts)) {
      const names = new Map([...scope.names].flatMap(([name, b]) => (b.kind === 'size' ? [[b.index.key, name] as const] : [])));
      context.reporter.report('TDSL0203', { index: printExtent(e, (atom) => names.get(size(atom.id).key) ?? atom.id), tensor: base.name, dim: dim + 1, extent: printExtent(extent), why: 'nothing shows that it stays inside' }, p.span);
      return undefined;
    }
    at.push(e);
  }
  return { ...base, at: [...base.at, ...at], span };
}

/** One argument of a call. */
export function actualOf(e: ast.Expr, scope: Scope): Actual | undefined {
  const literal = literalOf(e);
  if (literal !== undefined) return { kind: 'number', value: literal, span: e.span };
  const isSize = e.kind === 'binary' || e.kind === 'unary' || e.kind === 'call' || (e.kind === 'name' && scope.names.get(e.name)?.kind === 'size');
  if (isSize && !mentionsTensor(e, scope)) {
    const index = extentOf(e, extentScope(scope));
    return index && { kind: 'index', value: index, span: e.span };
  }
  const value = valueOf(e, scope);
  return value && { kind: 'value', value, span: e.span };
}

function literalOf(e: ast.Expr): number | undefined {
  if (e.kind === 'int' || e.kind === 'float') return e.value;
  if (e.kind === 'bool') return e.value ? 1 : 0;
  if (e.kind !== 'unary' || e.op !== '-') return undefined;
  const inner = literalOf(e.operand);
  return inner === undefined ? undefined : -inner;
}

function mentionsTensor(e: ast.Expr, scope: Scope): boolean {
  switch (e.kind) {
    case 'name': { const found = scope.names.get(e.name); return found?.kind === 'value' || found?.kind === 'state'; }
    case 'unary': return mentionsTensor(e.operand, scope);
    case 'binary': return mentionsTensor(e.left, scope) || mentionsTensor(e.right, scope);
    case 'call': return !['min', 'max', 'ceildiv'].includes(e.callee.name) || e.args.some((a) => mentionsTensor(a, scope));
    default: return e.kind !== 'int' && e.kind !== 'float';
  }
}
