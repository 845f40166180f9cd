/** `tdsl tune` and `compile --tuned`, on the processor and with small budgets. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { matmul } from '../tune/support.ts';
import { json, type Json, scratch, tdsl, write } from './support.ts';

const cache = scratch();
process.env['TDSL_CACHE'] = cache;
const stateFiles = (): string[] => readdirSync(join(cache, 'tune')).map((f) => join(cache, 'tune', f));
interface TuneResult { readonly kernel: string; readonly target: string; readonly trials: number; readonly legal: number; readonly measured: number; readonly resumed: number; readonly start: { readonly predictedUs: number }; readonly winner: { readonly block: string; readonly ratio: number; readonly right: boolean } | null }
const resultsOf = (j: Json): readonly TuneResult[] => j.results as unknown as readonly TuneResult[];

/** Thin rows in a schedule that wastes threads: something a search must better. */
const slow = `${matmul}\nschedule f for cuda(sm_80) {\n  tile m by 16 by warp 16, n by 8 by warp 8, k by 16\n  pipeline 1\n}\n`;

test('a poor schedule in the source is bettered; the output compiles, and a second run goes on from the first', async () => {
  const folder = scratch(), file = write(folder, 'slow.tdsl', slow), out = join(folder, 'out.tdsl');
  const first = await json(['tune', file, '-t', 'cuda:sm_80', '--trials', '25', '--size', 'M=512,N=512,K=512', '-o', out]);
  assert.is(first.exitCode, 0);
  const [r] = resultsOf(first);
  assert.ok(r !== undefined && r.winner !== null && r.winner.right && r.winner.ratio > 1.5, JSON.stringify(r));
  assert.is(r!.trials, 25);
  const text = readFileSync(out, 'utf8');
  assert.is(text.match(/schedule f for/g)?.length, 1);
  assert.ok(text.includes(r!.winner!.block));
  assert.equal((await json(['compile', out, '-o', join(folder, 'gen'), '-t', 'cuda:sm_80'])).diagnostics, []);
  const again = resultsOf(await json(['tune', file, '-t', 'cuda:sm_80', '--trials', '25', '--size', 'M=512,N=512,K=512']))[0]!;
  assert.equal([again.resumed, again.winner?.block], [25, r!.winner!.block]);
});

test('what runs is measured, and wins only with right numbers', async () => {
  const file = write(scratch(), 'm.tdsl', matmul);
  const j = await json(['tune', file, '--measure', '--trials', '8', '--explorer', 'random', '--size', 'M=32,N=32,K=32']);
  const [r] = resultsOf(j);
  assert.equal([j.exitCode, r?.target, r?.trials], [0, 'cpu', 8]);
  assert.ok(r!.measured >= 1);
  assert.ok(r!.winner === null || r!.winner.right);
});

test('compile reads its source alone; --tuned takes what was found; a damaged or old record is ignored with a note', async () => {
  const folder = scratch(), file = write(folder, 'f.tdsl', matmul.replace('@example M=96, N=80, K=64', '@example M=2000, N=96, K=512')), gen = join(folder, 'gen');
  const tuned = resultsOf(await json(['tune', file, '-t', 'cuda:sm_80', '--trials', '80']))[0]!;
  assert.ok(tuned.winner !== null, 'nothing better was found');
  const emitted = async (...more: string[]): Promise<string> => { await tdsl(['compile', file, '-o', gen, '-t', 'cuda:sm_80', ...more]); return readFileSync(join(gen, 'f', 'f.json'), 'utf8'); };
  const plain = await emitted();
  assert.is.not(await emitted('--tuned'), plain);
  assert.is(await emitted(), plain);
  const state = stateFiles().find((f) => readFileSync(f, 'utf8').includes('"M":2000'))!, good = readFileSync(state, 'utf8');
  for (const [bad, why] of [['{', 'it cannot be read'], ['{"schema":1}', 'it is no record of tunings'], [good.replace('"compiler":"', '"compiler":"0.0.'), 'made it, this is'],
    [good.replace('tile m by', 'tile m bye'), 'its tunings are not those that were written']] as const) {
    assert.is.not(bad, good);
    writeFileSync(state, bad);
    const { exitCode, diagnostics } = await json(['compile', file, '-o', gen, '-t', 'cuda:sm_80', '--tuned']);
    assert.is(exitCode, 0);
    assert.equal(diagnostics.map((d) => [d.code, d.severity]), [['TDSL0614', 'warning']]);
    assert.match(diagnostics[0]!.message, why);
    assert.is(readFileSync(join(gen, 'f', 'f.json'), 'utf8'), plain);
  }
});

test('mistakes: no sizes, no kernel, no trials, no such explorer, no device', async () => {
  const folder = scratch(), file = write(folder, 'm.tdsl', matmul.replace(/^.*\n/, ''));
  const first = async (...args: string[]): Promise<readonly [number, string | undefined]> => { const j = await json(['tune', ...args]); return [j.exitCode, j.diagnostics[0]?.code]; };
  assert.equal(await first(file), [2, 'TDSL0501']);
  assert.equal(await first(file, '--kernel', 'g', '--size', 'M=8,N=8,K=8'), [2, 'TDSL0502']);
  assert.equal(await first(file, '--trials', '0', '--size', 'M=8,N=8,K=8'), [2, 'TDSL0504']);
  assert.equal(await first(file, '--explorer', 'luck', '--size', 'M=8,N=8,K=8'), [2, 'TDSL0503']);
  assert.is((await first(write(folder, 'x.tdsl', 'kernel f(')))[0], 1);
});
test.run();
