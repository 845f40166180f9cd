/** Statements: free expressions, and the shapes that a compiler treats on their own (products, attention, filters). */
import { binder, enter, newAxes } from './axis-operators.ts';
import { atom, type Axis, compound, type Draft, inside, type Piece, type Scope, type Value, valueOfDtype } from './draft.ts';
import { Extent } from './extent.ts';
import { make, makeBool, makeFloat, makeWhole, within } from './values.ts';
import { read } from './access.ts';
import { joinedLet } from './joined.ts';
import { rangedLet, rangedOutput, storedLet, storedOutput } from './stored.ts';

const spatialNames = 'mnijbhyx'.split('');
export const scopeOf = (axes: readonly Axis[]): Scope => ({ axes, loops: axes.map((a) => a.extent), locals: [], pure: false, reductions: 0 });

export function spatial(draft: Draft, extents: readonly Extent[]): Axis[] {
  const taken = new Set(draft.readable.map((t) => t.name));
  const names = draft.random.sample(spatialNames.filter((n) => !taken.has(n)), extents.length);
  return extents.map((extent, i) => ({ name: names[i] ?? `i${i}`, extent, alone: new Set<string>(), loose: new Set<string>() }));
}

/** A value for every point of the axes, of this type. */
export function valueFor(draft: Draft, axes: readonly Axis[], value: Value): Piece {
  const { random } = draft;
  const scope = scopeOf(axes);
  draft.reductionsLeft = random.weighted([[2, 0], [4, 1], [2, 2], [0.7, 3]]);
  draft.softmaxesLeft = random.chance(0.2) ? 1 : 0;
  draft.countWork(scope.loops);
  if (value !== 'bool' && random.chance(0.3)) {
    const product = contraction(draft, scope, value);
    if (product !== undefined) return epilogue(draft, product, scope, value);
  }
  const fuel = random.weighted([[1, 0], [3, 1], [5, 2], [3, 3], [1, 4]]);
  return make(draft, value, scope, fuel);
}

function epilogue(draft: Draft, p: Piece, scope: Scope, value: 'f32' | 'i32'): Piece {
  const { random } = draft;
  draft.reductionsLeft = Math.min(draft.reductionsLeft, 1);
  const more = (): Piece => (value === 'f32' ? makeFloat(draft, scope, 1) : makeWhole(draft, scope, 1));
  return random.weighted<() => Piece>([
    [4, () => p],
    [2, () => { const b = more(); return compound(`${inside(p)} + ${inside(b)}`, p.magnitude + b.magnitude); }],
    [1.5, () => { const b = more(); return compound(`${inside(p)} * ${inside(b)}`, p.magnitude * b.magnitude); }],
    [1, () => (value === 'f32' ? atom(`${random.pick(['relu', 'silu', 'tanh', 'sigmoid', 'abs'])}(${p.text})`, p.magnitude) : atom(`max(${p.text}, 0)`, p.magnitude))],
    [0.7, () => { const c = makeBool(draft, scope, 1), b = more(); return compound(`if ${c.text} then ${inside(p)} else ${inside(b)}`, Math.max(p.magnitude, b.magnitude)); }],
  ])();
}

/** A sum of products of two tensors that share the summed axes, and perhaps some of the others. */
function contraction(draft: Draft, scope: Scope, value: 'f32' | 'i32'): Piece | undefined {
  const { random } = draft;
  if (scope.axes.length === 0 || draft.reductionsLeft <= 0) return undefined;
  const over = newAxes(draft, scope, random.weighted([[8, 1], [1.5, 2]]), random.chance(0.8) ? [Extent.of(random.pick(draft.sizes))] : []);
  draft.reductionsLeft--;
  const inner = enter(scope, over);
  draft.countWork(inner.loops);
  const sides = scope.axes.map(() => random.weighted([[5, 'left'], [5, 'right'], [1.5, 'both']] as const));
  const dims = (side: 'left' | 'right'): Axis[] => random.chance(0.7)
    ? [...scope.axes.filter((_, i) => sides[i] !== (side === 'left' ? 'right' : 'left')), ...over]
    : random.shuffled([...scope.axes.filter((_, i) => sides[i] !== (side === 'left' ? 'right' : 'left')), ...over]);
  const pair = value === 'f32'
    ? random.weighted([[3, ['f32', 'f32']], [3, ['f16', 'f16']], [3, ['bf16', 'bf16']], [0.7, ['f32', 'f16']], [0.5, ['f16', 'bf16']], [1.2, ['f16', 'q']], [0.7, ['f32', 'q']], [0.4, ['f32', 'i8']]] as const)
    : random.weighted([[4, ['i8', 'i8']], [2, ['u8', 'u8']], [1, ['u8', 'i8']], [1, ['int4', 'int4']], [1, ['i8', 'int4']], [0.7, ['uint4', 'u8']], [0.7, ['i32', 'i32']], [0.4, ['i16', 'i16']]] as const);
  const [a, b] = random.chance(0.5) ? pair : ([pair[1], pair[0]] as const);
  const x = operand(draft, dims('left'), a, inner), y = operand(draft, dims('right'), b, inner);
  const n = over.reduce((m, k) => m * (k.extent.constant ?? 64), 1);
  const body = random.chance(0.07) ? `${inside(x)} * ${inside(y)} * ${inside(value === 'f32' ? makeFloat(draft, inner, 0) : makeWhole(draft, inner, 0))}` : `${inside(x)} * ${inside(y)}`;
  const where = random.chance(0.06) ? ` where ${over[0]?.name ?? ''} <= ${scope.axes[0]?.name ?? ''}` : '';
  const op = value === 'f32' && random.chance(0.04) ? 'sum<f16>' : 'sum';
  const magnitude = x.magnitude * y.magnitude * n;
  return atom(`(${op}(${over.map((k) => binder(draft, k)).join(', ')}${where}) ${op === 'sum' || magnitude < 3e4 ? body : `${body} * 0.01`})`, Math.min(magnitude, 2 ** 31));
}

