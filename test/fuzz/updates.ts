/** Updates in place: scatters through positions that are read, appended and interleaved parts, and values that are combined with what is there. */
import { type Axis, type Draft, inside, type Piece, type Tensor, type Value, valueOfDtype } from './draft.ts';
import { Extent } from './extent.ts';
import { spatial, stored, valueFor } from './statements.ts';
import { within } from './values.ts';

export interface MadeUpdate { readonly statements: readonly string[]; readonly output: { readonly name: string; readonly type: string; readonly dtype: string; readonly dims: readonly Extent[] } | undefined }
interface Target { readonly name: string; readonly dtype: string }
type Combine = '+=' | 'max=' | 'min=' | '=';

const size = (draft: Draft): Extent => Extent.of(draft.random.pick(draft.sizes));
const names = (axes: readonly Axis[]): string => axes.map((a) => a.name).join(', ');

/** Types that an operator takes. */
function dtypeFor(draft: Draft, op: Combine): string {
  const { random } = draft;
  switch (op) {
    case '+=': return random.weighted([[5, 'f32'], [1, 'f16'], [1, 'bf16'], [4, 'i32'], [1, 'u32']] as const);
    case '=': return random.weighted([[5, 'f32'], [2, 'f16'], [2, 'bf16'], [2, 'i32'], [1, 'i8'], [1, 'u8'], [0.7, 'int4'], [0.7, 'bool'], [0.5, 'i16']] as const);
    case 'max=': case 'min=': return random.weighted([[4, 'f32'], [1, 'f16'], [1, 'bf16'], [3, 'i32'], [1, 'i8'], [1, 'u8'], [0.7, 'u32'], [0.5, 'uint4']] as const);
  }
}
const combine = (draft: Draft): Combine => draft.random.weighted<Combine>([[4, '+='], [2, 'max='], [2, 'min=']]);

/**
 * A value over the axes, in what the target stores. `reads`: axes whose range nothing else gives, so that it is read here; `read`: those whose range is that of a
 * position's own index.
 */
function valueOver(draft: Draft, axes: readonly Axis[], dtype: string, reads: readonly Axis[] = [], read: readonly Axis[] = []): Piece {
  const value = valueOfDtype(dtype);
  const own = axes.map((a) => (reads.includes(a) || read.includes(a) ? { ...a, digit: true } : a));
  const made = valueFor(draft, own, value);
  const open = own.filter((a) => reads.some((r) => r.name === a.name) &&  !(a.alone.size === 1 && a.alone.has(a.extent.key)));
  const whole = open.length === 0 ? made : joinRead(draft, made, open, value);
  return stored(draft, value === 'f32' ? within(whole, 1e3) : whole, dtype);
}
function joinRead(draft: Draft, made: Piece, open: readonly Axis[], value: Value): Piece {
  const t = draft.input(value === 'f32' ? draft.random.pick(['f32', 'f16', 'bf16']) : value, open.map((a) => a.extent));
  t.uses++;
  const read = `${t.name}[${names(open)}]`;
  return value === 'bool' ? { text: `${inside(made)} or ${read}`, atom: false, magnitude: 1 } : { text: `${inside(made)} + ${read}`, atom: false, magnitude: made.magnitude + t.magnitude };
}

/** What is updated: a tensor of the caller, or an output that an earlier statement has filled. Each element looks through the axes of `over` for what it gets. */
function target(draft: Draft, dtype: string, dims: readonly Extent[], over: readonly Extent[], statements: string[]): { readonly target: Target; readonly output: MadeUpdate['output'] } {
  draft.countWork([...dims, ...over]);
  if (draft.random.chance(0.7)) return { target: draft.input(dtype, dims, undefined, 'inout'), output: undefined };
  const axes = spatial(draft, dims);
  const name = 'U0';
  statements.push(`${name}[${names(axes)}] = ${draft.random.chance(0.5) && dtype !== 'bool' ? '0' : valueOver(draft, axes, dtype).text}`);
  return { target: { name, dtype }, output: { name, dtype, dims, type: `${dtype}[${dims.map((d) => d.text).join(', ')}]` } };
}

