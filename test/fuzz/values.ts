/** Expressions of a wanted type over what is in scope. Magnitudes are kept where f32 (and f16) can hold them. */
import { read } from './access.ts';
import { axisOperator, wholeAxisOperator } from './axis-operators.ts';
import { atom, compound, type Draft, inside, type Piece, type Scope, type Tensor, type Value } from './draft.ts';
import { callOf } from './functions.ts';

export function make(draft: Draft, value: Value, scope: Scope, fuel: number): Piece {
  switch (value) {
    case 'f32': return makeFloat(draft, scope, fuel);
    case 'i32': return makeWhole(draft, scope, fuel);
    case 'bool': return makeBool(draft, scope, fuel);
  }
}

const number = (x: number): string => String(Number(x.toPrecision(6)));
/** The same with a magnitude of at most `limit`. */
export function within(p: Piece, limit: number): Piece {
  if (p.magnitude <= limit) return p;
  return compound(`${inside(p)} * ${number(Math.max(limit / p.magnitude, 1e-30)).replace(/^(\d+)$/, '$1.0')}`, limit);
}

export function makeFloat(draft: Draft, scope: Scope, fuel: number): Piece {
  return within(floatNode(draft, scope, fuel), 1e12);
}
function floatNode(draft: Draft, scope: Scope, fuel: number): Piece {
  const { random } = draft;
  if (fuel <= 0) return floatLeaf(draft, scope);
  const a = (): Piece => makeFloat(draft, scope, fuel - 1);
  const b = (): Piece => makeFloat(draft, scope, fuel - 1 - random.below(2));
  return random.weighted<() => Piece>([
    [5, () => floatLeaf(draft, scope)],
    [4, () => binary(a(), '*', b())],
    [3, () => binary(a(), '+', b())],
    [2, () => binary(a(), '-', b())],
    [1, () => { const x = a(), y = b(); return compound(`${inside(x)} / (${inside(y)} * ${inside(y)} + ${random.pick(['1', '0.5', '2'])})`, 2 * x.magnitude); }],
    [0.7, () => { const x = a(), y = b(); return atom(`${random.pick(['min', 'max'])}(${x.text}, ${y.text})`, Math.max(x.magnitude, y.magnitude)); }],
    [2.5, () => unary(draft, a())],
    [1.2, () => select(draft, makeBool(draft, scope, fuel - 1), a(), b())],
    [0.7, () => { const x = within(a(), 3e4), to = random.pick(['f16', 'bf16', 'bf16', 'f32']); return atom(`${to}(${x.text})`, x.magnitude); }],
    [0.5, () => { const x = makeWhole(draft, scope, fuel - 1); return atom(`f32(${x.text})`, x.magnitude); }],
    [0.3, () => { const x = a(); return compound(`${inside(x)} % ${random.pick(['1.5', '0.75', '2.0'])}`, 2); }],
    [0.2, () => { const x = within(a(), 1e3); return atom(`pow(abs(${x.text}) + 0.25, ${random.pick(['2', '0.5', '1.5', '-1', '3'])})`, (x.magnitude + 4) ** 3); }],
    [0.8, () => callOf(draft, 'f32', scope, fuel) ?? floatLeaf(draft, scope)],
    [scope.pure ? 0 : 2.2, () => axisOperator(draft, scope, fuel) ?? floatLeaf(draft, scope)],
  ])();
}

function binary(a: Piece, op: '+' | '-' | '*', b: Piece): Piece {
  return compound(`${inside(a)} ${op} ${inside(b)}`, op === '*' ? a.magnitude * b.magnitude : a.magnitude + b.magnitude);
}

function select(draft: Draft, cond: Piece, a: Piece, b: Piece): Piece {
  void draft;
  return compound(`if ${cond.text} then ${inside(a)} else ${inside(b)}`, Math.max(a.magnitude, b.magnitude));
}