/** One side of a product: a tensor over these axes, mostly as it is. */
function operand(draft: Draft, axes: readonly Axis[], dtype: string, scope: Scope): Piece {
  const { random } = draft;
  const dims = axes.map((a) => (random.chance(0.05) ? a.extent.plus(random.between(1, 2)) : random.chance(0.03) ? a.extent.times(2) : a.extent));
  const like = draft.readable.filter((t) => t.dtype === dtype && t.dims.length === dims.length && t.dims.every((d, i) => d.key === dims[i]?.key));
  const fitting = like.length > 0 && random.chance(0.6) ? random.pick(like) : undefined;
  if (fitting === undefined && !draft.canAddInput) return dtype.startsWith('f') || dtype === 'bf16' || dtype === 'q' ? makeFloat(draft, scope, 0) : makeWhole(draft, scope, 0);
  const tensor = fitting ?? (dtype === 'q' ? draft.quantised(dims, random.chance(0.7) ? dims.length - 1 : random.below(dims.length)) : draft.input(dtype, dims));
  const p = read(draft, tensor, { ...scope, axes }) ?? atom('1', 1);
  if (random.chance(0.85)) return p;
  return valueOfDtype(tensor.dtype) === 'f32' || tensor.format
    ? random.weighted<() => Piece>([
      [1, () => compound(`${inside(p)} + 0.5`, p.magnitude + 0.5)], [1, () => atom(`relu(${p.text})`, p.magnitude)], [1.5, () => atom(`bf16(${p.text})`, p.magnitude)],
      [1, () => atom(`f16(${p.text})`, p.magnitude)], [0.5, () => compound(`-${inside(p)}`, p.magnitude)],
    ])()
    : random.weighted<() => Piece>([[1, () => compound(`${inside(p)} - 8`, p.magnitude + 8)], [1, () => atom(`i8(${p.text})`, p.magnitude)], [0.5, () => atom(`bitand(${p.text}, 15)`, 15)]])();
}

/** Fits the value into what is stored. */
export function stored(draft: Draft, p: Piece, dtype: string): Piece {
  const { random } = draft;
  switch (dtype) {
    case 'f16': return within(p, 2e4);
    case 'i8': case 'u8': case 'i16': case 'u16': case 'int4': case 'uint4': return atom(`${dtype}(${random.chance(0.4) ? `${inside(p)} % 100` : p.text})`, Math.min(p.magnitude, dtype.endsWith('4') ? 15 : dtype.endsWith('8') ? 255 : 65535));
    default: return p;
  }
}

const lastDtype = (draft: Draft, value: Value): string => draft.random.weighted(value === 'f32'
  ? [[6, 'f32'], [2, 'f16'], [2, 'bf16']] as const
  : value === 'bool' ? [[1, 'bool']] as const
    : [[5, 'i32'], [1, 'u32'], [1.5, 'i8'], [1.5, 'u8'], [0.7, 'i16'], [0.7, 'u16'], [0.8, 'int4'], [0.8, 'uint4']] as const);
const someValue = (draft: Draft): Value => draft.random.weighted<Value>([[7, 'f32'], [3, 'i32'], [0.8, 'bool']]);

