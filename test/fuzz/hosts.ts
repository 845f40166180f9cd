/**
 * Functions of the host that generated programs call. What one does follows from its name, `sorted3` sorts, so that the text of a program says all. Each passes errors on no
 * larger than they come (all are 1-Lipschitz in the maximum norm), so that what is computed from their results stays known.
 */
import type { HostFunction } from '../../src/host/program-run.ts';
import type { HostFn } from '../../src/program/program.ts';
import type { HostOracle } from '../../src/program/interpret.ts';
import { numberOf } from './machines.ts';
import type { Sizes } from './sizes.ts';

type Numbers = ArrayLike<number>;
interface Input { readonly shape: readonly number[]; readonly values: Numbers }
interface Result { readonly values: readonly number[]; /** Bounds of the results' errors, from those of the inputs. */ readonly error: (errors: readonly Numbers[]) => readonly number[] }
/** `counts`: how many elements each result has. */
type Kind = (inputs: readonly Input[], counts: readonly number[]) => readonly Result[];

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const largest = (xs: Numbers): number => Array.from(xs).reduce((a, b) => Math.max(a, b), -Infinity);

/** Elements of the one input, each at another place. */
const moved = (placeOf: (i: number, x: Input) => number): Kind => ([x], [count]) => {
  if (x === undefined || count === undefined) return [];
  const at = range(count).map((i) => placeOf(i, x)), of = (xs: Numbers): number[] => at.map((i) => xs[i] ?? NaN);
  return [{ values: of(x.values), error: ([e]) => of(e ?? []) }];
};
const running = (xs: Numbers): number[] => { let most = -Infinity; return Array.from(xs, (x) => (most = Math.max(most, x))); };

/** What a function does whose name begins so. */
export const hostKinds = {
  reversed: moved((i, x) => x.values.length - 1 - i),
  repeated: moved((i, x) => i % x.values.length),
  turned: moved((i, { shape: [rows = 1, columns = 1] }) => (i % rows) * columns + Math.floor(i / rows)),
  sorted: ([x]) => (x === undefined ? [] : [{ values: Array.from(Float64Array.from(x.values).sort()), error: ([e]) => Array.from(x.values, () => largest(e ?? [])) }]),
  highest: ([x]) => (x === undefined ? [] : [{ values: running(x.values), error: ([e]) => running(e ?? []) }]),
  peak: ([x]) => (x === undefined ? [] : [{ values: [largest(x.values)], error: ([e]) => [largest(e ?? [])] }]),
  parted: ([x, z]) => {
    if (x === undefined || z === undefined) return [];
    const both = (f: (a: number, b: number) => number, a: Numbers, b: Numbers): number[] => Array.from(a, (v, i) => f(v, b[i] ?? NaN));
    const error = ([e, g]: readonly Numbers[]): number[] => both(Math.max, e ?? [], g ?? []);
    return [{ values: both(Math.min, x.values, z.values), error }, { values: both(Math.max, x.values, z.values), error }];
  },
} satisfies Readonly<Record<string, Kind>>;
export type HostKind = keyof typeof hostKinds;

function kindOf(name: string): Kind {
  const kind = Object.entries(hostKinds).find(([k]) => name.startsWith(k));
  if (kind === undefined) throw new RangeError(`nothing says what the host function ${name} does`);
  return kind[1];
}
const countOf = (shape: HostFn['outputs'][number]['shape'], sizes: Sizes): number => shape.reduce((n, e) => n * numberOf(e, sizes), 1);

/** For the interpreter of programs. */
export const hostOracle = (hosts: readonly HostFn[]): HostOracle => (name, inputs, sizes) => {
  const fn = hosts.find((h) => h.name === name);
  const given = fn?.inputs.flatMap((t) => inputs.get(t.name) ?? []) ?? [];
  const results = kindOf(name)(given, fn?.outputs.map((t) => countOf(t.shape, sizes)) ?? []);
  return new Map(results.map(({ values, error }, i) => [fn?.outputs[i]?.name ?? '', { values, error: error(given.map((x) => x.error)) }]));
};

/** For the engine: typed arrays in and out. Codes of narrow floats are only moved. */
export function hostFunctions(hosts: readonly HostFn[]): Readonly<Record<string, HostFunction>> {
  return Object.fromEntries(hosts.map((fn): [string, HostFunction] => [fn.name, (inputs, sizes) => {
    const data = fn.inputs.flatMap((t) => { const x = inputs[t.name]; return x === undefined ? [] : [{ shape: x.shape, values: numbersOf(x.data) }]; });
    const [first] = data;
    const results = kindOf(fn.name)(data, fn.outputs.map((t) => countOf(t.shape, sizes)));
    return Object.fromEntries(results.map(({ values }, i) => [fn.outputs[i]?.name ?? '', like(first?.values, values)]));
  }]));
}

type Elements = Float32Array | Int32Array | Uint16Array;
function numbersOf(data: ArrayBufferView): Elements {
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint16Array) return data;
  throw new RangeError('host functions of programs take f32, i32, f16 and bf16');
}
const like = (first: Elements | undefined, values: readonly number[]): Elements =>
  first instanceof Float32Array ? Float32Array.from(values) : first instanceof Int32Array ? Int32Array.from(values) : Uint16Array.from(values);
