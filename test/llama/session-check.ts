/** Checks the decoder on a device against the model by hand: scores, prefill in parts, greedy steps. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/llama/config.ts';
import { type FixtureOptions, writeFixture } from '../../src/llama/fixture.ts';
import { type Compute, compilePrograms, type LlamaFormats, type Programs } from '../../src/llama/programs.ts';
import { argmax, LlamaSession } from '../../src/llama/session.ts';
import type { Device } from '../../src/runtime/device.ts';
import { reference } from './reference.ts';

const source = readFileSync(fileURLToPath(new URL('../../examples/llama/llama.tdsl', import.meta.url)), 'utf8');
export const folder = mkdtempSync(join(tmpdir(), 'tdsl-llama-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

export const fixture = (name: string, options: Partial<FixtureOptions>): string => {
  const path = join(folder, name);
  writeFixture(path, { hidden: 128, inner: 96, context: 64, ...options });
  return path;
};
const words = [5, 70, 290, 0, 101, 42, 199, 12, 12, 250, 33];

/** So far, in standard deviations of the scores, may a score be off: operands of products have steps of 2^-8 in bf16, and of 2^-24 in f32. */
const bounds = { bf16: 0.04, f32: 2e-5 } as const;
const nearer = (compute: Compute) => (found: ArrayLike<number>, wanted: Float64Array, what: string): void => {
  assert.is(found.length, wanted.length);
  const spread = Math.sqrt(wanted.reduce((n, x) => n + x * x, 0) / wanted.length);
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) worst = Math.max(worst, Math.abs(found[i]! - wanted[i]!));
  assert.ok(worst < bounds[compute] * spread, `${what}: off by ${worst}, scores have a spread of ${spread}`);
};

const compiled = new Map<string, Programs>();
const programs = (target: string, formats: LlamaFormats): Programs => {
  const key = JSON.stringify([target, formats]);
  const made = compiled.get(key) ?? compilePrograms(source, 'llama.tdsl', target, false, formats);
  compiled.set(key, made);
  return made;
};
export const half: LlamaFormats = { act: 'bf16', weight: 'bf16' };

export async function check(device: Device, target: string, path: string, formats = half): Promise<void> {
  const near = nearer(formats.act);
  const config = readConfig(path);
  const expected = reference(path, config);
  const session = LlamaSession.open(config, path, device, programs(target, formats), 32);
  const all = expected(words);
  const { logits, nll } = await session.score(words, [...words.slice(1), 0], true);
  all.forEach((row, i) => near(logits.subarray(i * config.words, (i + 1) * config.words), row, `scores after word ${i}`));
  all.slice(0, -1).forEach((row, i) => {
    const cost = Math.log(row.reduce((n, x) => n + Math.exp(x - row[argmax(row)]!), 0)) + row[argmax(row)]! - row[words[i + 1]!]!;
    assert.ok(Math.abs(cost - nll[i]!) < 2.5 * bounds[formats.act], `word ${i + 1} costs ${nll[i]}, not ${cost}`);
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
