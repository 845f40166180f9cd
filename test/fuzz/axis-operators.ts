/** Operators over axes: reductions with conditions and accumulators, argmax, softmax, running sums and positions by rank. */
import { atom, type Axis, compound, type Draft, inside, type Piece, type Scope, type Value } from './draft.ts';
import type { Extent } from './extent.ts';
import { make, makeBool, makeFloat, makeWhole, within } from './values.ts';

const axisNames = 'klrstcdo'.split('');

/** New indices for an operator. Their ranges follow from what the body reads, or are written by `binders`. */
export function newAxes(draft: Draft, scope: Scope, count: number, extents?: readonly Extent[]): Axis[] {
  const { random } = draft;
  const taken = new Set([...scope.axes.map((a) => a.name), ...draft.readable.map((t) => t.name)]);
  const axes: Axis[] = [];
  for (let i = 0; i < count; i++) {
    const dims = draft.readable.flatMap((t) => t.dims).filter((d) => !scope.axes.some((a) => a.extent.key === d.key));
    const extent = extents?.[i] ?? (dims.length > 0 && random.chance(0.55) ? random.pick(dims) : draft.extent());
    const name = random.pick(axisNames.filter((n) => !taken.has(n)));
    taken.add(name);
    axes.push({ name, extent, alone: new Set(), loose: new Set() });
  }
  return axes;
}

/** `k` where what the body reads gives its range, `k: K` where it does not, and sometimes all the same. */
export function binder(draft: Draft, a: Axis): string {
  const implied = a.alone.size === 1 && a.alone.has(a.extent.key);
  return implied && draft.random.chance(0.75) ? a.name : `${a.name}: ${a.extent.text}`;
}

export function enter(scope: Scope, axes: readonly Axis[]): Scope {
  return { ...scope, axes: [...scope.axes, ...axes], loops: [...scope.loops, ...axes.map((a) => a.extent)], reductions: scope.reductions + 1 };
}

/** Axes that an operator may keep. */
const kept = (scope: Scope): readonly Axis[] => scope.axes.filter((a) => a.piece !== true);

/** What the loops around an expression come to, roughly. */
const lengthOf = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * (a.extent.constant ?? 64), 1);

function condition(draft: Draft, inner: Scope, axes: readonly Axis[]): string {
  const { random } = draft;
  const k = axes[0]?.name ?? '';
  const others = inner.axes.filter((a) => !axes.includes(a));
  const lengths = draft.readable.filter((t) => t.value === 'i32' && t.dims.length === 1 && others.some((a) => a.extent.key === t.dims[0]?.key));
  return random.weighted<() => string>([
    [others.length > 0 ? 3 : 0, () => `${k} <= ${random.pick(others).name}${random.pick(['', '', ' + 1', ' - 2'])}`],
    [others.length > 0 ? 1 : 0, () => `${k} > ${random.pick(others).name}`],
    [1, () => `${k} ${random.pick(['<', '>=', '!='])} ${random.pick(['1', '3', '6'])}`],
    [0.6, () => `${k} % ${random.pick(['2', '3'])} == 0`],
    [lengths.length > 0 ? 2 : 0, () => { const t = random.pick(lengths); t.uses++; return `${k} < ${t.name}[${others.find((a) => a.extent.key === t.dims[0]?.key)?.name ?? '0'}]`; }],
    [1.5, () => makeBool(draft, inner, 1).text],
  ])();
}

export function axisOperator(draft: Draft, scope: Scope, fuel: number, value: 'f32' | 'bool' = 'f32'): Piece | undefined {
  const { random } = draft;
  if (value === 'f32' && draft.softmaxesLeft > 0 && kept(scope).length > 0 && random.chance(0.25)) return softmax(draft, scope, fuel);
  if (draft.reductionsLeft <= 0 || scope.reductions >= 2) return undefined;
  draft.reductionsLeft--;
  if (value === 'f32' && draft.isOrdered && kept(scope).length > 0 && random.chance(0.3)) return random.chance(0.6) ? scan(draft, scope, fuel) : topk(draft, scope, fuel);
  const axes = newAxes(draft, scope, random.weighted([[6, 1], [2, 2], [0.4, 3]]));
  const inner = enter(scope, axes);
  draft.countWork(inner.loops);
  const where = random.chance(0.25) ? condition(draft, inner, axes) : undefined;
  if (value === 'bool') {
    const body = makeBool(draft, inner, fuel - 1);
    return atom(`(${random.pick(['any', 'all'])}(${head(draft, axes, where)}) ${inside(body)})`, 1);
  }
  const n = lengthOf(axes);
  const op = random.weighted([[8, 'sum'], [2.5, 'max'], [2, 'min'], [1, 'mean'], [0.8, 'logsumexp'], [0.6, 'prod']] as const);
  const body = makeFloat(draft, inner, fuel - 1);
  switch (op) {
    case 'sum': return random.chance(0.06) ? operator(draft, 'sum<f16>', axes, where, within(body, 30000 / n), 3e4) : operator(draft, op, axes, where, body, body.magnitude * n);
    case 'max': case 'min': return where !== undefined || axes.some((a) => a.extent.constant === undefined && a.extent.text.includes('-'))
      // Nothing to choose from gives the lowest number there is, which must not be computed with.
      ? atom(`clamp(${operator(draft, op, axes, where, within(body, 1e4), 1e4).text}, -1e4, 1e4)`, 1e4) : operator(draft, op, axes, where, body, body.magnitude);
    case 'mean': return operator(draft, op, axes, where, body, body.magnitude);
    case 'logsumexp': return atom(`max(${operator(draft, op, axes, where, within(body, 1e3), 1e3).text}, -1e4)`, 1e4);
    case 'prod': return operator(draft, op, axes, where, { text: `(1 + ${inside(within(body, 0.01))})`, atom: true, magnitude: 1.01 }, 1.01 ** Math.min(n, 300));
  }
}

