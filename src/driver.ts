/** The compiler: text in, text out. No disk, no device, no Node. */
import { parse } from '../grammar/parse.ts';
import { check } from './check/check.ts';
import { withoutConsequences } from './check/consequences.ts';
import { linkImports } from './check/imports.ts';
import { instantiate } from './check/instantiate.ts';
import { CompilerBug } from './diagnostics/bug.ts';
import { SourceFile } from './diagnostics/span.ts';
import { STD_FILE, stdText } from './check/std.ts';
import { Reporter } from './diagnostics/report.ts';
import type { CompiledKernel, CompiledLaunch, CompiledVariant, CompileOptions, CompileResult } from './driver-types.ts';
import { crossBits } from './emit/cross-threads.ts';
import { emitFile } from './emit/emit.ts';
import { mul, num } from './ir/index-expr.ts';
import type { Op, TileKernel } from './ir/tile.ts';
import { validateNest } from './ir/nest-validate.ts';
import { validateTile } from './ir/tile-validate.ts';
import type { Kernel } from './ir/tst.ts';
import { validateKernel } from './ir/tst-validate.ts';
import { manifestOf } from './host/manifest.ts';
import { passes, printStage, type Stage } from './passes/table.ts';
import { kernelsOf } from './program/program.ts';
import { validateProgram } from './program/validate.ts';
import { predicted, runsAt } from './cost/predict.ts';
import { reportOf } from './passes/report.ts';
import type { ScheduleRun } from './schedule/apply.ts';
import { readBlock } from './schedule/apply-block.ts';
import { asLowered } from './schedule/apply-lowered.ts';
import { collectSchedules, type Schedules } from './schedule/apply-file.ts';
import { printPlan, printSchedule } from './schedule/print-plan.ts';
import type { Target } from './targets/target.ts';
import { findTarget, targetNames } from './targets/targets.ts';
import { type Variant, variantsOf } from './variants.ts';

interface Job { readonly stem: string; readonly sourceFile: string; readonly sourceText: string; readonly others: readonly SourceFile[]; readonly options: CompileOptions; readonly schedules: Schedules; readonly reporter: Reporter }

/**
 * Compiles every kernel of a source text (or `options.kernel`) for every target asked for. Mistakes of the source come back as diagnostics; then
 * no files are made. @throws CompilerBug when a validator finds that a pass broke its invariants.
 */
export function compileSource(text: string, file: string, options: CompileOptions = {}): CompileResult {
  const { ast: own, diagnostics: syntax } = timed(options, 'parse', '', undefined, () => parse(text, file), () => '');
  const { file: ast, diagnostics: linking, sources } = timed(options, 'link', '', undefined, () => linkImports(own, options.read), () => '');
  const others = [{ file: STD_FILE, text: stdText }, ...sources].map((s) => new SourceFile(s.file, s.text));
  const checked = timed(options, 'check', '', undefined, () => check(ast, { formats: options.formats ?? {} }), () => '');
  const reporter = new Reporter();
  reporter.addAll([...syntax, ...linking, ...withoutConsequences(checked.diagnostics, syntax, own)]);
  const schedules = collectSchedules(ast, reporter);
  const base = file.split(/[\\/]/).at(-1) ?? file;
  const stem = base.replace(/\.tdsl$/, '');
  // A program is compiled with the kernels that it runs.
  const launched = { ...checked.launched, programs: checked.launched.programs.filter((p) => options.kernel === undefined || p.name === options.kernel) };
  const wanted = new Set([...launched.programs.flatMap(kernelsOf), options.kernel]);
  const chosen = checked.program.kernels.filter((k) => options.kernel === undefined || wanted.has(k.name));
  for (const p of launched.programs) invariant('check', () => (reporter.hasErrors ? [] : validateProgram(p, checked.program.kernels, launched.hosts)), options);
  const job: Job = { stem, sourceFile: base, sourceText: text, others, options, schedules, reporter };
  const names = options.targets ?? targetNames;
  const targets = names.flatMap((n) => findTarget(n) ?? []);
  const kernels = reporter.hasErrors ? [] : chosen.map((k) => compileKernel(k, targets, job));
  const files = new Map(kernels.flatMap((k) => k.variants).map((v) => [v.file, v.text]));
  return {
    sources, tests: checked.tests, diagnostics: reporter.diagnostics, program: checked.program, launched, kernels, files: reporter.hasErrors ? [] : [...files].map(([path, body]) => ({ path, text: body })),
    manifest: manifestOf(stem, text, kernels, launched, others),
  };
}

function compileKernel(kernel: Kernel, targets: readonly Target[], job: Job): CompiledKernel {
  const known = instantiate(kernel, job.options.sizes ?? {});
  invariant('check', () => validateKernel(known), job.options);
  const variants = targets.flatMap((target) => {
    const block = job.schedules.blockFor(kernel.name, target.name);
    // A schedule is for every size: it says itself what few rows get.
    const all = variantsOf(known, target, job.options.sizes ?? {}).filter((v) => block === undefined || Object.keys(v.atMost).length === 0);
    const isAligned = (v: Variant): boolean => Object.keys(v.multiples).length > 0;
    const atExample = all.find((v) => runsAt(v, { ...known.example, ...v.equals }));
    return all.flatMap((v) => {
      const reporter = new Reporter();
      const schedule = block && { demands: readBlock(block, v.kernel, reporter), reporter, isFallback: !isAligned(v) && all.some(isAligned) };
      const compiled = compileVariant(v, target, job, schedule, v === atExample);
      job.reporter.addAll([...reporter.diagnostics].sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0)));
      return compiled ?? [];
    });
  });
  return { kernel, variants };
}

