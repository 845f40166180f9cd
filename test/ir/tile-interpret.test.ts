import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { interpretTile } from '../../src/ir/tile-interpret.ts';
import { cases, difference, intrinsic } from './tile-kernels.ts';

for (const c of cases()) test(`${c.kernel.name} means what it should, at whole tiles and tails`, () => {
  for (const sizes of c.sizes) {
    const inputs = c.inputs(sizes);
    const got = interpretTile(c.kernel, sizes, inputs, { intrinsic });
    const d = difference(got, c.expected(sizes, inputs));
    assert.ok(d <= c.tolerance, `${JSON.stringify(sizes)}: differs by ${d}`);
  }
});

test.run();