const head = (draft: Draft, axes: readonly Axis[], where: string | undefined): string => `${axes.map((a) => binder(draft, a)).join(', ')}${where === undefined ? '' : ` where ${where}`}`;

function operator(draft: Draft, op: string, axes: readonly Axis[], where: string | undefined, body: Piece, magnitude: number): Piece {
  return atom(`(${op}(${head(draft, axes, where)}) ${inside(body)})`, magnitude);
}

/** The value of a softmax at one of the indices in scope. */
function softmax(draft: Draft, scope: Scope, fuel: number): Piece {
  const { random } = draft;
  draft.softmaxesLeft--;
  const axis = random.pick(kept(scope));
  draft.countWork([...scope.loops, axis.extent]);
  const where = random.chance(0.35) ? ` where ${condition(draft, scope, [axis])}` : '';
  const body = within(makeFloat(draft, { ...scope, reductions: scope.reductions + 1 }, fuel - 1), 50);
  return atom(`(softmax(${axis.name}${where}) ${inside(body)})`, 1);
}

/** The sum up to one of the indices in scope. */
function scan(draft: Draft, scope: Scope, fuel: number): Piece {
  const { random } = draft;
  const axis = random.pick(kept(scope));
  draft.countWork([...scope.loops, axis.extent]);
  const where = random.chance(0.35) ? ` where ${condition(draft, scope, [axis])}` : '';
  const n = lengthOf([axis]);
  const body = within(makeFloat(draft, { ...scope, reductions: scope.reductions + 1 }, fuel - 1), 1e4);
  return atom(`(scan(${axis.name}${where}) ${inside(body)})`, body.magnitude * n);
}

/** The position of the value whose rank one of the indices in scope is; a condition allows for fewer values than ranks. */
function topk(draft: Draft, scope: Scope, fuel: number): Piece {
  const { random } = draft;
  const rank = random.pick(kept(scope));
  const axes = newAxes(draft, scope, 1);
  const inner = enter(scope, axes);
  draft.countWork([...inner.loops, ...axes.map((a) => a.extent)]);
  const where = condition(draft, inner, axes);
  const body = make(draft, random.chance(0.5) ? 'f32' : 'i32', inner, fuel - 1);
  return atom(`(topk(${axes.map((a) => binder(draft, a)).join(', ')} -> ${rank.name} where ${where}) ${inside(body)})`, 128);
}

export function wholeAxisOperator(draft: Draft, scope: Scope, fuel: number): Piece | undefined {
  const { random } = draft;
  if (draft.reductionsLeft <= 0 || scope.reductions >= 2) return undefined;
  draft.reductionsLeft--;
  const op = random.weighted([[5, 'sum'], [1.5, 'max'], [1.5, 'min'], [2, 'argmax'], [1.5, 'argmin'], [0.5, 'prod'], [1, 'count'], [draft.isOrdered && kept(scope).length > 0 ? 3 : 0, 'topk']] as const);
  if (op === 'topk') return topk(draft, scope, fuel);
  const axes = newAxes(draft, scope, op === 'argmax' || op === 'argmin' ? 1 : random.weighted([[6, 1], [2, 2]]));
  const inner = enter(scope, axes);
  draft.countWork(inner.loops);
  const where = random.chance(0.25) ? condition(draft, inner, axes) : undefined;
  const body = (value: Value): Piece => make(draft, value, inner, fuel - 1);
  switch (op) {
    case 'count': { const cond = makeBool(draft, inner, fuel - 1); return atom(`(sum(${head(draft, axes, where)}) i32(${cond.text}))`, lengthOf(axes)); }
    case 'argmax': case 'argmin': { const x = body(random.chance(0.5) ? 'f32' : 'i32'); return atom(`(${op}(${head(draft, axes, where)}) ${inside(x)})`, 128); }
    case 'sum': { const x = makeWhole(draft, inner, fuel - 1); return operator(draft, op, axes, where, x, x.magnitude * lengthOf(axes)); }
    default: { const x = makeWhole(draft, inner, fuel - 1); return compound(operator(draft, op, axes, where, x, 2 ** 31).text, 2 ** 31); }
  }
}
