/** One program through every level: the oracle against both interpreters of tile IR and what each target's text computes. */
import { decode, encode } from '../../src/cli/tensor-data.ts';
import { compileSource } from '../../src/driver.ts';
import type { CompiledKernel, CompiledVariant } from '../../src/driver-types.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { valueTypeOf } from '../../src/ir/dtype.ts';
import { evaluate, type IndexExpr } from '../../src/ir/index-expr.ts';
import { randomBits, randomInputs } from '../../src/ir/random-input.ts';
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts';
import { interpretTile } from '../../src/ir/tile-interpret.ts';
import { type Op, type TileKernel, threadsOf } from '../../src/ir/tile.ts';
import { compare, describe } from '../../src/ir/tolerance.ts';
import type { Kernel } from '../../src/ir/tst.ts';
import { interpret, type OracleTensor } from '../../src/ir/tst-interpret.ts';
import { findTarget } from '../../src/targets/targets.ts';
import { executeStateful } from './execute-program.ts';
import type { Sizes } from './sizes.ts';
import { elementsOf, type Machine, numberOf } from './machines.ts';

export type Level = 'check' | 'compile' | 'oracle' | 'values' | 'faithful' | 'run';
export interface Failure {
  readonly level: Level;
  readonly target: string;
  readonly variant: string;
  readonly sizes: Sizes;
  readonly seed: number;
  readonly message: string;
  /** Equal for failures that are probably the same. */
  readonly key: string;
}
/** `kernel`: the one of several that is meant. */
export interface Program { readonly text: string; readonly kernel?: string; /** A program with its kernels, in place of a kernel. */ readonly program?: string; readonly sizes: readonly Sizes[]; readonly known: Sizes; readonly seed: number }
export interface Plan {
  /** `cpu`, `wgsl`, `cuda:sm_80`: what is compiled, and where the text runs. */
  readonly targets: readonly string[];
  readonly machines: readonly Machine[];
  readonly levels: ReadonlySet<Level>;
  /** Most steps of one run of an interpreter of tile IR. */
  readonly steps: { readonly values: number; readonly faithful: number };
  /** How many of a target's variants run at each size, by the program's seed in turn; all where left out. */
  readonly variants?: { readonly interpreted?: number; readonly run?: Readonly<Record<string, number>> } | undefined;
  /** Is this text too dear to compile for its machine, this time? */
  readonly tooDear?: ((variant: CompiledVariant, seed: number) => boolean) | undefined;
  /** Told what is done next, so that one who watches knows where a program hangs. */
  readonly onStage?: ((stage: string) => void) | undefined;
}
/** `runs` and `elements`: how often each level ran, and elements that were compared there. */
export interface Tally { runs: Record<string, number>; elements: Record<string, number>; checked: number; unknown: number; variants: number; unfit: number; featureless: number; dear: number; seconds: Record<string, number> }
export const newTally = (): Tally => ({ runs: {}, elements: {}, checked: 0, unknown: 0, variants: 0, unfit: 0, featureless: 0, dear: 0, seconds: {} });

export const keyOf = (level: Level, target: string, message: string): string =>
  `${level === 'run' ? `run ${target}` : level}: ${message.split('\n')[0]!.replace(/\b(?:fuzz\w*|[A-Za-z]\w*\d+|\d[\w.]*|[A-Z]\w?)\b/g, '_').slice(0, 100)}`;

