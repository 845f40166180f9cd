/**
 * The gpu model against times measured on an H200: of each kernel and target of T7 every fourth plan of the first run, beginning with one that nothing was fitted to. A change of
 * the model or of what a schedule becomes that loses the order of these plans fails here.
 */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { profileFor } from '../../src/cost/gpu-profile.ts';
import { kendallTau } from '../../src/cost/rank.ts';
import { compileCandidate } from '../../src/tune/candidate.ts';
import { predict } from '../../src/tune/search.ts';
import { type Task, workloadOf } from '../bench/plan-tasks.ts';

interface Row { readonly task: Task; readonly device: string; readonly plans: readonly { readonly block: string; readonly measuredUs: number }[] }
const { rows } = JSON.parse(readFileSync('docs/hasco/T7.json', 'utf8')) as { readonly rows: readonly Row[] };
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

for (const target of ['cuda:sm_90a', 'wgsl']) {
  test(`${target}: the order of measured plans`, () => {
    const own = rows.filter((r) => r.task.target === target);
    assert.is(own.length, 5);
    const taus = own.map((row) => {
      const { w } = workloadOf(row.task), profile = profileFor(target, row.device);
      const some = row.plans.filter((_, n) => n % 4 === 1).flatMap((p) => { const c = compileCandidate(w, p.block); return c.ok ? [{ measured: p.measuredUs, predicted: predict(w, profile, c.kernels).seconds }] : []; });
      assert.ok(some.length >= 8, `${row.task.kernel}: ${some.length} plans`);
      return kendallTau(some.map((p) => p.predicted), some.map((p) => p.measured));
    });
    assert.ok(mean(taus) > 0.7, `${own.map((r, n) => `${r.task.kernel} ${taus[n]!.toFixed(2)}`).join(', ')}`);
    assert.ok(Math.min(...taus) > 0.5, `${own.map((r, n) => `${r.task.kernel} ${taus[n]!.toFixed(2)}`).join(', ')}`);
  });
}
test.run();
