/** A program while it is being made up: what is declared so far, and what running it would cost. */
import { Extent } from './extent.ts';
import { makeFormat, type MadeFormat } from './formats.ts';
import type { Random } from './random.ts';

export type Value = 'f32' | 'i32' | 'bool';
export const valueOfDtype = (dtype: string): Value => (dtype === 'bool' ? 'bool' : dtype === 'f32' || dtype === 'f16' || dtype === 'bf16' ? 'f32' : 'i32');

/** Something with elements. `magnitude`: about the largest |value|. `format`: reading it dequantises. */
export interface Tensor {
  readonly name: string;
  readonly dtype: string;
  readonly value: Value;
  readonly dims: readonly Extent[];
  readonly limit: Extent | undefined;
  readonly magnitude: number;
  readonly format: boolean;
  readonly isLet: boolean;
  /** Its type is that of its value, which may be made of whole numbers alone, as `let v = 1` is. */
  readonly mayBeWhole?: boolean;
  uses: number;
}
/** An index in scope. `alone`: extents of the dimensions that it indexes by itself, where the language's rule 3 finds its range; `loose`: those of reads that may leave the tensor. */
export interface Axis { readonly name: string; readonly extent: Extent; readonly alone: Set<string>; readonly loose: Set<string>; /** Part of a position on the left: nothing there says how far it runs. */ readonly digit?: boolean; /** Runs through one piece of a `concat`, which no operator keeps. */ readonly piece?: boolean }
export interface Local { readonly name: string; readonly value: Value; readonly magnitude: number }
/** What an expression may use. `loops`: extents of everything around it. */
export interface Scope {
  readonly axes: readonly Axis[];
  readonly loops: readonly Extent[];
  readonly locals: readonly Local[];
  /** Inside a function nothing but its parameters is known. */
  readonly pure: boolean;
  readonly reductions: number;
}
/** A piece of text; `atom`: needs no parentheses anywhere. */
export interface Piece { readonly text: string; readonly atom: boolean; readonly magnitude: number }
export interface Fn { readonly name: string; readonly params: readonly Value[]; readonly result: Value; readonly magnitude: number }

export const atom = (text: string, magnitude: number): Piece => ({ text, atom: true, magnitude });
export const compound = (text: string, magnitude: number): Piece => ({ text, atom: false, magnitude });
export const inside = (p: Piece): string => (p.atom ? p.text : `(${p.text})`);

const inputNames = 'ABCDEFGHUVWX'.split('');
/** Words that mean something in one of the emitted languages and nothing in this one. */
const trickyNames = ['float', 'half', 'vec4', 'loop', 'shared', 'thread', 'main', 'var', 'NaN', 'override', 'blockIdx', 'result', 'tile', 'int', 'double', 'texture', 'ptr', 'group', 'lane', 'warp', 'base', 'y0', 'Math', 'f16', 'new', 'arguments', 'static', 'threadIdx', 'extent', 'id'].filter((n) => n !== 'f16');
/** How much of the language programs use: what has been there from the beginning; running sums and positions by rank as well; everything. */
export type Breadth = 'core' | 'ordered' | 'whole';
const formats = ['int4 { scale f16, symmetric }', 'int4 { scale f32, symmetric }', 'int8 { scale bf16, symmetric }', 'uint4 { scale f16, zero f16 }', 'uint4 { scale f16, zero u8 }', 'uint8 { scale f32, zero u8 }'];
/** Buffers of one kernel; WebGPU promises 8, most devices have more. */
const mostBuffers = 7;

export class Draft {
  readonly random: Random;
  readonly sizes: readonly string[];
  readonly pins = new Map<string, readonly number[]>();
  readonly inputs: Tensor[] = [];
  readonly inputTypes: string[] = [];
  readonly lets: Tensor[] = [];
  readonly fns: Fn[] = [];
  readonly fnTexts: string[] = [];
  readonly formatTexts: string[] = [];
  /** Products of extents: the iterations of one nest each. */
  readonly work: (readonly Extent[])[] = [];
  /** What reads have added to `alone` and `loose` of axes, the latest last: of a read that comes to nothing it is taken back. */
  readonly marks: (readonly [Set<string>, string])[] = [];
  reductionsLeft = 0;
  softmaxesLeft = 0;
  readonly #formats: MadeFormat[] = [];
  #buffers = 0;
  #names = 0;

  constructor(random: Random, sizes: readonly string[], readonly breadth: Breadth) {
    this.random = random;
    this.sizes = sizes;
  }

  get isOrdered(): boolean { return this.breadth !== 'core'; }
  get isWhole(): boolean { return this.breadth === 'whole'; }

