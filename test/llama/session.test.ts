/** The decoder against the model by hand, on the processor. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Compute } from '../../src/llama/programs.ts';
import { weightFormat } from '../../src/llama/weights.ts';
import { f32ArrayFromBf16 } from '../../src/runtime/float.ts';
import { openDevice } from '../../src/runtime/index.ts';
import { openCheckpoint, writeSafetensors } from '../../src/runtime/safetensors.ts';
import { check, fixture, folder } from './session-check.ts';

const kinds = {
  plain: fixture('plain', { layers: 2 }),
  // Nothing shared, stretched positions, weights in three files, every query head with keys of its own.
  other: fixture('other', { tied: false, llama3: true, shards: 3, group: 1, seed: 7, layers: 1 }),
  wide: fixture('wide', { head: 128, hidden: 256, group: 2, seed: 3, layers: 1 }),
};

/** The same checkpoint with weights of f32 that no bf16 holds. */
function finer(path: string): string {
  const to = join(folder, 'finer');
  cpSync(path, to, { recursive: true });
  const checkpoint = openCheckpoint(path);
  const tensors = [...checkpoint.tensors.values()].map((t) => ({ name: t.name, shape: t.shape, dtype: 'F32' as const, data: widened(checkpoint.read(t)) }));
  checkpoint.close();
  writeSafetensors(join(to, 'model.safetensors'), tensors);
  assert.is(weightsOf(to, 'f32'), 'f32');
  assert.is(weightsOf(to, 'bf16'), 'bf16');
  assert.is(weightsOf(path, 'f32'), 'bf16');
  return to;
}
const widened = (bytes: Uint8Array): Uint8Array => new Uint8Array(f32ArrayFromBf16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)).map((x) => x * (1 + 2 ** -12)).buffer);
function weightsOf(path: string, compute: Compute): Compute {
  const checkpoint = openCheckpoint(path);
  const format = weightFormat(compute, checkpoint);
  checkpoint.close();
  return format;
}

for (const [name, path] of Object.entries(kinds)) {
  test(`on cpu: ${name}`, async () => {
    const device = await openDevice('cpu');
    await check(device, 'cpu', path);
    device.close();
  });
}

test('on cpu with products of f32: nothing is rounded between kernels', async () => {
  const device = await openDevice('cpu');
  await check(device, 'cpu', kinds.plain, { act: 'f32', weight: 'bf16' });
  // Weights that are finer than bf16 are kept as they are.
  await check(device, 'cpu', finer(kinds.plain), { act: 'f32', weight: 'f32' });
  device.close();
});

test.run();