function letText(draft: Draft, name: string, axes: readonly Axis[], dtype: string | undefined, value: Piece): string {
  const left = axes.length === 0 ? name : `${name}[${axes.map((a) => binder(draft, a)).join(', ')}]`;
  return `let ${left}${dtype === undefined ? '' : `: ${dtype}`} = ${value.text}`;
}
function declareLet(draft: Draft, name: string, axes: readonly Axis[], dtype: string, magnitude: number, limit?: Extent, mayBeWhole = false): void {
  draft.lets.push({ name, dtype, value: valueOfDtype(dtype), dims: axes.map((a) => a.extent), limit, magnitude, format: false, isLet: true, mayBeWhole, uses: 0 });
}
/** Does a value that is to be an f32 name whole numbers, so that it may be one itself? Positions of reads say nothing of it. */
export function namesWhole(draft: Draft, text: string): boolean {
  return /(?<![\w.])\d+(?![\w.])/.test(text.replace(/\[[^\]]*\]/g, '')) || draft.lets.some((t) => t.mayBeWhole === true && new RegExp(`\\b${t.name}\\b`).test(text));
}

/** `let v[m, n: N]: bf16 = …` */
export function makeLet(draft: Draft): string {
  const { random } = draft;
  const name = draft.fresh('v');
  if (draft.isWhole) {
    const special = random.weighted<((draft: Draft, name: string) => string) | undefined>([[6, undefined], [1.2, joinedLet], [0.8, storedLet], [0.6, rangedLet]]);
    if (special !== undefined) return special(draft, name);
  }
  if (random.chance(0.04)) return makeIndexLet(draft, name);
  const axes = spatial(draft, Array.from({ length: random.weighted([[0.6, 0], [3, 1], [5, 2], [1.5, 3]]) }, () => draft.extent()));
  const value = someValue(draft);
  const made = valueFor(draft, axes, value);
  const dtype = random.chance(0.6) ? undefined : lastDtype(draft, value);
  const final = stored(draft, made, dtype ?? value);
  const text = letText(draft, name, axes, dtype, final);
  declareLet(draft, name, axes, dtype ?? value, final.magnitude, undefined, dtype === undefined && value === 'f32' && namesWhole(draft, final.text));
  return text;
}

/** A tensor of positions that are known to be inside. */
function makeIndexLet(draft: Draft, name: string): string {
  const size = Extent.of(draft.random.pick(draft.sizes));
  const axes = spatial(draft, [size]);
  const m = axes[0]?.name ?? '';
  declareLet(draft, name, axes, 'i32', 128, size);
  return `let ${name}[${m}: ${size.text}]: i32<${size.text}> = ${draft.random.pick([m, `${size.text} - 1 - ${m}`, `${m} / 2`])}`;
}

/** Scores, weights, weighted sum: what should run as one pass. */
export function attention(draft: Draft): { readonly lets: readonly string[]; readonly output: { readonly type: string; readonly text: (name: string) => string } } {
  const { random } = draft;
  const pick = (): Extent => Extent.of(random.pick(draft.sizes));
  const heads = random.chance(0.5) ? [pick()] : [];
  const [S, T, D, E] = [pick(), pick(), random.chance(0.4) ? Extent.of(random.pick([2, 4, 8, 16])) : pick(), random.chance(0.7) ? undefined : pick()];
  const dtype = random.pick(['f32', 'f32', 'f16', 'bf16']);
  const Q = draft.input(dtype, [...heads, S, D]), K = draft.input(dtype, [...heads, T, D]), V = draft.input(dtype, random.chance(0.8) ? [...heads, T, E ?? D] : [T, E ?? D]);
  const axes = spatial(draft, [...heads, S, T]);
  const [s, t] = [axes.at(-2)?.name ?? '', axes.at(-1)?.name ?? ''];
  const h = heads.length > 0 ? `${axes[0]?.name ?? ''}, ` : '';
  const P = draft.fresh('p'), W = draft.fresh('w');
  const bias = random.chance(0.25) ? ` + ${draft.input('f32', [S, T]).name}[${s}, ${t}]` : '';
  const scale = random.pick([`rsqrt(${D.text})`, '0.5', '0.125', `(1 + f32(${s}))`.replace(/^/, '0.1 * ')]);
  const where = random.weighted([[3, ''], [3, ` where ${t} <= ${s}`], [1, ` where ${t} <= ${s} + ${T.text} - ${S.text}`], [1, ` where ${t} % 3 != 1`], [0.7, ` where ${s} - ${t} < 4 and ${t} <= ${s}`]]);
  for (const loops of [[...heads, S, T, D], [...heads, S, T, E ?? D]]) draft.countWork(loops);
  const first = `let ${P}[${h}${s}, ${t}] = (sum(d) ${Q.name}[${h}${s}, d] * ${K.name}[${h}${t}, d]) * ${scale}${bias}`;
  const second = `let ${W}[${h}${s}, ${t}]${random.chance(0.5) ? `: ${random.pick(['bf16', 'f16', 'f32'])}` : ''} = softmax(${t}${where}) ${P}[${h}${s}, ${t}]`;
  const v = V.dims.length === 2 ? `${t}, e` : `${h}${t}, e`;
  for (const x of [Q, K, V]) x.uses++;
  declareLet(draft, W, axes, 'f32', 1);
  return {
    lets: [first, second],
    output: { type: `${random.pick(['f32', dtype])}[${[...heads, S, E ?? D].map((d) => d.text).join(', ')}]`, text: (name) => `${name}[${h}${s}, e] = sum(${t}) ${W}[${h}${s}, ${t}] * ${V.name}[${v}]` },
  };
}

