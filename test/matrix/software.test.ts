/** Kernels with subgroup operations and f16 on software adapters with subgroups of 4 and 8, with f16 and without: what runs there, and that it is right. */
import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lavapipeIcd } from '../../src/runtime/vulkan.ts';
import { runScript, runtimeFile } from '../runtime/child.ts';
import { laneOf } from './lanes.ts';
import { runTasks, tasksFor } from './matrix.ts';

const test = suite('software adapters');
const has = existsSync(lavapipeIcd());
if (!has) process.stdout.write('skipped: software adapters (lavapipe is not unpacked: npx tsx src/build/vulkan.ts lavapipe)\n');
const wanted = has ? test : test.skip;

const lanes = [['wgsl:4', 4, true], ['wgsl:8', 8, true], ['wgsl:4:no-f16', 4, false], ['wgsl:8:no-f16', 8, false]] as const;

for (const [name, subgroup, f16] of lanes) {
  wanted(`${name}: the adapter is what the lane says`, async () => {
    const script = `import { openDevice } from ${runtimeFile('index.ts')};
      const device = await openDevice('webgpu');
      const { features, limits } = device.info();
      console.log(JSON.stringify([limits.subgroup, features.includes('shader-f16'), features.includes('subgroups')]));
      device.close();`;
    const { code, stdout, stderr } = await runScript(script, laneOf(name).env);
    assert.is(code, 0, stderr);
    assert.equal(JSON.parse(stdout), [[subgroup, subgroup], f16, true]);
  });
}

wanted('a kernel with variants for f16, for subgroups, for both and for neither is right on each', async () => {
  const tasks = tasksFor(lanes.map(([name]) => name), 'layernorm.tdsl layernorm', true);
  assert.is(tasks.length, 4);
  const { rows, unfinished } = await runTasks(tasks, { jobs: 2, seconds: 300, taskSeconds: 120 });
  assert.equal(unfinished, []);
  assert.equal(rows.flatMap((r) => r.failures), []);
  for (const r of rows) {
    assert.ok(r.sizes > 0 && r.runs === r.sizes && r.checked > 0, JSON.stringify(r));
    assert.is(r.lacking > 0, r.lane.endsWith('no-f16'), r.lane);
  }
});

test('an unknown feature to do without is named', async () => {
  const script = `const { openDevice } = await import(${runtimeFile('index.ts')});
    try { await openDevice('webgpu'); } catch (error) { console.log(error.code, error.message, error.hint); }`;
  const { stdout } = await runScript(script, { TDSL_WEBGPU_WITHOUT: 'shader-f16,f17' });
  assert.match(stdout, /^TDSL0552 TDSL_WEBGPU_WITHOUT names f17 name some of .*shader-f16/);
});

test.run();
