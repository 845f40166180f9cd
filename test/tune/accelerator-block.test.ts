/** Schedules for accelerators are read back as they were written, and mistakes in them have a rule, a loop and a way out. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from '../../grammar/parse.ts';
import { check } from '../../src/check/check.ts';
import { computationsOf } from '../../src/partition/computation.ts';
import { libraryHardware } from '../../src/partition/library.ts';
import { designAt } from '../../src/partition/space.ts';
import { normalize } from '../../src/passes/normalize.ts';
import { tuneOnAccelerator } from '../../src/tune/accelerator.ts';
import { acceleratorBlock } from '../../src/tune/accelerator-block.ts';
import { checkAcceleratorSchedules } from '../../src/tune/accelerator-check.ts';
import { example, json, scratch, write } from '../cli/support.ts';

const text = (name: string): string => readFileSync(example(`codesign/${name}`), 'utf8');

test('what tune writes is read as the same schedule, on every array', () => {
  let compared = 0;
  for (const [file, name, sizes] of [['gemm', 'gemm', { M: 96, N: 40, K: 56 }], ['conv2d', 'conv2d', { K: 16, C: 12, X: 14, Y: 10, R: 3, S: 3 }], ['ttm', 'ttm', { I: 12, J: 16, K: 20, L: 24 }]] as const) {
    const source = text(file), kernel = check(parse(source, 'k.tdsl').ast).program.kernels.find((k) => k.name === name)!, normal = normalize(kernel), computations = computationsOf(normal);
    for (const accelerator of libraryHardware().accelerators) {
      const request = { accelerator, design: designAt(accelerator.space, accelerator.space.choices.map((c) => c.values.length - 1)), kernel: normal, computation: computations[0]!, sizes, trials: 60, explorer: 'random' as const };
      const first = tuneOnAccelerator({ ...request, seed: 1 });
      if (first === undefined) continue;
      assert.ok(first.kind === 'tuned' && first.winner !== undefined);
      const { ast } = parse(`${source}\n${first.winner.block}\n`, 'k.tdsl'), block = acceleratorBlock(ast, name, accelerator.name, computations);
      assert.ok(block !== undefined);
      const again = tuneOnAccelerator({ ...request, seed: 2, trials: 1, block });
      assert.ok(again?.kind === 'tuned', `${name} on ${accelerator.name}: ${JSON.stringify(again)}`);
      // Of the ways to fuse loops, which a block does not name, the fastest is meant.
      assert.ok(again.start!.cycles <= first.winner.cycles, `${name} on ${accelerator.name}: ${again.start!.cycles} cycles, ${first.winner.cycles} were written`);
      if (/tensorize \w+\(/.test(first.winner.block)) assert.is(again.start!.block.replace(/ *\/\/.*/, ''), first.winner.block.replace(/ *\/\/.*/, ''));
      compared++;
    }
  }
  assert.ok(compared >= 9, String(compared));
});

const wrong = (verbs: string): string => {
  const { ast } = parse(`${text('gemm')}\nschedule gemm for gemm_array {\n  ${verbs}\n}\n`, 'k.tdsl');
  return checkAcceleratorSchedules(ast, check(ast).program.kernels, libraryHardware()).map((d) => `${d.code} ${d.message}`).join();
};
test('which rule, which loop, the nearest that is legal', () => {
  assert.is(wrong('tile i by 64, j by 64, k by 64\n  reorder i, j, k\n  tensorize gemm_array(i, j, k)'), '');
  assert.is(wrong('tile i by 7777'), "TDSL0616 `tile i by 7777` is no legal schedule: a tile is a whole number from 1 to the loop's 1024 (loop `i`); nearest legal: `tile i by 1024`");
  assert.match(wrong('tile i by 7'), /divisors, powers of two and equal shares .*nearest legal: `tile i by 8`/);
  assert.match(wrong('tile q by 8'), /loops are i, j, k \(loop `q`\)/);
  assert.match(wrong('tile i by 1024, j by 1024, k by 1024'), /two tiles of the operands take \d+ bytes of a scratchpad of 524288 .*nearest legal: `tile i by \d+, j by \d+, k by \d+`/);
  assert.match(wrong('reorder j, k, i\n  tensorize gemm_array(i, j, k)'), /nearest legal: `reorder i, j, k`/);
  assert.match(wrong('tensorize gemm_array(k, i, j)'), /does not take these loops .*nearest legal: `tensorize gemm_array\(i, j, k\)`/);
  assert.match(wrong('pipeline 3'), /has `tile`, `reorder` and `tensorize`/);
});

test('check, tune and inspect read it, each with the place', async () => {
  const file = write(scratch(), 'g.tdsl', `${text('gemm')}\nschedule gemm for gemm_array {\n  tile i by 7777\n}\n`);
  for (const args of [['check', file], ['tune', file, '--target', '#gemm_array', '--trials', '5'], ['inspect', file, '--cost', 'calibrated']]) {
    const { exitCode, diagnostics } = await json(args);
    assert.equal([exitCode, ...diagnostics.map((d) => d.code)], [1, 'TDSL0616'], args[0]);
    assert.ok((diagnostics[0]!.line ?? 0) > 20, args[0]);
  }
  const good = write(scratch(), 'g.tdsl', `${text('gemm')}\nschedule gemm for gemm_array {\n  tile i by 64, j by 32, k by 128\n}\n`);
  const { cost } = await json(['inspect', good, '--cost', 'calibrated']) as unknown as { readonly cost: { readonly layers: readonly { readonly tiles: Readonly<Record<string, number>> }[] } };
  assert.equal(cost.layers[0]!.tiles, { i: 64, j: 32, k: 128 });
});
test.run();
