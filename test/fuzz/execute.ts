/** One program through every level: the oracle against both interpreters of tile IR and what each target's text computes. */
import { decode, encode } from '../../src/cli/tensor-data.ts';
import { compileSource } from '../../src/driver.ts';
import type { CompiledKernel, CompiledVariant, CompileResult } from '../../src/driver-types.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { valueTypeOf } from '../../src/ir/dtype.ts';
import { randomBits, randomInputs } from '../../src/ir/random-input.ts';
import { compare, describe } from '../../src/ir/tolerance.ts';
import type { Kernel } from '../../src/ir/tst.ts';
import { interpret, type OracleTensor } from '../../src/ir/tst-interpret.ts';
import { executeStateful } from './execute-program.ts';
import { libraryReader } from './libraries.ts';
import type { Sizes } from './sizes.ts';
import { type Machine, numberOf } from './machines.ts';
import { interpretTiles, smallerSizes, type TileLevel, variantSteps } from './tile-levels.ts';

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
export interface Program { readonly text: string; readonly kernel?: string; /** A program with its kernels, in place of a kernel. */ readonly program?: string; /** The file that it imports. */ readonly library?: string; readonly sizes: readonly Sizes[]; readonly known: Sizes; readonly seed: number }
export interface Plan {
  /** `cpu`, `wgsl`, `cuda:sm_80`: what is compiled, and where the text runs. */
  readonly targets: readonly string[];
  readonly machines: readonly Machine[];
  readonly levels: ReadonlySet<Level>;
  /** Most steps of one run of an interpreter of tile IR. */
  readonly steps: { readonly values: number; readonly faithful: number };
  /** Of these steps what a second run of the same level and target may take; all where left out. */
  readonly again?: number | undefined;
  /** Where none of the drawn sizes keeps within `steps`, a smaller drawing of them is interpreted, with at most so many steps; a program that takes more is counted as missed. Left out: nothing is. */
  readonly smaller?: { readonly values: number; readonly faithful: number } | undefined;
  /** How many of a target's variants run at each size, by the program's seed in turn; all where left out. */
  readonly variants?: { readonly interpreted?: number; readonly run?: Readonly<Record<string, number>> } | undefined;
  /** Is this text too dear to compile for its machine, this time? */
  readonly tooDear?: ((variant: CompiledVariant, seed: number) => boolean) | undefined;
  /** Told what is done next, so that one who watches knows where a program hangs. */
  readonly onStage?: ((stage: string) => void) | undefined;
}
/** `runs` and `elements`: how often each level ran, and elements that were compared there. `missed`: programs of which nothing was interpreted there. */
/** `refused`: schedule blocks that got a diagnostic. */
export interface Tally { refused: number; missed: Record<string, number>; runs: Record<string, number>; elements: Record<string, number>; checked: number; unknown: number; variants: number; unfit: number; featureless: number; dear: number; seconds: Record<string, number> }
export const newTally = (): Tally => ({ refused: 0, missed: {}, runs: {}, elements: {}, checked: 0, unknown: 0, variants: 0, unfit: 0, featureless: 0, dear: 0, seconds: {} });

export const keyOf = (level: Level, target: string, message: string): string =>
  `${level === 'run' ? `run ${target}` : level}: ${message.split('\n')[0]!.replace(/\b(?:fuzz\w*|[A-Za-z]\w*\d+|\d[\w.]*|[A-Z]\w?)\b/g, '_').slice(0, 100)}`;

/** Runs something, told to who watches, and adds up the time that passes: asking for the processor's would take a hundredth of it. */
export function timer(program: Program, plan: Plan, tally: Tally): <T>(what: string, run: () => T | Promise<T>) => Promise<T> {
  return async (what, run) => {
    const start = performance.now();
    plan.onStage?.(what);
    try { return await run(); } finally {
      const passed = (performance.now() - start) / 1000;
      tally.seconds[what] = (tally.seconds[what] ?? 0) + passed;
      if (passed > 5) process.stderr.write(`seed ${program.seed}: ${what} took ${passed.toFixed(1)} s\n`);
    }
  };
}