function compileVariant(variant: Variant, target: Target, job: Job, schedule: ScheduleRun | undefined, isAtExample: boolean): CompiledVariant[] | undefined {
  const { options } = job;
  let stage: Stage = { level: 'tst', kernel: variant.kernel };
  for (const p of passes) {
    const before: Stage = stage;
    stage = timed<Stage>(options, p.name, variant.name, target.name, () => p.run(before, { target, name: variant.name, assumes: variant.multiples, atMost: variant.atMost, schedule }), printStage);
    if (schedule?.reporter.hasErrors === true && (stage.level === 'plan' || stage.level === 'tile')) return undefined;
    if (stage.level === 'nest') for (const n of stage.fused.nests) invariant(p.name, () => validateNest(n), options);
    if (stage.level === 'tile') {
      const { checks } = stage;
      for (const k of stage.kernels) invariant(p.name, () => validateTile(k, checks), options);
    }
    if (options.stopAfter === p.name) return undefined;
  }
  if (stage.level !== 'tile') throw new CompilerBug(`the last pass leaves ${stage.level}`);
  const { fused, kernels } = stage, plans = asLowered(stage.plans, kernels);
  const scratch = fused.scratch.map((s) => ({ name: s.name, dtype: s.dtype, elements: s.shape.reduce((n, e) => mul(n, e), num(1)) }));
  const report = reportOf(fused, plans), prediction = isAtExample ? predicted(variant.kernel, kernels, target, variant.equals) : undefined;
  const emissions = emissionsOf(kernels, target).map((emission) => timed(options, 'emit', variant.name, target.name, () => emitFile(kernels, { name: target.name, ...emission }, {
    sourceFile: job.sourceFile, sourceText: job.sourceText, others: job.others, options: optionText(options),
  }), (e) => e.text));
  const plain = emissions.at(-1)!;
  // What a feature does not change needs no text of its own.
  return emissions.filter((e) => e === plain || e.text !== plain.text).map((emitted): CompiledVariant => {
    const suffix = featureSuffixes.filter(([feature]) => emitted.abis.some(({ features }) => features.includes(feature))).map(([, text]) => text).join('');
    const launches = kernels.map((tile, i): CompiledLaunch => ({ tile, abi: emitted.abis[i]!, plan: printPlan(fused.nests[i]!, plans[i]!.plan, fused.kernel.written) }));
    return {
      target: target.name, file: `${job.stem}/${variant.name}${suffix}.${target.suffix}`, text: emitted.text, when: { equals: variant.equals, multiples: variant.multiples, atMost: variant.atMost },
      launches, schedule: printSchedule(fused, plans, target, schedule?.demands), scratch, report: prediction === undefined ? report : { ...report, predicted: prediction },
    };
  });
}

/** What a file's name says about features of WebGPU that its text uses. */
const featureSuffixes = [['shader-f16', '_f16'], ['subgroups', '_subgroups']] as const;

/** The texts that one schedule is printed as, best first: with what an adapter may have, then with what every adapter has. */
function emissionsOf(kernels: readonly TileKernel[], target: Target): { shaderF16?: boolean; subgroupBits?: number }[] {
  const plain = {};
  if (target.family !== 'wgsl') return [plain];
  const shaderF16 = kernels.some((k) => k.buffers.some((b) => b.dtype === 'f16'));
  const exchanges = kernels.some((k) => k.roles.some((r) => mergesThreads(k, r.body)));
  if (!shaderF16 && !exchanges) return [plain];
  return [{ ...(shaderF16 ? { shaderF16 } : {}), ...(exchanges ? { subgroupBits: leastSubgroupBits } : {}) }, plain];
}

/** Four invocations are the least that a subgroup has. */
const leastSubgroupBits = 2;

/** Does any reduction merge what different threads hold that surely stand in one subgroup? */
function mergesThreads(kernel: TileKernel, ops: readonly Op[]): boolean {
  return ops.some((op) => {
    if (op.kind === 'for' || op.kind === 'let') return mergesThreads(kernel, op.body);
    if (op.kind === 'if') return mergesThreads(kernel, [...op.then, ...op.else]);
    if (op.kind !== 'reduce') return false;
    const src = kernel.tiles[op.srcs[0]!];
    return src !== undefined && crossBits(src, op).some((bit) => bit < leastSubgroupBits);
  });
}

/** `--size K=4096 --format act=f32`, as the header of an emitted file says it. */
const optionText = ({ sizes = {}, formats = {} }: CompileOptions): string => [...Object.entries(sizes).map(([name, n]) => `--size ${name}=${n}`), ...Object.entries(formats).map(([name, type]) => `--format ${name}=${type}`)].join(' ');

function timed<T>(options: CompileOptions, pass: string, kernel: string, target: string | undefined, run: () => T, print: (result: T) => string): T {
  if (options.trace === undefined) return run();
  const start = performance.now();
  const result = run();
  const milliseconds = performance.now() - start;
  options.trace({ pass, kernel, target, milliseconds, text: print(result) });
  return result;
}

/** A validator's findings are the compiler's mistakes, blamed on the pass just run. */
function invariant(pass: string, validate: () => readonly { readonly rule: number | string; readonly message: string }[], options: CompileOptions): void {
  if (options.validate === false) return;
  const violations = validate();
  const [first] = violations;
  if (first === undefined) return;
  throw new CompilerBug(`after ${pass}: rule ${first.rule}: ${first.message}${violations.length > 1 ? ` (and ${violations.length - 1} more)` : ''}`);
}
