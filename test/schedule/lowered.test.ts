import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { Reporter } from '../../src/diagnostics/report.ts';
import { checkLowered } from '../../src/schedule/apply-lowered.ts';
import { schedule } from './run.ts';

const text = readFileSync(fileURLToPath(new URL('../../examples/matmul.tdsl', import.meta.url)), 'utf8');

test('copies that no proof keeps inside are reported where the schedule demands them', () => {
  const { stage, target, demands, diagnostics } = schedule(text, 'cuda:sm_90a', { kernel: 'matmul_bf16', assumes: { M: 8, N: 8, K: 8 } });
  assert.equal(diagnostics, []);
  if (stage.level !== 'tile' || demands === undefined) throw new Error('the schedule is not lowered');
  const found = (isInside: boolean): string[] => {
    const reporter = new Reporter();
    checkLowered(stage.kernels[0]!, stage.fused.nests[0]!, stage.plans[0]!.plan, target, { demands, reporter, isFallback: false }, isInside);
    return reporter.diagnostics.map((d) => `${d.code} ${text.slice(d.span?.start, d.span?.end)} ${d.message}`);
  };
  assert.equal(found(true), []);
  assert.equal(found(false), ['TDSL0315 wgmma_m64n256k16_bf16 `wgmma_m64n256k16_bf16` does not compute this product: its operands are not proved to lie inside their tensors, and pieces of them that move together cannot be cut']);
});

test('the plan of a launch counts the stages that its kernel has: none where rows begin anywhere', () => {
  for (const target of ['cuda:sm_80', 'cuda:sm_90a']) {
    const launches = compileSource(text, 'matmul.tdsl', { kernel: 'matmul', targets: [target] }).kernels.flatMap((k) => k.variants.flatMap((v) => v.launches));
    const depths = launches.flatMap(({ plan, tile }) => [...plan.matchAll(/^pipeline (\d+)$/gm)].map((m) => ({ said: Number(m[1]), made: Math.max(1, ...tile.pipes.map((p) => p.stages)) })));
    assert.equal(depths.map((d) => d.said), depths.map((d) => d.made), target);
    // Both kinds are there: rows of any length, and aligned ones.
    assert.ok(depths.some((d) => d.said === 1) && depths.some((d) => d.said > 1), JSON.stringify(depths));
  }
});

test.run();