export async function execute(program: Program, plan: Plan, tally: Tally = newTally()): Promise<Failure[]> {
  if (program.program !== undefined) return executeStateful({ ...program, program: program.program }, plan, tally);
  const failures: Failure[] = [];
  const timed = timer(program, plan, tally);
  const fail = (level: Level, target: string, variant: string, sizes: Sizes, message: string, kind?: string): void => {
    failures.push({ level, target, variant, sizes, seed: program.seed, message, key: keyOf(level, target, kind ?? message) });
  };
  const compiled: CompiledKernel[] = [];
  const compile = async (targets: readonly string[]): Promise<CompileResult> => timed(`compile${targets.length === 1 ? ` ${targets[0]}` : ''}`, () => compileSource(program.text, `f${program.seed}.tdsl`, { targets, sizes: program.known, read: libraryReader(program.library), ...(program.kernel === undefined ? {} : { kernel: program.kernel }) }));
  const results: CompileResult[] = [];
  try { results.push(await compile(plan.targets)); } catch {
    // One by one, to find the target that the compiler dies of.
    for (const target of plan.targets) try { results.push(await compile([target])); } catch (error) { fail('compile', target, '', {}, messageOf(error)); }
    if (failures.length === 0) fail('compile', plan.targets.join(), '', {}, 'all targets together do not compile, though each does');
  }
  for (const result of results) {
    if (hasErrors(result.diagnostics)) {
      const first = result.diagnostics.find((d) => d.severity === 'error');
      fail('check', '', '', {}, `${first?.code ?? ''} ${first?.message ?? ''}`, first?.code);
      return failures;
    }
    compiled.push(...result.kernels);
  }
  const kernel = compiled[0]?.kernel;
  if (kernel === undefined) return failures;
  const oracleAt = async (sizes: Sizes): Promise<Expected | undefined> => {
    const inputs = inputsFor(kernel, sizes, program.seed);
    try { return { sizes, inputs, oracle: await timed('oracle', () => interpret(kernel, sizes, inputs)) }; } catch (error) { fail('oracle', '', '', sizes, messageOf(error)); return undefined; }
  };
  const compareAll = (level: Level, target: string, variant: string, where: string, { sizes, oracle }: Expected, found: (name: string, expected: OracleTensor) => ArrayLike<number>): void => {
    tally.elements[where] ??= 0;
    for (const [name, expected] of oracle) {
      const result = compare(found(name, expected), expected, 4);
      tally.elements[where] += result.checked;
      if (!result.ok) { fail(level, target, variant, sizes, `wrong numbers: ${result.mismatches} of ${result.checked}\n${describe(name, result).join('\n')}`, 'wrong numbers'); return; }
    }
  };
  const interpreted = new Set<string>();
  const interpretOne = async (level: TileLevel, variant: CompiledVariant, expected: Expected): Promise<void> => {
    const where = `${level} ${variant.target}`;
    interpreted.add(where);
    tally.runs[where] = (tally.runs[where] ?? 0) + 1;
    try {
      const memory = await timed(level, () => interpretTiles(level, variant, expected.sizes, expected.inputs, program.seed));
      compareAll(level, variant.target, variant.file, where, expected, (name) => memory.get(name) ?? []);
    } catch (error) { fail(level, variant.target, variant.file, expected.sizes, messageOf(error)); }
  };
  const variants = compiled.flatMap((c) => c.variants);
  const fitting = program.sizes.filter((sizes) => fits(kernel, sizes) || (tally.unfit++, false));
  const expectations = new Map<Sizes, Expected>();
  for (const sizes of fitting) {
    const expected = await oracleAt(sizes);
    if (expected === undefined) continue;
    const { inputs, oracle } = expected;
    expectations.set(sizes, expected);
    for (const known of oracle.values()) { const own = compare(known.values, known); tally.checked += own.checked; tally.unknown += own.unknown; }
    const usable = variants.filter((v) => runsAt(v, sizes));
    for (const [chosen, variant] of turns(plan.targets.map((target) => ({ target, most: plan.variants?.interpreted })), usable, program.seed)) {
      tally.variants++;
      const steps = variantSteps(variant, sizes);
      // Once a target's tile IR was interpreted, further sizes are where they take little.
      for (const level of tileLevels) if (chosen && plan.levels.has(level) && steps <= plan.steps[level] * (interpreted.has(`${level} ${variant.target}`) ? plan.again ?? 1 : 1)) await interpretOne(level, variant, expected);
    }
    if (!plan.levels.has('run')) continue;
    for (const machine of plan.machines) {
      const runnable: CompiledVariant[] = [];
      for (const variant of usable.filter((v) => v.target === machine.name)) {
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
          compareAll('run', variant.target, variant.file, where, expected, (name, t) => decode(t.dtype, results.get(name) ?? new Uint8Array(0), t.values.length));
        } catch (error) { fail('run', variant.target, variant.file, sizes, `${machine.label === variant.target ? '' : `${machine.label}: `}${messageOf(error)}`); }
      }
    }
  }
  const { smaller } = plan;
  if (smaller === undefined || expectations.size === 0) return failures;
  const fixed = new Map<string, readonly number[]>([...kernel.sizes.flatMap((k) => (k.pinned === undefined ? [] : [[k.name, k.pinned] as const])), ...Object.entries(program.known).map(([name, n]) => [name, [n]] as const)]);
  const candidates = [...fitting, ...smallerSizes(fitting, fixed).filter((sizes) => fits(kernel, sizes))];
  for (const target of plan.targets) for (const level of tileLevels) {
    if (!plan.levels.has(level) || interpreted.has(`${level} ${target}`) || !variants.some((v) => v.target === target)) continue;
    const found = affordable(candidates, variants.filter((v) => v.target === target), plan.steps[level]);
    if (found === undefined || found.steps > smaller[level]) { tally.missed[`${level} ${target}`] = (tally.missed[`${level} ${target}`] ?? 0) + 1; continue; }
    const expected = expectations.get(found.sizes) ?? await oracleAt(found.sizes);
    if (expected === undefined) continue;
    expectations.set(found.sizes, expected);
    await interpretOne(level, found.variant, expected);
  }
  return failures;
}

const tileLevels = ['values', 'faithful'] as const;
/** What the oracle says of one run. */
interface Expected { readonly sizes: Sizes; readonly inputs: ReadonlyMap<string, Float32Array | Int32Array>; readonly oracle: ReadonlyMap<string, OracleTensor> }

/** The first of the sizes, and the variant that runs there, which takes no more steps than `most`; where none does, those that take the fewest. */
function affordable(candidates: readonly Sizes[], variants: readonly CompiledVariant[], most: number): { readonly sizes: Sizes; readonly variant: CompiledVariant; readonly steps: number } | undefined {
  let least: { readonly sizes: Sizes; readonly variant: CompiledVariant; readonly steps: number } | undefined;
  for (const sizes of candidates) {
    const variant = variants.find((v) => runsAt(v, sizes));
    if (variant === undefined) continue;
    const steps = variantSteps(variant, sizes);
    if (least === undefined || steps < least.steps) least = { sizes, variant, steps };
    if (steps <= most) return least;
  }
  return least;
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
