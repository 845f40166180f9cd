import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { recordSum } from '../../src/runtime/record-sum.ts';
import { array, product } from '../codesign/support.ts';
import { example, json, scratch, tdsl, write } from './support.ts';

const folder = scratch(), file = write(folder, 'small.tdsl', `${product}${array}codesign gemm on small minimize latency, power, area\n`);
const into = (name: string): string => join(folder, name);

interface Result {
  readonly ok: boolean; readonly exitCode: number; readonly evaluated: number; readonly feasible: number; readonly hypervolume: number;
  readonly pareto: readonly { readonly accelerator: string; readonly design: Readonly<Record<string, number | string>>; readonly metrics: Readonly<Record<string, number>> }[];
  readonly diagnostics: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
  readonly cost: { readonly area: number; readonly power: number; readonly terms: readonly { readonly name: string }[]; readonly layers: readonly { readonly cycles: number; readonly tiles: Readonly<Record<string, number>>; readonly searched: boolean; readonly terms: readonly { readonly name: string; readonly value: number }[] }[] };
}
async function run(...args: string[]): Promise<Result> {
  const { out, err } = await tdsl([...args, '--json']);
  assert.is(err, '');
  const parsed: Result = JSON.parse(out);
  return parsed;
}

test('enumeration evaluates the whole space and writes everything', async () => {
  const r = await run('codesign', file, '--method', 'enumerate', '-o', into('all'));
  assert.is(r.exitCode, 0);
  assert.is(r.evaluated, 24);
  assert.ok(r.pareto.length > 1);
  for (const name of ['pareto.json', 'state.json', 'chosen.tdsl', 'chosen.json', 'chosen.js', 'front.svg', 'hypervolume.svg']) assert.ok(existsSync(join(into('all'), name)), name);
  assert.match(readFileSync(join(into('all'), 'front.svg'), 'utf8'), /^<svg [\s\S]*<circle[\s\S]*<\/svg>\n$/);
  // The chosen design is a declaration of one design.
  const chosen = write(folder, 'chosen.tdsl', `${product}${readFileSync(join(into('all'), 'chosen.tdsl'), 'utf8')}codesign gemm on gemm_array`), again = await run('codesign', chosen, '--method', 'enumerate', '-o', into('again'));
  assert.is(again.evaluated, 1);
  assert.equal(again.pareto[0]!.metrics, JSON.parse(readFileSync(join(into('all'), 'chosen.json'), 'utf8')).metrics);
});

test('ehvi twice: identical sets; in two threads as well', async () => {
  const [a, b, c] = [await run('codesign', file, '--evals', '12', '-o', into('a')), await run('codesign', file, '--evals', '12', '-o', into('b')), await run('codesign', file, '--evals', '12', '--jobs', '2', '-o', into('c'))];
  assert.is(a.evaluated, 12);
  assert.equal(b.pareto, a.pareto);
  assert.equal(c.pareto, a.pareto);
});

test('a search goes on where it stopped; what is broken or of another search is ignored with a note', async () => {
  const whole = await run('codesign', file, '--evals', '12', '-o', into('whole')), path = join(into('parts'), 'state.json');
  await run('codesign', file, '--evals', '12', '-o', into('parts'));
  const good = readFileSync(path, 'utf8'), state = JSON.parse(good);
  const part = state.observations.slice(0, 7);
  writeFileSync(path, JSON.stringify({ ...state, sum: recordSum(part), observations: part }));
  const { err } = await tdsl(['codesign', file, '--evals', '12', '-o', into('parts')]);
  assert.match(err, /7 evaluations of .*state\.json are taken over/);
  const again = await run('codesign', file, '--evals', '12', '-o', into('parts'));
  assert.equal(again.pareto, whole.pareto);
  assert.is(JSON.stringify(again.pareto), JSON.stringify(whole.pareto));
  for (const [text, why] of [['{"schema": 1, ', 'it is no JSON text'], ['[]', 'it is not the state of a search'], [JSON.stringify({ ...state, key: 'x' }), 'it is of another program, method, seed, option or version'], [JSON.stringify({ ...state, sum: recordSum([{}]), observations: [{}] }), 'an evaluation in it is broken'],
    ...['"position":[', '"latency":'].map((before) => [good.replace(new RegExp(`(${before.replace('[', '\\[')})\\d`), '$17'), 'its evaluations are not those that were written'] as const)] as const) {
    assert.is.not(text, good);
    writeFileSync(path, text);
    const r = await run('codesign', file, '--evals', '12', '-o', into('parts')), [note] = r.diagnostics;
    assert.equal([note?.code, note?.severity], ['TDSL0614', 'warning']);
    assert.ok(note?.message.includes(why), note?.message);
    assert.equal(r.pareto, whole.pareto);
  }
});