export async function execute(program: Program, plan: Plan, tally: Tally = newTally()): Promise<Failure[]> {
  if (program.program !== undefined) return executeStateful({ ...program, program: program.program }, plan, tally);
  const failures: Failure[] = [];
  const timed = async <T>(what: string, run: () => T | Promise<T>): Promise<T> => {
    const start = performance.now();
    plan.onStage?.(what);
    try { return await run(); } finally {
      const seconds = (performance.now() - start) / 1000;
      tally.seconds[what] = (tally.seconds[what] ?? 0) + seconds;
      if (seconds > 5) process.stderr.write(`seed ${program.seed}: ${what} took ${seconds.toFixed(1)} s\n`);
    }
  };
  const fail = (level: Level, target: string, variant: string, sizes: Sizes, message: string, kind?: string): void => {
    failures.push({ level, target, variant, sizes, seed: program.seed, message, key: keyOf(level, target, kind ?? message) });
  };
  const compiled: CompiledKernel[] = [];
  for (const target of plan.targets) {
    try {
      const result = await timed(`compile ${target}`, () => compileSource(program.text, `f${program.seed}.tdsl`, { targets: [target], sizes: program.known, ...(program.kernel === undefined ? {} : { kernel: program.kernel }) }));
      if (hasErrors(result.diagnostics)) {
        const first = result.diagnostics.find((d) => d.severity === 'error');
        fail('check', '', '', {}, `${first?.code ?? ''} ${first?.message ?? ''}`, first?.code);
        return failures;
      }
      compiled.push(...result.kernels);
    } catch (error) { fail('compile', target, '', {}, messageOf(error)); }
  }
  const kernel = compiled[0]?.kernel;
  if (kernel === undefined) return failures;
  for (const sizes of program.sizes) {
    if (!fits(kernel, sizes)) { tally.unfit++; continue; }
    const inputs = inputsFor(kernel, sizes, program.seed);
    let oracle: Map<string, OracleTensor>;
    try { oracle = await timed('oracle', () => interpret(kernel, sizes, inputs)); } catch (error) { fail('oracle', '', '', sizes, messageOf(error)); continue; }
    for (const [name, expected] of oracle) {
      const own = compare(expected.values, expected);
      tally.checked += own.checked; tally.unknown += own.unknown;
      void name;
    }
    const compareAll = (level: Level, target: string, variant: string, where: string, found: (name: string, expected: OracleTensor) => ArrayLike<number>): void => {
      for (const [name, expected] of oracle) {
        const result = compare(found(name, expected), expected, 4);
        tally.elements[where] = (tally.elements[where] ?? 0) + result.checked;
        if (!result.ok) { fail(level, target, variant, sizes, `wrong numbers: ${result.mismatches} of ${result.checked}\n${describe(name, result).join('\n')}`, 'wrong numbers'); return; }
      }
    };
    const fitting = compiled.flatMap((c) => c.variants).filter((v) => runsAt(v, sizes));
    for (const [interpreted, variant] of turns(plan.targets.map((target) => ({ target, most: plan.variants?.interpreted })), fitting, program.seed)) {
      tally.variants++;
      const steps = variant.launches.reduce((n, l) => n + stepsOf(l.tile, sizes), 0);
      for (const level of ['values', 'faithful'] as const) {
        if (!interpreted || !plan.levels.has(level) || steps > plan.steps[level]) continue;
        const where = `${level} ${variant.target}`;
        tally.runs[where] = (tally.runs[where] ?? 0) + 1;
        try {
          const memory = await timed(level, () => interpretTiles(level, variant, sizes, inputs, program.seed));
          compareAll(level, variant.target, variant.file, where, (name) => memory.get(name) ?? []);
        } catch (error) { fail(level, variant.target, variant.file, sizes, messageOf(error)); }
      }
    }
    if (!plan.levels.has('run')) continue;
    for (const machine of plan.machines) {
      const runnable: CompiledVariant[] = [];
      for (const variant of fitting.filter((v) => v.target === machine.name)) {
        if (await machine.lacks(variant)) tally.featureless++;
        else if (plan.tooDear?.(variant, program.seed) === true) tally.dear++;
        else runnable.push(variant);
      }
      const where = `run ${machine.label}`;
      for (const [chosen, variant] of turns([{ target: machine.name, most: plan.variants?.run?.[machine.name] }], runnable, program.seed)) {
        if (!chosen) continue;
        tally.runs[where] = (tally.runs[where] ?? 0) + 1;
        try {
          const bytes = new Map(kernel.tensors.filter((t) => t.role === 'input' || t.role === 'inout').map((t) => [t.name, encode(t.dtype, inputs.get(t.name) ?? [])]));
          const results = await timed(where, () => machine.run(kernel, variant, sizes, bytes));
          compareAll('run', variant.target, variant.file, where, (name, expected) => decode(expected.dtype, results.get(name) ?? new Uint8Array(0), expected.values.length));
        } catch (error) { fail('run', variant.target, variant.file, sizes, `${machine.label === variant.target ? '' : `${machine.label}: `}${messageOf(error)}`); }
      }
    }
  }
  return failures;
}

/** For every variant whether it is its turn: of each target as many as asked for, beginning where the seed says. */
function turns(wanted: readonly { readonly target: string; readonly most: number | undefined }[], variants: readonly CompiledVariant[], seed: number): [boolean, CompiledVariant][] {
  const counts = new Map<string, number>();
  const at = variants.map((v) => { const n = counts.get(v.target) ?? 0; counts.set(v.target, n + 1); return n; });
  return variants.map((v, i) => {
    const most = wanted.find((w) => w.target === v.target)?.most ?? Infinity;
    const all = counts.get(v.target) ?? 1;
    return [((at[i] ?? 0) - (seed % all) + all) % all < most, v];
  });
}

export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const messages = 'messages' in error && Array.isArray(error.messages) ? error.messages.slice(0, 3).map((m: { text?: string; line?: number }) => `\n  line ${m.line}: ${m.text}`).join('') : '';
  const internal = error.constructor.name === 'TileFault' || error.constructor.name === 'DeviceError' ? '' : `\n${(error.stack ?? '').split('\n').slice(1, 7).join('\n')}`;
  return `${error.constructor.name}: ${error.message}${messages}${internal}`;
}

