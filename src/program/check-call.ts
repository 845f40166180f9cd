/** Calls: sizes of the callee from the shapes of its arguments, and whether everything fits. */
import type * as ast from '../../grammar/ast.ts';
import { extentOf, printExtent } from '../check/extents.ts';
import { similarNames } from '../check/suggest.ts';
import { isFloat } from '../ir/dtype.ts';
import { proveEqual, proveNonNegative } from '../ir/index-facts.ts';
import { coefficient, floorDiv, type IndexExpr, isConst, num, size, sizesOf, sub, substitute } from '../ir/index-expr.ts';
import { actualOf, type Actual, extentScope, type Scope } from './check-args.ts';
import type { Passed } from './program.ts';
import { type Callee, type Formal, typeText, type Value } from './values.ts';

/** A call that was understood: its sizes, its arguments, and the types of its results. */
export interface Understood { readonly callee: Callee; readonly sizes: Readonly<Record<string, IndexExpr>>; readonly args: readonly Passed[]; readonly results: readonly Formal[] }

/** The callee's sizes get names that no size of the program has while both stand in one expression. */
const foreign = (e: IndexExpr): IndexExpr => substitute(e, (a) => (a.kind === 'size' ? size(`${a.id}'`) : undefined));

export function understand(call: ast.Call, callee: Callee, scope: Scope): Understood | undefined {
  const { context } = scope;
  const { reporter } = context;
  const known = explicitSizes(call, callee, scope);
  const actuals = call.args.map((a) => actualOf(a, scope));
  if (call.args.length !== callee.params.length) {
    reporter.report('TDSL0171', { callee: callee.name, expected: callee.params.map((p) => p.name), found: call.args.length }, call.span);
    return undefined;
  }
  if (known === undefined || actuals.some((a) => a === undefined)) return undefined;
  const at = (e: IndexExpr): IndexExpr => substitute(foreign(e), (a) => (a.kind === 'size' ? known.get(a.id) : undefined));
  const pairs = callee.params.flatMap((p, i) => { const actual = actuals[i]; return actual === undefined ? [] : [{ formal: p, actual }]; });
  if (!pairs.every(({ formal, actual }) => fits(formal, actual, callee, scope))) return undefined;
  // A pin to one value tells the size as well.
  for (const s of callee.sizes) { const [only] = s.pinned ?? []; if (s.pinned?.length === 1 && only !== undefined && !known.has(`${s.name}'`)) known.set(`${s.name}'`, num(only)); }
  solve(pairs, known, at);
  const sizes: Record<string, IndexExpr> = {};
  for (const s of callee.sizes) {
    const value = known.get(`${s.name}'`);
    if (value === undefined) reporter.report('TDSL0174', { callee: callee.name, size: s.name }, call.callee.span);
    else {
      sizes[s.name] = value;
      const given = isConst(value);
      if (given === undefined || s.pinned === undefined || s.pinned.includes(given)) continue;
      reporter.report('TDSL0172', { callee: callee.name, name: s.name, expected: `a size of ${s.pinned.join(' or ')}`, found: String(given) }, call.callee.span);
      return undefined;
    }
  }
  if (Object.keys(sizes).length < callee.sizes.length) return undefined;
  const isLoopFree = (e: IndexExpr): boolean => ![...sizesOf(e)].some((id) => scope.variables.has(id));
  let whole = true;
  for (const { formal, actual } of pairs) if (actual.kind === 'value' && !agrees(formal, actual, callee, scope, at, isLoopFree)) whole = false;
  for (const f of callee.facts) {
    const e = at(f.expr);
    const value = isConst(e);
    if (value !== undefined ? (f.relation === 'zero' ? value === 0 : value >= 0) : f.relation === 'nonneg' && proveNonNegative(e, context.sizeFacts)) continue;
    if (value !== undefined) {
      reporter.report('TDSL0172', { callee: callee.name, name: f.text, expected: 'a condition of its signature', found: `${f.relation === 'zero' ? '0 ==' : '0 <='} ${value}, which does not hold` }, call.span);
      whole = false;
    } else if (isLoopFree(e)) context.facts.push({ ...f, expr: e, text: `${f.text} in ${callee.name}` });
  }
  if (!whole) return undefined;
  const substituted = (p: Formal): Formal => ({ ...p, parts: p.parts.map((t) => ({ ...t, shape: t.shape.map(at), limit: t.limit && at(t.limit) })) });
  return { callee, sizes, args: pairs.flatMap(({ formal, actual }) => passed(formal, actual)), results: callee.results.map(substituted) };
}

function explicitSizes(call: ast.Call, callee: Callee, scope: Scope): Map<string, IndexExpr> | undefined {
  const { reporter } = scope.context;
  const known = new Map<string, IndexExpr>();
  let whole = true;
  call.sizes.forEach((s, i) => {
    const name = s.name?.name ?? callee.sizeParams[i];
    const all = callee.sizes.map((x) => x.name);
    const value = extentOf(s.value, extentScope(scope));
    if (name === undefined || !all.includes(name)) {
      reporter.report('TDSL0101', { name: name ?? `size ${i + 1}`, similar: similarNames(name ?? '', all) }, s.span);
      whole = false;
    } else if (value === undefined) whole = false;
    else known.set(`${name}'`, value);
  });
  return whole ? known : undefined;
}