function unary(draft: Draft, x: Piece): Piece {
  const { random } = draft;
  const t = x.text, m = x.magnitude;
  return random.weighted<() => Piece>([
    [1, () => compound(`-${inside(x)}`, m)],
    [1, () => atom(`abs(${t})`, m)],
    [1.5, () => (m <= 8 ? atom(`exp(${t})`, Math.exp(m)) : atom(`exp(-abs(${t}))`, 1))],
    [0.4, () => (m <= 8 ? atom(`exp2(${t})`, 2 ** m) : atom(`exp2(min(${t}, 3))`, 8))],
    [0.7, () => atom(`log(abs(${t}) + 0.5)`, Math.max(1, Math.log(m + 1)))],
    [0.3, () => atom(`log2(abs(${t}) + 1)`, Math.max(1, Math.log2(m + 1)))],
    [0.7, () => atom(`sqrt(abs(${t}))`, Math.sqrt(m) + 1)],
    [0.6, () => atom(`rsqrt(abs(${t}) + 0.125)`, 3)],
    [0.4, () => atom(`rcp(${inside(x)} * ${inside(x)} + 1)`, 1)],
    [1, () => atom(`tanh(${t})`, 1)],
    [0.5, () => (m <= 100 ? atom(`${random.pick(['sin', 'cos'])}(${t})`, 1) : atom(`tanh(${t})`, 1))],
    [0.4, () => atom(`erf(${t})`, 1)],
    [0.7, () => atom(`${random.pick(['floor', 'ceil', 'round'])}(${t})`, m + 1)],
    [1, () => atom(`${random.pick(['relu', 'gelu', 'silu', 'sigmoid', 'softplus', 'gelu_tanh', 'sign'])}(${t})`, m + 1)],
    [0.4, () => atom(`square(${t})`, m * m)],
    [0.5, () => atom(`clamp(${t}, ${random.pick(['-1', '0', '-0.5'])}, ${random.pick(['1', '2', '0.75'])})`, 2)],
  ])();
}

function floatLeaf(draft: Draft, scope: Scope): Piece {
  const { random } = draft;
  const locals = scope.locals.filter((l) => l.value === 'f32');
  if (locals.length > 0 && random.chance(0.7)) { const l = random.pick(locals); return atom(l.name, l.magnitude); }
  const constant = (): Piece => {
    const x = random.pick([0.5, 2, 1, -1.5, 0.125, 3, -0.75, 0.1, 1.7]);
    return Number.isInteger(x) && random.chance(0.5) ? { text: String(x), atom: x >= 0, magnitude: Math.abs(x) } : { text: Number.isInteger(x) ? `${x}.0` : String(x), atom: x >= 0, magnitude: Math.abs(x) };
  };
  return random.weighted<() => Piece>([
    [8, () => readSome(draft, scope, 'f32') ?? constant()],
    [1, constant],
    [scope.axes.length > 0 ? 0.5 : 0, () => atom(`f32(${random.pick(scope.axes).name})`, 128)],
    [scope.pure ? 0 : 0.15, () => atom(`rsqrt(${random.pick(draft.sizes)})`, 1)],
    [scope.pure ? 0 : 0.15, () => atom(`f32(${random.pick(draft.sizes)})`, 128)],
  ])();
}