  get canAddInput(): boolean { return this.#buffers < mostBuffers; }
  fresh(prefix: string): string { return `${prefix}${this.#names++}`; }

  /** A new input; `inout`: one that statements update; `passed`: one that a program passes, about as large as what kernels give it. */
  input(dtype: string, dims: readonly Extent[], limit?: Extent, form: 'read' | 'inout' | 'passed' = 'read'): Tensor {
    const name = this.#inputName();
    const tensor: Tensor = { name, dtype, value: valueOfDtype(dtype), dims, limit, magnitude: valueOfDtype(dtype) === 'f32' ? (form === 'passed' ? 4 : 1) : limit !== undefined ? 100 : wholeMagnitude(dtype), format: false, isLet: false, uses: 0 };
    this.inputs.push(tensor);
    this.inputTypes.push(`${name}: ${form === 'inout' ? 'inout ' : ''}${dtype}${limit === undefined ? '' : `<${limit.text}>`}${dims.length === 0 ? '' : `[${dims.map((d) => d.text).join(', ')}]`}${form === 'passed' ? '' : this.#place()}`);
    this.#buffers++;
    return tensor;
  }
  /** A new input in a storage format, with groups along one dimension or two. */
  quantised(dims: readonly Extent[], grouped: number): Tensor {
    const { random } = this;
    if (this.isWhole) return this.inFormat(this.format(), dims, grouped, false);
    const format = `q${this.formatTexts.length}`;
    const kind = random.pick(formats.filter((f) => !f.startsWith('uint8') || random.chance(0.3)));
    this.formatTexts.push(`format ${format} = ${kind.replace(/^uint8/, 'u8').replace(/^int8/, 'i8')}`);
    const name = this.#inputName();
    const second = dims.length > 1 && random.chance(0.15) ? (grouped + 1) % dims.length : -1;
    const shape = dims.map((d, i) => (i === grouped || i === second ? `${d.text} by ${random.pick(i === second ? [2, 3, 4] : [1, 2, 3, 4, 16, 32, 128])}` : d.text));
    const tensor: Tensor = { name, dtype: format, value: 'f32', dims, limit: undefined, magnitude: 16, format: true, isLet: false, uses: 0 };
    this.inputs.push(tensor);
    this.inputTypes.push(`${name}: ${format}[${shape.join(', ')}]`);
    this.#buffers += kind.includes('zero') ? 3 : 2;
    return tensor;
  }
  /** A format of the program: a new one, or one that is there. */
  format(): MadeFormat {
    if (this.#formats.length > 0 && this.random.chance(0.4)) return this.random.pick(this.#formats);
    const made = makeFormat(this.random, `q${this.#formats.length}`);
    this.#formats.push(made);
    this.formatTexts.push(made.text);
    return made;
  }
  /** A dimension in groups, `K by 32`. */
  groups(): number { return this.random.pick([1, 2, 3, 4, 8, 16, 32, 128]); }
  inFormat(format: MadeFormat, dims: readonly Extent[], grouped: number, inout: boolean): Tensor {
    const name = this.#inputName();
    const second = dims.length > 1 && this.random.chance(0.15) ? (grouped + 1) % dims.length : -1;
    const shape = dims.map((d, i) => (i === grouped || i === second ? `${d.text} by ${this.groups()}` : d.text));
    const tensor: Tensor = { name, dtype: format.name, value: 'f32', dims, limit: undefined, magnitude: format.magnitude, format: true, isLet: false, uses: 0 };
    this.inputs.push(tensor);
    this.inputTypes.push(`${name}: ${inout ? 'inout ' : ''}${format.name}[${shape.join(', ')}]${this.#place()}`);
    this.#buffers += format.zero ? 3 : 2;
    return tensor;
  }
  #place(): string { return this.isWhole && this.random.chance(0.06) ? ' in host' : ''; }
  #inputName(): string {
    const { random } = this;
    const taken = new Set(this.inputs.map((t) => t.name));
    const free = (random.chance(0.06) ? trickyNames : inputNames).filter((n) => !taken.has(n));
    return free.length === 0 ? this.fresh('In') : random.pick(free);
  }

  /** Everything that may be read. */
  get readable(): readonly Tensor[] { return [...this.inputs, ...this.lets]; }

  /** Iterations of all nests, and elements of all tensors, about. */
  workAt(sizes: Readonly<Record<string, number>>): number {
    const volume = (loops: readonly Extent[]): number => loops.reduce((n, e) => n * Math.max(1, e.value(sizes)), 1);
    return this.work.reduce((n, loops) => n + volume(loops), 0) + this.readable.reduce((n, t) => n + volume(t.dims), 0);
  }

  /** Extents of everything that is read or gone through, each once. */
  get extents(): readonly Extent[] { return [...new Map([...this.work.flat(), ...this.readable.flatMap((t) => [...t.dims, ...(t.limit === undefined ? [] : [t.limit])])].map((e) => [e.key, e])).values()]; }

  countWork(loops: readonly Extent[]): void { this.work.push(loops); }

  /** An extent for an axis that nothing gives one yet. */
  extent(): Extent {
    const { random } = this;
    const size = (): Extent => Extent.of(random.pick(this.sizes));
    return random.weighted<() => Extent>([
      [7, size],
      [1.4, () => Extent.of(random.pick([1, 2, 3, 4, 5, 7, 8, 16]))],
      [0.7, () => size().times(random.between(2, 4))],
      [0.6, () => size().plus(random.between(1, 3))],
      [0.5, () => { const a = size(), b = size(); return a.key === b.key ? a : a.times(b); }],
      [0.15, () => size().minus(1)],
    ])();
  }
}

function wholeMagnitude(dtype: string): number {
  switch (dtype) {
    case 'int4': case 'uint4': return 15;
    case 'i8': case 'u8': return 255;
    default: return 1000;
  }
}