/** Rank, dtype and format, which do not depend on sizes. */
function fits({ name, parts, format, group, access }: Formal, actual: Actual, callee: Callee, { context }: Scope): boolean {
  const expected = typeText(parts, format);
  const unfit = (found: string): false => {
    context.reporter.report('TDSL0172', { callee: callee.name, name, expected, found }, actual.span);
    return false;
  };
  const [first] = parts;
  if (first === undefined) return false;
  if (actual.kind !== 'value') {
    const found = actual.kind === 'number' ? `the number ${actual.value}` : `the size ${printExtent(actual.value)}`;
    // A harness writes numbers of these types.
    if (access !== 'read' || format !== undefined || first.shape.length > 0 || !['f32', 'i32', 'u32', 'i16', 'u16', 'i8', 'u8', 'bool'].includes(first.dtype)) return unfit(found);
    return isFloat(first.dtype) || actual.kind === 'index' || Number.isInteger(actual.value) || unfit(found);
  }
  const { value } = actual;
  const given = value.parts[0];
  const found = typeText(value.parts, value.format, value.at.length);
  const sameGroups = format === undefined || (group.length === value.group.length - value.at.length && group.every((g, i) => g === value.group[i + value.at.length]));
  if (given === undefined || value.format !== format || given.dtype !== first.dtype || given.shape.length - value.at.length !== first.shape.length) return unfit(found);
  return sameGroups || unfit(`${found} in groups of another length`);
}

/** Finds sizes that are the only unknown of an extent and affine in it. */
function solve(pairs: readonly { readonly formal: Formal; readonly actual: Actual }[], known: Map<string, IndexExpr>, at: (e: IndexExpr) => IndexExpr): void {
  for (let before = -1; before !== known.size;) {
    before = known.size;
    for (const { formal, actual } of pairs) {
      if (actual.kind !== 'value') continue;
      formal.parts[0]?.shape.forEach((extent, i) => {
        const given = actual.value.parts[0]?.shape[i + actual.value.at.length];
        const e = at(extent);
        const open = [...sizesOf(e)].filter((id) => id.endsWith("'"));
        const [only] = open;
        const factor = only === undefined || open.length > 1 ? undefined : coefficient(e, only, 'size');
        if (given === undefined || only === undefined || factor === undefined || isConst(factor) === 0) return;
        const rest = substitute(e, (a) => (a.kind === 'size' && a.id === only ? num(0) : undefined));
        known.set(only, isConst(factor) === 1 ? sub(given, rest) : floorDiv(sub(given, rest), factor));
      });
    }
  }
}

/** Extents and ranges, once the sizes are known. What cannot be decided here is a condition of the program, or of the call in its loop. */
function agrees(formal: Formal, actual: Extract<Actual, { kind: 'value' }>, callee: Callee, scope: Scope, at: (e: IndexExpr) => IndexExpr, isLoopFree: (e: IndexExpr) => boolean): boolean {
  const { context } = scope;
  const { value } = actual;
  const [first] = formal.parts;
  const given = value.parts[0];
  if (first === undefined || given === undefined) return false;
  const unfit = (expected: string): false => {
    context.reporter.report('TDSL0172', { callee: callee.name, name: formal.name, expected, found: typeText(value.parts, value.format, value.at.length) }, actual.span);
    return false;
  };
  const shape = first.shape.map(at);
  if (first.place !== given.place) return unfit(typeText([{ ...first, shape, limit: first.limit && at(first.limit) }], formal.format));
  const all = shape.every((e, i) => {
    const found = given.shape[i + value.at.length];
    if (found === undefined) return false;
    if (proveEqual(e, found, context.sizeFacts)) return true;
    if (isConst(sub(e, found)) !== undefined) return unfit(typeText([{ ...first, shape, limit: first.limit && at(first.limit) }], formal.format));
    if (isLoopFree(sub(e, found))) context.requireEqual(e, found, `dimension ${i + 1} of ${formal.name} in ${callee.name}, ${printExtent(e)}, must be ${printExtent(found)}`);
    return true;
  });
  if (!all || first.limit === undefined || formal.access === 'write') return all;
  const limit = at(first.limit);
  // Values below a smaller limit are below a larger one.
  if (given.limit !== undefined && (given.limit.key === limit.key || proveNonNegative(sub(limit, given.limit), context.sizeFacts))) return true;
  return unfit(typeText([{ ...first, shape, limit }], formal.format));
}

function passed(formal: Formal, actual: Actual): Passed[] {
  return formal.parts.flatMap((t, i): Passed[] => {
    const base = { name: t.name, access: formal.access };
    if (actual.kind === 'number') return [{ ...base, argument: { kind: 'number', value: actual.value, dtype: t.dtype } }];
    if (actual.kind === 'index') return [{ ...base, argument: { kind: 'index', value: actual.value, dtype: t.dtype } }];
    const part = actual.value.parts[i];
    return part === undefined ? [] : [{ ...base, argument: { kind: 'slice', slice: { tensor: part.name, at: actual.value.at } } }];
  });
}

/** Whether a result, whose shape is in the program's sizes by now, can be stored in a tensor that is there. */
export function resultFits(formal: Formal, value: Value, callee: Callee, scope: Scope): boolean {
  const actual = { kind: 'value', value, span: value.span } as const;
  const whole = { ...formal, access: 'write' as const };
  const isLoopFree = (e: IndexExpr): boolean => ![...sizesOf(e)].some((id) => scope.variables.has(id));
  if (!fits(whole, actual, callee, scope) || !agrees(whole, actual, callee, scope, (e) => e, isLoopFree)) return false;
  const limit = value.parts[0]?.limit;
  const given = formal.parts[0]?.limit;
  if (limit === undefined || (given !== undefined && (given.key === limit.key || proveNonNegative(sub(limit, given), scope.context.sizeFacts)))) return true;
  scope.context.reporter.report('TDSL0172', { callee: callee.name, name: formal.name, expected: typeText(formal.parts, formal.format), found: typeText(value.parts, value.format, value.at.length) }, value.span);
  return false;
}