/** Rows go to their slots: `K[b, slot[b, t], d] = …`; slots of a row differ, as there are more of them than rows. */
function scatter(draft: Draft): MadeUpdate {
  const { random } = draft;
  const [T, N] = [size(draft), size(draft)];
  const room = random.chance(0.5) ? T.plus(N) : T.plus(random.between(1, 5));
  const outer = random.chance(0.5) ? [draft.extent()] : [], inner = random.chance(0.6) ? [draft.extent()] : [];
  const axes = spatial(draft, [...outer, T, ...inner]);
  const b = axes.slice(0, outer.length), t = axes[outer.length], d = axes.slice(outer.length + 1);
  if (t === undefined) throw new RangeError('no axis');
  const slot = draft.input('i32', [...b, t].map((a) => a.extent), room);
  const at = `${slot.name}[${names([...b, t])}]`;
  slot.uses++;
  if (inner.length > 0 && random.chance(0.25)) {
    const format = draft.format();
    draft.countWork([...outer, room, ...inner, T]);
    const cache = draft.inFormat(format, [...outer, room, ...inner], outer.length + 1, true);
    // Groups along the last dimension alone: a row is written whole.
    const declared = draft.inputTypes.at(-1)?.replace(/\[([^\]]*)\]/, () => `[${[...[...outer, room].map((e) => e.text), `${inner[0]?.text ?? ''} by ${draft.groups()}`].join(', ')}]`);
    if (declared !== undefined) draft.inputTypes.splice(-1, 1, declared);
    return { statements: [`${cache.name}[${[...b.map((a) => a.name), at, ...d.map((a) => a.name)].join(', ')}] = ${within(valueOver(draft, axes, 'f32', [], [t]), 100).text}`], output: undefined };
  }
  const statements: string[] = [];
  const dtype = dtypeFor(draft, '=');
  const made = target(draft, dtype, [...outer, room, ...inner], [T], statements);
  statements.push(`${made.target.name}[${[...b.map((a) => a.name), at, ...d.map((a) => a.name)].join(', ')}] = ${valueOver(draft, axes, dtype, [], [t]).text}`);
  return { statements, output: made.output };
}

/** Several values for one element, through positions that are read: in range by their type, or left out where they are not there. */
function accumulate(draft: Draft, isSure: boolean): MadeUpdate {
  const { random } = draft;
  const op = combine(draft), dtype = dtypeFor(draft, op);
  const [T, E] = [size(draft), random.chance(0.8) ? size(draft) : draft.extent()];
  const outer = random.chance(0.35) ? [draft.extent()] : [], inner = random.chance(0.5) ? [draft.extent()] : [];
  const axes = spatial(draft, [...outer, T, ...inner]);
  const b = axes.slice(0, outer.length), t = axes[outer.length], d = axes.slice(outer.length + 1);
  if (t === undefined) throw new RangeError('no axis');
  const isRanged = isSure || random.chance(0.7);
  const place = draft.input(isRanged ? random.pick(['i32', 'i32', 'i16', 'u32']) : 'i32', [...b, t].map((a) => a.extent), isRanged ? E : undefined);
  place.uses++;
  const read = `${place.name}[${names([...b, t])}]`;
  const at = isRanged ? read : random.pick([read, `${read} + 1`, `max(${read}, -1)`, `${read} % ${E.inside}`, `min(max(${read}, 0), ${E.inside} - 1)`]);
  const statements: string[] = [];
  const made = target(draft, dtype, [...outer, E, ...inner], [T], statements);
  statements.push(`${made.target.name}[${[...b.map((a) => a.name), at, ...d.map((a) => a.name)].join(', ')}] ${op} ${valueOver(draft, axes, dtype, [], [t]).text}`);
  return { statements, output: made.output };
}

/** Positions that follow a length that is read: `K[b, len[b] + t, d] = …` */
function append(draft: Draft): MadeUpdate {
  const { random } = draft;
  const [T, N] = [size(draft), size(draft)];
  const op: Combine = random.chance(0.7) ? '=' : combine(draft), dtype = dtypeFor(draft, op);
  const outer = random.chance(0.6) ? [draft.extent()] : [], inner = random.chance(0.6) ? [draft.extent()] : [];
  const axes = spatial(draft, [...outer, T, ...inner]);
  const b = axes.slice(0, outer.length), t = axes[outer.length], d = axes.slice(outer.length + 1);
  if (t === undefined) throw new RangeError('no axis');
  const length = draft.input('i32', b.map((a) => a.extent), N);
  length.uses++;
  const statements: string[] = [];
  const made = target(draft, dtype, [...outer, T.plus(N), ...inner], [T], statements);
  statements.push(`${made.target.name}[${[...b.map((a) => a.name), `${length.name}${b.length > 0 ? `[${names(b)}]` : ''} + ${t.name}`, ...d.map((a) => a.name)].join(', ')}] ${op} ${valueOver(draft, axes, dtype, [t]).text}`);
  return { statements, output: made.output };
}

