import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
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

test.run();