export function makeWhole(draft: Draft, scope: Scope, fuel: number): Piece {
  const { random } = draft;
  if (fuel <= 0) return wholeLeaf(draft, scope);
  const a = (): Piece => makeWhole(draft, scope, fuel - 1);
  const b = (): Piece => makeWhole(draft, scope, fuel - 1 - random.below(2));
  const limit = (m: number): number => Math.min(m, 2 ** 31);
  const p = random.weighted<() => Piece>([
    [4, () => wholeLeaf(draft, scope)],
    [3, () => binary(a(), '+', b())],
    [2, () => binary(a(), '-', b())],
    [2.5, () => binary(a(), '*', b())],
    [0.8, () => compound(`${inside(a())} / ${random.pick(['2', '3', '7', '16'])}`, 2 ** 30)],
    [0.8, () => compound(`${inside(a())} % ${random.pick(['2', '3', '5', '16', '-3'])}`, 16)],
    [0.5, () => compound(`${inside(a())} ${random.pick(['/', '%'])} (abs(${b().text}) + 1)`, 2 ** 31)],
    [0.3, () => compound(`${inside(a())} ${random.pick(['/', '%'])} ${divisor(b(), scope.pure)}`, 2 ** 31)],
    [0.8, () => { const x = a(), y = b(); return atom(`${random.pick(['min', 'max'])}(${x.text}, ${y.text})`, Math.max(x.magnitude, y.magnitude)); }],
    [0.5, () => { const x = a(); return atom(`abs(${x.text})`, x.magnitude); }],
    [0.5, () => { const x = a(); return compound(`-${inside(x)}`, x.magnitude); }],
    [0.5, () => atom(`bitand(${a().text}, ${random.pick(['15', '1', '255', '-8'])})`, 2 ** 31)],
    [0.4, () => atom(`${random.pick(['shl', 'shr'])}(${a().text}, ${random.pick(['1', '3', '4', '31'])})`, 2 ** 31)],
    [0.2, () => atom(`${random.pick(['shl', 'shr'])}(${a().text}, bitand(${b().text}, 7))`, 2 ** 31)],
    [0.9, () => select(draft, makeBool(draft, scope, fuel - 1), a(), b())],
    [0.7, () => { const x = makeFloat(draft, scope, fuel - 1); return atom(`i32(${random.pick(['', 'floor', 'round'])}(${inside(x)} * ${random.pick(['4', '16.0', '100'])}))`.replace('i32((', 'i32(('), limit(x.magnitude * 100)); }],
    [0.6, () => { const x = a(); return atom(`${random.pick(['i8', 'u8', 'i16', 'u16', 'int4', 'uint4', 'u32'])}(${x.text})`, x.magnitude); }],
    [0.4, () => atom(`i32(${makeBool(draft, scope, fuel - 1).text})`, 1)],
    [0.4, () => callOf(draft, 'i32', scope, fuel) ?? wholeLeaf(draft, scope)],
    [scope.pure ? 0 : 2, () => wholeAxisOperator(draft, scope, fuel) ?? wholeLeaf(draft, scope)],
  ])();
  return { ...p, magnitude: limit(p.magnitude) };
}

function wholeLeaf(draft: Draft, scope: Scope): Piece {
  const { random } = draft;
  const locals = scope.locals.filter((l) => l.value === 'i32');
  if (locals.length > 0 && random.chance(0.7)) { const l = random.pick(locals); return atom(l.name, l.magnitude); }
  const constant = (): Piece => { const n = random.pick([0, 1, 2, 3, -1, 7, -5, 100, 255]); return { text: String(n), atom: n >= 0, magnitude: Math.abs(n) }; };
  return random.weighted<() => Piece>([
    [6, () => readSome(draft, scope, 'i32') ?? constant()],
    [1, constant],
    [scope.axes.length > 0 ? 2 : 0, () => atom(random.pick(scope.axes).name, 128)],
    [scope.pure ? 0 : 0.4, () => atom(random.pick(draft.sizes), 128)],
  ])();
}

