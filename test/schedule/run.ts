/** Compiles a kernel with its schedule block as the driver does, and compares what the lowered kernels compute with the oracle. */
import * as assert from 'uvu/assert';
import { parse } from '../../grammar/parse.ts';
import { check } from '../../src/check/check.ts';
import { instantiate } from '../../src/check/instantiate.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { Reporter } from '../../src/diagnostics/report.ts';
import { SourceFile } from '../../src/diagnostics/span.ts';
import { randomInputs } from '../../src/ir/random-input.ts';
import { compare, describe } from '../../src/ir/tolerance.ts';
import { interpretTile } from '../../src/ir/tile-interpret.ts';
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts';
import { printFailures, validateTile } from '../../src/ir/tile-validate.ts';
import type { Kernel } from '../../src/ir/tst.ts';
import { interpret } from '../../src/ir/tst-interpret.ts';
import { passes, type Stage } from '../../src/passes/table.ts';
import { readBlock } from '../../src/schedule/apply-block.ts';
import { collectSchedules } from '../../src/schedule/apply-file.ts';
import { mostShared } from '../../src/schedule/apply-limits.ts';
import type { Demands } from '../../src/schedule/apply-block.ts';
import { intrinsicOf, type Target } from '../../src/targets/target.ts';
import { findTarget } from '../../src/targets/targets.ts';

export type Sizes = Readonly<Record<string, number>>;
export interface Scheduled { readonly kernel: Kernel; readonly stage: Stage; readonly target: Target; readonly demands: Demands | undefined; readonly diagnostics: readonly Diagnostic[] }
export interface How { readonly kernel?: string; readonly assumes?: Sizes; readonly pins?: Sizes; readonly isFallback?: boolean; readonly until?: string }

/** Runs the passes for a target; stops before lowering when the schedule has errors. */
export function schedule(text: string, targetName: string, how: How = {}): Scheduled {
  const parsed = parse(text, 'test.tdsl');
  const checked = check(parsed.ast);
  const reporter = new Reporter();
  reporter.addAll([...parsed.diagnostics, ...checked.diagnostics]);
  const found = checked.program.kernels.find((k) => how.kernel === undefined || k.name === how.kernel);
  if (found === undefined || reporter.hasErrors) throw new Error(`the program itself is wrong: ${reporter.diagnostics.map((d) => d.message).join('; ')}`);
  const kernel = instantiate(found, how.pins ?? {});
  const target = findTarget(targetName)!;
  const schedules = collectSchedules(parsed.ast, reporter);
  const block = schedules.blockFor(kernel.name, target.name);
  const demands = block && readBlock(block, kernel, reporter);
  let stage: Stage = { level: 'tst', kernel };
  for (const p of passes) {
    if (p.name === 'lower' && reporter.hasErrors) break;
    stage = p.run(stage, { target, name: kernel.name, assumes: how.assumes ?? {}, atMost: {}, schedule: demands && { demands, reporter, isFallback: how.isFallback ?? false } });
    if (p.name === how.until) break;
  }
  return { kernel, stage, target, demands, diagnostics: [...reporter.diagnostics].sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0)) };
}

/** `line:column CODE message` for each diagnostic. */
export function said(text: string, diagnostics: readonly Diagnostic[]): string[] {
  const file = new SourceFile('test.tdsl', text);
  return diagnostics.map((d) => { const at = d.span && file.position(d.span.start); return `${at?.line}:${at?.column} ${d.code} ${d.message}`; });
}

/** The lowered kernels keep the rules of tile IR and compute what the oracle does. */
export function agrees(s: Scheduled, sizes: Sizes, modes: readonly ('values' | 'faithful')[] = ['faithful']): void {
  const { stage, target, kernel } = s;
  assert.equal(s.diagnostics.map((d) => d.message), []);
  if (stage.level !== 'tile') { assert.unreachable('not lowered'); return; }
  const intrinsic = (name: string): (typeof target.intrinsics)[number] | undefined => intrinsicOf(target, name);
  for (const k of stage.kernels) assert.is(printFailures(validateTile(k, { intrinsic, limits: { ...target, sharedBytes: mostShared(target) } })), '', k.name);
  const inputs = randomInputs(kernel, sizes, 1);
  const oracle = interpret(kernel, sizes, inputs);
  for (const mode of modes) {
    let memory: Map<string, Float64Array> = new Map([...inputs].map(([name, values]) => [name, Float64Array.from(values)]));
    for (const k of stage.kernels) memory = new Map([...memory, ...(mode === 'values' ? interpretTile : interpretTileFaithful)(k, sizes, memory, { intrinsic })]);
    for (const [name, expected] of oracle) {
      const found = compare(memory.get(name)!, expected);
      assert.ok(found.ok, `${kernel.name} for ${target.name}, ${mode}, ${JSON.stringify(sizes)}\n${describe(name, found).join('\n')}`);
    }
  }
}