test('constraints that no design meets: the nearest, and by how much; the results are there all the same', async () => {
  const hard = write(folder, 'hard.tdsl', `${product}${array}codesign gemm on small subject to latency <= 1 us, area <= 1 um2, power <= 1 W\n`), r = await run('codesign', hard, '--method', 'enumerate', '-o', into('hard'));
  assert.is(r.exitCode, 1);
  assert.is(r.diagnostics[0]!.code, 'TDSL0613');
  assert.match(r.diagnostics[0]!.message, /^none of 24 designs meets the constraints; the nearest is small x \d, .*, which misses `latency <= 1 us` with .* us \(.* % off\) and `area <= 1 um2` with .* \(.* % off\)$/);
  // Each by its own amount.
  const [, latency, far, wide] = /with ([\d.]+) us \(([\d.e+]+) % off\).*\(([\d.e+]+) % off\)/.exec(r.diagnostics[0]!.message)!.map(Number);
  assert.ok(Math.abs(far! / (100 * (latency! - 1)) - 1) < 0.05 && wide! > 100 * far!, r.diagnostics[0]!.message);
  assert.ok(existsSync(join(into('hard'), 'pareto.json')));
});

test('constraints of another file', async () => {
  const bounds = write(folder, 'bounds.tdsl', 'codesign other on gemm_array subject to power <= 1 W\ncodesign gemm on small minimize latency subject to area <= 90000 um2\n'), r = await run('codesign', file, '--with', bounds, '--method', 'enumerate', '-o', into('with'));
  assert.is(r.pareto.length, 1);
  assert.ok(r.pareto[0]!.metrics['area']! <= 90000);
  assert.ok(r.feasible < 24);
});

test('options that are none', async () => {
  for (const args of [['--method', 'luck'], ['--evals', 'many'], ['--model', 'gpu'], ['--explorer', 'luck']]) assert.is((await run('codesign', file, ...args, '-o', into('x'))).exitCode, 2, args.join(' '));
  const big = write(folder, 'big.tdsl', `${product}codesign gemm on dot_array`);
  assert.match((await run('codesign', big, '--method', 'enumerate', '-o', into('x'))).diagnostics[0]!.message, /968832 designs/);
});

test('check reads accelerators and co-designs', async () => {
  const bad = write(folder, 'bad.tdsl', `${product}${array}codesign gemm on small subject to power <= 15\naccelerator odd { intrinsic C[i: x] += sum(k: 1) A[i, k] * B[k]\n space { x in {4, 8}; lanes in {1, 2} } }\n`);
  assert.equal((await json(['check', bad])).diagnostics.map((d) => d.code), ['TDSL0608', 'TDSL0607']);
});

test('compat, at the values of the reference', async () => {
  const { cost } = await run('inspect', '--cost', 'compat', '--design', 'P=256,B=64,L1=64,L2=32768');
  assert.ok(Math.abs(cost.area / 60896679 - 1) < 1e-3, String(cost.area));
  assert.ok(Math.abs(cost.power / 596.28 - 1) < 1e-3, String(cost.power));
  assert.is(cost.terms.length, 12);
});
test('a prediction term by term: the best schedule, or one that is given', async () => {
  const found = (await run('inspect', file, '--cost', 'calibrated', '--design', 'x=8,scratchpad=8KiB')).cost.layers[0]!, given = (await run('inspect', file, '--cost', 'calibrated', '--design', 'x=8,scratchpad=8KiB', '--tiles', 'i=16,j=16,k=16')).cost.layers[0]!;
  assert.ok(found.searched && !given.searched);
  assert.ok(found.cycles <= given.cycles);
  assert.equal(Object.values(given.tiles), [16, 16, 16]);
  assert.ok(given.terms.some((t) => t.name === 'transfers'));
});
test('schedules that are not legal: which rule, which loop, the nearest that is', async () => {
  const of = async (...args: string[]): Promise<string> => { const [d] = (await run('inspect', file, '--cost', 'calibrated', ...args)).diagnostics; return `${d?.code ?? ''} ${d?.message ?? ''}`; };
  assert.match(await of('--tiles', 'i=64,j=48,k=80'), /^TDSL0616 --tiles i=64,j=48,k=80 is no legal schedule: two tiles of the operands take \d+ bytes of a scratchpad of 4096 \(loop `[ijk]`\); nearest legal: i=\d+,j=\d+,k=\d+$/);
  assert.is(await of('--tiles', 'q=4'), 'TDSL0616 --tiles q=4 is no legal schedule: loops are i, j, k (loop `q`)');
  assert.is(await of('--tiles', 'i=65'), "TDSL0616 --tiles i=65 is no legal schedule: a tile is a whole number from 1 to the loop's 64 (loop `i`); nearest legal: i=64");
  assert.is(await of('--tiles', 'i=63'), 'TDSL0616 --tiles i=63 is no legal schedule: tiles are divisors, powers of two and equal shares of the extent (loop `i`); nearest legal: i=64');
  assert.match(await of('--design', 'x=5'), /x in 4, 8/);
  assert.match(await of('--design', 'width=5'), /has no parameter `width`/);
  const luck = await run('inspect', example('matmul'), '--cost', 'luck');
  assert.is(luck.exitCode, 2);
  assert.match(luck.diagnostics[0]!.message, /`gpu`, `calibrated` and `compat`/);
});

test.run();
