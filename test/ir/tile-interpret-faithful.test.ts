import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { interpretTileFaithful } from '../../src/ir/tile-interpret-faithful.ts';
import type { Schedule } from '../../src/ir/tile-interpret-run.ts';
import { cudaIntrinsics } from '../../src/targets/cuda/intrinsics.ts';
import { cases, difference } from './tile-kernels.ts';

const intrinsic = (name: string) => cudaIntrinsics.find((i) => i.name === name);

for (const c of cases()) test(`${c.kernel.name} through its registers, under every schedule`, () => {
  for (const sizes of c.sizes) {
    const inputs = c.inputs(sizes);
    const run = (schedule: Schedule): Map<string, Float64Array> => interpretTileFaithful(c.kernel, sizes, inputs, { intrinsic, schedule, smallestStore: c.kernel.target === 'wgsl' ? 32 : 8 });
    const got = run('forward');
    const d = difference(got, c.expected(sizes, inputs));
    assert.ok(d <= c.tolerance, `${JSON.stringify(sizes)}: differs by ${d}`);
    if (c.kernel.roles.length > 1) for (const schedule of ['backward', { seed: 1 }, { seed: 2 }] as const) {
      for (const [name, values] of run(schedule)) assert.ok(values.every((x, e) => Object.is(x, got.get(name)![e]!)), `${name} depends on the schedule`);
    }
  }
});

test.run();