/** Affine positions in a part of a tensor, or of which several meet at one element. */
function affine(draft: Draft): MadeUpdate {
  const { random } = draft;
  const [M, N] = [size(draft), size(draft)];
  const outer = random.chance(0.4) ? [draft.extent()] : [];
  const c = random.between(2, 3), shift = random.below(c);
  const form = random.weighted([[3, 'strided'], [3, 'part'], [3, 'sums'], [2, 'constant']] as const);
  const op: Combine = form === 'sums' || random.chance(0.4) ? combine(draft) : '=', dtype = dtypeFor(draft, op);
  const axes = spatial(draft, form === 'sums' ? [...outer, M, N] : form === 'constant' ? outer : [...outer, N]);
  const b = axes.slice(0, outer.length), [m, n] = form === 'sums' ? axes.slice(outer.length) : [undefined, axes[outer.length]];
  const [dim, at, reads] = ((): [Extent, string, Axis[]] => {
    switch (form) {
      case 'strided': return [N.times(c), `${c}*${n?.name ?? ''}${shift === 0 ? '' : ` + ${shift}`}`, n === undefined ? [] : [n]];
      case 'part': return [N.plus(M), `${n?.name ?? ''} + ${M.inside}`, n === undefined ? [] : [n]];
      case 'sums': return [M.plus(N).minus(1), `${m?.name ?? ''} + ${n?.name ?? ''}`, [m, n].filter((a): a is Axis => a !== undefined)];
      case 'constant': return [N.plus(2), random.pick(['0', '1', `${N.inside} + 1`]), []];
    }
  })();
  const statements: string[] = [];
  const made = target(draft, dtype, [...outer, dim], form === 'sums' ? [M] : [], statements);
  statements.push(`${made.target.name}[${[...b.map((a) => a.name), at].join(', ')}] ${op} ${valueOver(draft, axes, dtype, reads).text}`);
  return { statements, output: made.output };
}

/** Every element from old ones, its own and others. */
function inPlace(draft: Draft): MadeUpdate {
  const { random } = draft;
  const op: Combine = random.chance(0.6) ? '=' : combine(draft), dtype = dtypeFor(draft, op);
  const dims = random.chance(0.5) ? [size(draft)] : [draft.extent(), size(draft)];
  const X: Tensor = draft.input(dtype, dims, undefined, 'inout');
  const axes = spatial(draft, dims);
  const last = axes.at(-1);
  const n = dims.at(-1);
  const before = axes.slice(0, -1).map((a) => a.name);
  const old = `${X.name}[${[...before, random.pick([`(${last?.name ?? ''} + 1) % ${n?.inside ?? ''}`, `${n?.inside ?? ''} - 1 - ${last?.name ?? ''}`, last?.name ?? ''])].join(', ')}]`;
  const value = valueOver(draft, axes, dtype);
  const both = X.value === 'bool' ? `${old} and ${inside(value)}` : X.value === 'f32' ? `${old} * 0.5 + ${inside(value)}` : `${old} + ${inside(value)}`;
  const kept = stored(draft, { text: both, atom: false, magnitude: value.magnitude + X.magnitude }, dtype);
  return { statements: [`${X.name}[${names(axes)}] ${op} ${kept.text}`], output: undefined };
}

/** Slots that go round: `K[(at + t) % N, d] = …` with room for all. */
function ring(draft: Draft): MadeUpdate {
  const { random } = draft;
  const T = size(draft), N = T.plus(random.between(1, 4));
  const inner = random.chance(0.6) ? [draft.extent()] : [];
  const axes = spatial(draft, [T, ...inner]);
  const t = axes[0];
  if (t === undefined) throw new RangeError('no axis');
  const at = draft.input('i32', []);
  at.uses++;
  const dtype = dtypeFor(draft, '=');
  const K = draft.input(dtype, [N, ...inner], undefined, 'inout');
  return { statements: [`${K.name}[${[`(${at.name} + ${t.name}) % ${N.inside}`, ...axes.slice(1).map((a) => a.name)].join(', ')}] = ${valueOver(draft, axes, dtype, [t]).text}`], output: undefined };
}

/** `isSure`: nothing is left to a check of the run, which would end it. */
export function makeUpdate(draft: Draft, isSure = false): MadeUpdate {
  return draft.random.weighted([[4, scatter], [5, (d: Draft) => accumulate(d, isSure)], [3, append], [3, affine], [3, inPlace], [2, ring]] as const)(draft);
}
