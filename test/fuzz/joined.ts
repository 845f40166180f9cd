/** `concat`: pieces joined along an axis, each a tensor or an expression at its own place within the piece. */
import { newAxes } from './axis-operators.ts';
import { type Axis, compound, type Draft, inside, type Piece, type Value } from './draft.ts';
import type { Extent } from './extent.ts';
import { namesWhole, scopeOf, spatial } from './statements.ts';
import { make } from './values.ts';

/** One piece: what it reads gives its range, so there is always something that it reads at its own place. */
function piece(draft: Draft, around: readonly Axis[], name: string, extent: Extent, order: readonly number[], value: Value): { readonly text: string; readonly magnitude: number } {
  const { random } = draft;
  const own: Axis = { name, extent, alone: new Set(), loose: new Set(), digit: true, piece: true };
  const axes = order.map((i) => (i < around.length ? around[i] : own)).filter((a): a is Axis => a !== undefined);
  const dims = axes.map((a) => a.extent);
  const known = draft.readable.filter((t) => t.value === value && t.dims.length === dims.length && t.dims.every((d, i) => d.key === dims[i]?.key));
  if (known.length > 0 || random.chance(0.5)) {
    const t = known.length > 0 && random.chance(0.7) ? random.pick(known) : value === 'f32' && random.chance(0.25) ? draft.quantised(dims, random.below(dims.length)) : draft.input(dtypeFor(draft, value), dims);
    t.uses++;
    if (random.chance(0.6)) return { text: random.chance(0.6) ? t.name : `${t.name}[${axes.map((a) => a.name).join(', ')}]`, magnitude: t.magnitude };
  }
  const scope = scopeOf([...around, own]);
  draft.reductionsLeft = random.chance(0.2) ? 1 : 0;
  draft.countWork(scope.loops);
  const made: Piece = make(draft, value, scope, random.between(0, 2));
  if (own.alone.size === 1 && own.alone.has(extent.key)) return made;
  const t = draft.input(dtypeFor(draft, value), [extent]);
  t.uses++;
  const read = `${t.name}[${name}]`;
  return value === 'bool' ? compound(`${inside(made)} or ${read}`, 1) : compound(`${inside(made)} + ${read}`, made.magnitude + t.magnitude);
}

const dtypeFor = (draft: Draft, value: Value): string => draft.random.pick(value === 'bool' ? ['bool'] : value === 'f32' ? ['f32', 'f16', 'bf16'] : ['i32', 'i8', 'u8']);

/** `let v[m: M, k] = concat(k) { A; B[m, k] * 2 }` */
export function joinedLet(draft: Draft, name: string): string {
  const { random } = draft;
  const value = random.weighted<Value>([[6, 'f32'], [2, 'i32'], [0.5, 'bool']]);
  const around = spatial(draft, Array.from({ length: random.weighted([[2, 0], [5, 1], [1, 2]]) }, () => draft.extent()));
  const extents = Array.from({ length: random.weighted([[6, 2], [2, 3]]) }, () => draft.extent());
  const [joined] = newAxes(draft, scopeOf(around), 1, extents);
  const k = joined?.name ?? 'k';
  const order = random.shuffled([...around.keys(), around.length]);
  const pieces = extents.map((e) => piece(draft, around, k, e, order, value));
  const total = extents.reduce((a, b) => a.plus(b));
  const axes = order.map((i) => around[i] ?? { name: k, extent: total });
  const written = axes.map((a) => (a.name === k && random.chance(0.7) ? k : `${a.name}: ${a.extent.text}`));
  draft.countWork(axes.map((a) => a.extent));
  draft.lets.push({ name, dtype: value, value, dims: axes.map((a) => a.extent), limit: undefined, magnitude: Math.max(...pieces.map((p) => p.magnitude)), format: false, isLet: true, mayBeWhole: value === 'f32' && pieces.every((p) => namesWhole(draft, p.text)), uses: 0 });
  return `let ${name}[${written.join(', ')}] = concat(${k}) { ${pieces.map((p) => p.text).join('; ')} }`;
}
