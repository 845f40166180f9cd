/** Products with drawn schedules of the verbs that shape them, from fixed seeds, by the interpreters of tile IR and on the shim. A long run: `run.ts --products`. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { shimAvailable } from '../../src/runtime/shim.ts';
import { execute, newTally } from './execute.ts';
import { shimMachine } from './machines.ts';
import { scheduledProduct } from './products.ts';

/** The first ones, and some of those with roles. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 22, 36, 47, 51, 57, 70];
const order = (): { readonly random: number } => ({ random: 1 });
const shims = (await shimAvailable()) ? [shimMachine(order), shimMachine(order, 'cuda:sm_90a')] : [];

test('products and their schedules give the numbers of the oracle', async () => {
  const tally = newTally(), verbs = new Set<string>(), failures: string[] = [];
  for (const seed of seeds) {
    const { program, target, block } = scheduledProduct(seed);
    for (const [verb] of block.matchAll(/(?<=^ {2})(?:pad|specialize|persistent|stage|tensorize|pipeline|split|tile)\b/gm)) verbs.add(verb);
    const found = await execute(program, { targets: [target], machines: seed % 12 === 0 || seed === 51 ? shims : [], levels: new Set(['values', 'faithful', 'run']), steps: { values: 4e5, faithful: 6e4 }, variants: { interpreted: 1, run: { 'cuda:sm_80': 1, 'cuda:sm_90a': 1 } } }, tally);
    failures.push(...found.map((f) => `seed ${f.seed}, ${f.level} ${f.target} ${JSON.stringify(f.sizes)}: ${f.message}\n${program.text}`));
  }
  assert.is(failures.join('\n\n'), '');
  assert.ok(tally.checked > 5_000, `only ${tally.checked} elements were checked`);
  assert.equal([...verbs].sort(), ['pad', 'persistent', 'pipeline', 'specialize', 'split', 'stage', 'tensorize', 'tile']);
});
test.run();
