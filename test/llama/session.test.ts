/** The decoder against the model by hand: scores, prefill in parts, greedy steps, on the processor and on WebGPU. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/llama/config.ts';
import { type FixtureOptions, writeFixture } from '../../src/llama/fixture.ts';
import { compilePrograms, type Programs } from '../../src/llama/programs.ts';
import { argmax, LlamaSession } from '../../src/llama/session.ts';
import type { Device } from '../../src/runtime/device.ts';
import { openDevice } from '../../src/runtime/index.ts';
import { reference } from './reference.ts';

const source = readFileSync(fileURLToPath(new URL('../../examples/llama/llama.tdsl', import.meta.url)), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'tdsl-llama-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const fixture = (name: string, options: Partial<FixtureOptions>): string => {
  const path = join(folder, name);
  writeFixture(path, { hidden: 128, inner: 96, context: 64, ...options });
  return path;
};
const kinds = {
  plain: fixture('plain', { layers: 2 }),
  // Nothing shared, stretched positions, weights in three files, every query head with keys of its own.
  other: fixture('other', { tied: false, llama3: true, shards: 3, group: 1, seed: 7, layers: 1 }),
  wide: fixture('wide', { head: 128, hidden: 256, group: 2, seed: 3, layers: 1 }),
};
const words = [5, 70, 290, 0, 101, 42, 199, 12, 12, 250, 33];

/** Operands of products are bf16, whose steps are 2^-8: so far, in standard deviations of the scores, may a score be off. */
const near = (found: ArrayLike<number>, wanted: Float64Array, what: string): void => {
  assert.is(found.length, wanted.length);
  const spread = Math.sqrt(wanted.reduce((n, x) => n + x * x, 0) / wanted.length);
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) worst = Math.max(worst, Math.abs(found[i]! - wanted[i]!));
  assert.ok(worst < 0.04 * spread, `${what}: off by ${worst}, scores have a spread of ${spread}`);
};

const compiled = new Map<string, Programs>();
const programs = (target: string): Programs => {
  const made = compiled.get(target) ?? compilePrograms(source, 'llama.tdsl', target, false);
  compiled.set(target, made);
  return made;
};

async function check(device: Device, target: string, path: string): Promise<void> {
  const config = readConfig(path);
  const expected = reference(path, config);
  const session = LlamaSession.open(config, path, device, programs(target), 32);
  const all = expected(words);
  const { logits, nll } = await session.score(words, [...words.slice(1), 0], true);
  all.forEach((row, i) => near(logits.subarray(i * config.words, (i + 1) * config.words), row, `scores after word ${i}`));
  all.slice(0, -1).forEach((row, i) => {
    const cost = Math.log(row.reduce((n, x) => n + Math.exp(x - row[argmax(row)]!), 0)) + row[argmax(row)]! - row[words[i + 1]!]!;
    assert.ok(Math.abs(cost - nll[i]!) < 0.1, `word ${i + 1} costs ${nll[i]}, not ${cost}`);
  });
  near(await session.prefill(words), all.at(-1)!, 'prefill');
  // Steps from given words: each must see all before it.
  session.start(words[0]!, 0);
  await session.prefill(words.slice(0, 1));
  const text = words.slice(0, 1);
  for (let i = 0; i < 3; i++) {
    session.start(text[i]!, i);
    const [next] = await session.steps(i, 1);
    const row = expected(text).at(-1)!;
    near(await session.scores(), row, `step ${i}`);
    assert.is(next, argmax(await session.scores()));
    text.push(words[i + 1]!);
  }
  // Several steps without looking give the words that one by one gives.
  await session.prefill(words);
  session.start(7, words.length);
  const many = await session.steps(words.length, 3);
  await session.prefill(words);
  session.start(7, words.length);
  const single: number[] = [];
  for (let i = 0; i < 3; i++) single.push(...await session.steps(words.length + i, 1));
  assert.equal(many, single);
  session.close();
}

for (const [name, path] of Object.entries(kinds)) {
  test(`on cpu: ${name}`, async () => {
    const device = await openDevice('cpu');
    await check(device, 'cpu', path);
    device.close();
  });
}

test('on webgpu: plain', async () => {
  const device = await openDevice('webgpu');
  await check(device, 'wgsl', kinds.plain);
  device.close();
});

test.run();
