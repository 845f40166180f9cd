/** Runs a case on one machine and compares with its oracle. */
import * as assert from 'uvu/assert';
import { type Case, difference } from '../ir/tile-kernels.ts';
import type { Runner } from './machines.ts';

export async function check(c: Case, runner: Runner): Promise<void> {
  for (const sizes of c.sizes) {
    const inputs = c.inputs(sizes);
    const got = await runner.run(sizes, inputs);
    const expected = c.expected(sizes, inputs);
    // An expected 0 may stand for "no number" (see `binaryCase`).
    const numbers = c.kernel.name === 'binary_f32' ? new Map([...got].map(([k, x]) => [k, x.map((e) => (Number.isNaN(e) ? 0 : e))])) : got;
    const d = difference(numbers, expected);
    assert.ok(d <= c.tolerance, `${c.kernel.name} ${JSON.stringify(sizes)}: difference ${d}, at most ${c.tolerance}\n${runner.text}`);
  }
}