export function fits(kernel: Kernel, sizes: Sizes): boolean {
  return kernel.facts.every((f) => { const n = numberOf(f.expr, sizes); return f.relation === 'zero' ? n === 0 : n >= 0; })
    && kernel.sizes.every((s) => s.pinned === undefined || s.pinned.includes(sizes[s.name] ?? -1))
    && kernel.tensors.every((t) => t.role === 'temporary' || t.shape.every((e) => numberOf(e, sizes) > 0));
}
export const runsAt = ({ when }: CompiledVariant, sizes: Sizes): boolean =>
  Object.entries(when.equals).every(([name, n]) => sizes[name] === n) && Object.entries(when.multiples).every(([name, n]) => (sizes[name] ?? 0) % n === 0)
  && Object.entries(when.atMost).every(([name, n]) => (sizes[name] ?? 0) <= n);

/**
 * Seeded inputs, of three kinds by seed: all bits of the significand in use; multiples of 1/4, so that most of what is computed is exact and only
 * equality passes; and positions without a range near the edges of what they index.
 */
export function inputsFor(kernel: Kernel, sizes: Sizes, seed: number): Map<string, Float32Array | Int32Array> {
  const inputs = randomInputs(kernel, sizes, seed);
  for (const t of kernel.tensors) {
    const values = inputs.get(t.name);
    if (values === undefined) continue;
    const bits = randomBits(`${t.name} again`, seed);
    if (values instanceof Float32Array && seed % 3 === 0 && (t.dtype === 'f32' || t.dtype === 'f16' || t.dtype === 'bf16')) {
      const positive = kernel.formats.some((f) => f.scale === t.name), whole = kernel.formats.some((f) => f.zero === t.name);
      if (!whole) for (let i = 0; i < values.length; i++) values[i] = positive ? (1 + (bits(i) % 4)) / 4 : ((bits(i) % 17) - 8) / 4;
    }
    if (values instanceof Int32Array && t.limit === undefined && valueTypeOf(t.dtype) === 'i32' && (t.dtype === 'i32' || t.dtype === 'i16') && bits(-1) % 2 === 0) for (let i = 0; i < values.length; i++) values[i] = (bits(i) % 24) - 4;
  }
  return inputs;
}

function interpretTiles(level: 'values' | 'faithful', variant: CompiledVariant, sizes: Sizes, inputs: ReadonlyMap<string, ArrayLike<number>>, seed: number): Map<string, Float64Array> {
  const target = findTarget(variant.target);
  const options = { intrinsic: (name: string) => target?.intrinsics.find((i) => i.name === name), schedule: { seed }, smallestStore: target?.storeBits ?? 8 };
  let memory: Map<string, Float64Array> = new Map([...inputs].map(([name, values]) => [name, Float64Array.from(values)]));
  for (const { tile } of variant.launches) memory = new Map([...memory, ...(level === 'values' ? interpretTile : interpretTileFaithful)(tile, sizes, memory, options)]);
  return memory;
}

/** Elements that one run of a tile kernel touches, about. */
function stepsOf(kernel: TileKernel, sizes: Sizes): number {
  const number = (e: IndexExpr): number => evaluate(e, (kind, id) => (kind === 'size' ? sizes[id] ?? 1 : 0));
  const tileOf = new Map(kernel.axes.map((a) => [a.id, a.tile]));
  const elements = (tile: number): number => kernel.tiles.find((t) => t.id === tile)?.axes.reduce((n, a) => n * (tileOf.get(a) ?? 1), 1) ?? 1;
  const volume = (id: string): number => kernel.shared.find((s) => s.id === id)?.sizes.reduce((n, s) => n * s, 1) ?? 1;
  const cost = (ops: readonly Op[]): number => ops.reduce((n, op) => n + one(op), 0);
  const one = (op: Op): number => {
    switch (op.kind) {
      case 'for': return Math.max(0, number(op.count)) * cost(op.body);
      case 'let': return cost(op.body);
      case 'if': return Math.max(cost(op.then), cost(op.else));
      case 'mma': return elements(op.acc) * (tileOf.get(op.over) ?? 1);
      case 'load': case 'map': case 'convert': case 'loadShared': return elements(op.dst);
      case 'store': case 'storeShared': return elements(op.src);
      case 'reduce': return op.srcs.reduce((n, t) => n + elements(t), 0);
      case 'copyAsync': return volume(op.buffer);
      default: return 1;
    }
  };
  const groups = kernel.grid.reduce((n, g) => n * Math.max(0, number(g.count)), 1);
  return groups * kernel.roles.reduce((n, r) => n + cost(r.body), 0) + threadsOf(kernel);
}

export { elementsOf };
