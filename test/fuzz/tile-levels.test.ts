import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { variantSteps } from './tile-levels.ts';

test('groups that a short reduction leaves without work are not counted as if they had it', () => {
  // Whether rows meet is a minimum over all of them in 256 pieces, of which two columns fill two.
  const text = 'kernel moved(B: i32<S + 1>[148, S], W: inout f16[148, S + 1, 37]) {\n  W[m, B[m, h], i] = W[m, h + 1, i] + 2.0\n}\n';
  const { kernels } = compileSource(text, 'moved.tdsl', { targets: ['cuda:sm_80'] });
  const variants = kernels[0]?.variants ?? [], general = variants.at(-1);
  assert.ok(general);
  const few = variantSteps(general, { S: 2 }), many = variantSteps(general, { S: 16 });
  assert.ok(few * 2 < many, `${few} with 2 columns, ${many} with 16`);
});

test.run();