/** A convolution or a filter of a few taps. */
function filter(draft: Draft, axes: readonly Axis[]): Piece | undefined {
  const { random } = draft;
  const last = axes.slice(-2);
  if (last.length === 0) return undefined;
  const reach = last.map(() => random.between(1, 4));
  const taps = newAxes(draft, scopeOf(axes), last.length, reach.map((n) => Extent.of(n)));
  const channel = random.chance(0.4) ? newAxes(draft, scopeOf([...axes, ...taps]), 1, [draft.extent()]) : [];
  draft.countWork([...axes, ...taps, ...channel].map((a) => a.extent));
  const stride = random.pick([1, 1, 1, 2]);
  const image = draft.input(random.pick(['f32', 'f16', 'u8', 'bf16']), [...channel, ...last].map((a) => a.extent)), weights = draft.input(random.pick(['f32', 'f16']), [...channel, ...taps].map((a) => a.extent));
  image.uses++; weights.uses++;
  const at = last.map((a, i) => `${stride === 1 ? '' : `${stride}*`}${a.name} + ${taps[i]?.name ?? ''} - ${random.between(0, reach[i] ?? 1)}`);
  const c = channel.map((a) => a.name);
  const all = [...channel, ...taps];
  return atom(`(sum(${all.map((a) => `${a.name}: ${a.extent.text}`).join(', ')}) (${image.name}[${[...c, ...at].join(', ')}] else ${random.pick(['0', 'clamp', '0', '0.5'].filter((x) => x !== '0.5' || image.value === 'f32'))}) * ${weights.name}[${all.map((a) => a.name).join(', ')}])`, image.magnitude * 64);
}

/** One output: its type in the signature, and its statement. */
export function makeOutput(draft: Draft, name: string): { readonly type: string; readonly text: string } {
  const { random } = draft;
  if (draft.isWhole) {
    const special = random.weighted<typeof storedOutput | undefined>([[8, undefined], [1.2, storedOutput], [0.6, rangedOutput]]);
    if (special !== undefined) return special(draft, name);
  }
  const value = someValue(draft);
  const dtype = lastDtype(draft, value);
  const dims: Extent[] = [], left: string[] = [], axes: Axis[] = [];
  const digits: Axis[] = [];
  const rank = random.weighted([[0.4, 0], [3, 1], [6, 2], [2, 3], [0.3, 4]]);
  for (let i = 0; i < rank; i++) {
    const extent = draft.extent();
    const [parts] = extent.constant === undefined && random.chance(0.6) ? random.shuffled(extent.factors()) : [];
    const made = spatial(draft, parts === undefined ? [extent] : [parts[1], parts[0]]).map((a, j) => ({ ...a, name: uniqueName(a.name, axes, j), digit: parts !== undefined }));
    const [high, low] = made;
    if (parts === undefined || high === undefined || low === undefined) left.push(made[0]?.name ?? '');
    else {
      left.push(`${high.name}*${parts[0].inside} + ${low.name}`);
      digits.push(low, high);
    }
    axes.push(...made);
    dims.push(extent);
  }
  const filtered = value === 'f32' && rank > 0 && draft.canAddInput && random.chance(0.08) ? filter(draft, axes) : undefined;
  // A read gives the range of the low digit; that of the high one is then the only unknown.
  const ranged = digits.reduce((p, axis, i) => {
    if (axis.alone.size > 0 || (i % 2 === 1 && axis.loose.size === 0)) return p;
    const one = `${draft.input(value, [axis.extent]).name}[${axis.name}]`;
    return value === 'bool' ? compound(`${inside(p)} or ${one}`, 1) : compound(`${inside(p)} + ${one}`, p.magnitude + 1);
  }, filtered ?? valueFor(draft, axes, value));
  const made = stored(draft, ranged, dtype);
  return { type: dims.length === 0 ? dtype : `${dtype}[${dims.map((d) => d.text).join(', ')}]`, text: `${dims.length === 0 ? name : `${name}[${left.join(', ')}]`} = ${made.text}` };
}

function uniqueName(name: string, axes: readonly Axis[], index: number): string {
  return axes.some((a) => a.name === name) ? `${name}${axes.length + index}` : name;
}