export function makeBool(draft: Draft, scope: Scope, fuel: number): Piece {
  const { random } = draft;
  const compare = (a: Piece, b: Piece): Piece => compound(`${inside(a)} ${random.pick(['<', '<=', '>', '>=', '<', '==', '!='])} ${inside(b)}`, 1);
  const index = (): Piece => { const a = random.pick(scope.axes); return random.chance(0.6) ? atom(a.name, 128) : compound(`${a.name} ${random.pick(['+ 1', '- 2', '% 2', '% 3', '/ 2'])}`, 128); };
  const simple = (): Piece => random.weighted<() => Piece>([
    [scope.axes.length > 0 ? 2 : 0, () => compare(index(), scope.axes.length > 1 && random.chance(0.6) ? index() : atom(random.pick(['1', '2', '5', ...(scope.pure ? [] : [draft.sizes[0] ?? '3'])]), 5))],
    [2, () => compare(floatLeaf(draft, scope), random.chance(0.5) ? atom(random.pick(['0', '0.5', '0.25']), 1) : floatLeaf(draft, scope))],
    [1.5, () => compare(wholeLeaf(draft, scope), random.chance(0.5) ? atom(random.pick(['0', '3', '10']), 1) : wholeLeaf(draft, scope))],
    [0.7, () => readSome(draft, scope, 'bool') ?? compare(wholeLeaf(draft, scope), atom('2', 2))],
    [0.1, () => atom(random.pick(['true', 'false']), 1)],
  ])();
  if (fuel <= 0) return simple();
  const a = (): Piece => makeBool(draft, scope, fuel - 1);
  return random.weighted<() => Piece>([
    [5, simple],
    [1, () => compare(makeFloat(draft, scope, fuel - 1), makeFloat(draft, scope, fuel - 2))],
    [1, () => compare(makeWhole(draft, scope, fuel - 1), makeWhole(draft, scope, fuel - 2))],
    [1, () => compound(`${inside(a())} ${random.pick(['and', 'or'])} ${inside(a())}`, 1)],
    [0.6, () => compound(`not ${inside(a())}`, 1)],
    [0.2, () => compound(`if ${a().text} then ${inside(a())} else ${inside(a())}`, 1)],
    [0.2, () => atom(`bool(${makeWhole(draft, scope, fuel - 1).text})`, 1)],
    [scope.pure ? 0 : 1, () => axisOperator(draft, scope, fuel, 'bool') ?? simple()],
  ])();
}

/** A read of something of this type, rather of what fits the axes in scope; sometimes a new input. */
export function readSome(draft: Draft, scope: Scope, value: Value): Piece | undefined {
  if (scope.pure) return undefined;
  const { random } = draft;
  const keys = new Set(scope.axes.map((a) => a.extent.key));
  const fits = (t: Tensor): number => {
    const known = t.dims.filter((d) => keys.has(d.key)).length;
    return (0.15 + (t.dims.length === 0 ? 0.3 : (known / t.dims.length) ** 3)) * (t.isLet ? (t.uses === 0 ? 6 : 1.5) : t.uses === 0 ? 2 : 1) * (1 + known);
  };
  const all = draft.readable.filter((t) => t.value === value);
  const best = all.reduce((n, t) => Math.max(n, t.dims.length === 0 || t.dims.some((d) => keys.has(d.key)) ? 1 : 0), 0);
  if (draft.canAddInput && (best === 0 || random.chance(0.22))) return read(draft, newInput(draft, scope, value), scope);
  return all.length === 0 ? undefined : read(draft, random.weighted(all.map((t) => [fits(t), t] as const)), scope);
}

/** An input over some of the axes in scope, rather over the inner ones. */
export function newInput(draft: Draft, scope: Scope, value: Value): Tensor {
  const { random } = draft;
  const dtype = value === 'bool' ? 'bool' : value === 'f32'
    ? random.weighted([[6, 'f32'], [2, 'f16'], [2, 'bf16']] as const)
    : random.weighted([[3, 'i32'], [2, 'i8'], [2, 'u8'], [1, 'i16'], [1, 'u16'], [0.7, 'int4'], [0.7, 'uint4'], [0.5, 'u32']] as const);
  const last = scope.axes.at(-1);
  const others = random.sample(scope.axes.slice(0, -1), random.weighted([[2, 0], [5, 1], [2, 2], [0.4, 3]]));
  const axes = random.shuffled(last === undefined ? [] : random.chance(0.9) ? [...others, last] : others);
  const dims = random.chance(0.04) ? [] : axes.map((a) => random.weighted([
    [14, a.extent], [1, a.extent.plus(random.between(1, 3))], [1, a.extent.times(random.between(2, 3))], [a.extent.constant === undefined ? 0.5 : 0, draft.extent()],
  ]));
  if (value === 'f32' && dims.length > 0 && random.chance(0.05)) return draft.quantised(dims, random.below(dims.length));
  return draft.input(dtype, dims);
}

/** What divides; a number that the checker works out must not be 0, which it would refuse. A function's parameters may be given as numbers. */
const divisor = (p: Piece, isPure: boolean): string => (!isPure && /\b[A-Za-z_]\w*\b(?!\()/.test(p.text) ? inside(p) : '3');
