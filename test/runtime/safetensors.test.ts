import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeSafetensors, type SafetensorsTensor } from '../../src/runtime/safetensors-format.ts';
import { openCheckpoint, writeSafetensors } from '../../src/runtime/safetensors.ts';
import type { RuntimeCode } from '../../src/runtime/errors.ts';
import { failure } from './expect.ts';

const folder = mkdtempSync(join(tmpdir(), 'tdsl-safetensors-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const tensors: readonly SafetensorsTensor[] = [
  { name: 'a.weight', dtype: 'F32', shape: [2, 3], data: Uint8Array.from({ length: 24 }, (_, i) => i) },
  { name: 'b', dtype: 'BF16', shape: [], data: Uint8Array.of(1, 2) },
  { name: 'empty', dtype: 'I64', shape: [0, 5], data: new Uint8Array(0) },
];
const whole = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
/** A file with this header, as text or as an object, and so many bytes behind it. */
const handMade = (name: string, header: string | object, bytes: number): string => {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(text.length), true);
  const path = join(folder, name);
  writeFileSync(path, whole([prefix, text, new Uint8Array(bytes)]));
  return path;
};

test('what is written is read again, tensor by tensor', () => {
  const path = join(folder, 'm.safetensors');
  writeSafetensors(path, tensors, { format: 'pt' });
  const checkpoint = openCheckpoint(path);
  assert.equal(checkpoint.metadata, { format: 'pt' });
  for (const { name, dtype, shape, data } of tensors) {
    const found = checkpoint.tensors.get(name);
    assert.ok(found);
    assert.equal([found.dtype, found.shape, checkpoint.read(found)], [dtype, shape, data]);
    assert.is(name === 'a.weight' ? found.begin % 8 : 0, 0, 'elements begin at a multiple of eight bytes');
  }
  checkpoint.close();
});

test('the bytes are those of the reference implementation', () => {
  // safetensors.numpy.save({'x': np.arange(2, dtype=np.float32)}), safetensors 0.4.
  const expected = '{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
  const bytes = whole(encodeSafetensors([{ name: 'x', dtype: 'F32', shape: [2], data: new Uint8Array(new Float32Array([0, 1]).buffer) }]));
  assert.is(new TextDecoder().decode(bytes.subarray(8, 8 + expected.length)), expected);
  assert.is(bytes[0], 56);
  assert.is(bytes.length, 8 + 56 + 8);
});

test('shards are one checkpoint; the index must agree with them', async () => {
  const sharded = join(folder, 'sharded');
  mkdirSync(sharded);
  const [a, ...others] = tensors;
  assert.ok(a);
  writeSafetensors(join(sharded, 'model-00001-of-00002.safetensors'), [a]);
  writeSafetensors(join(sharded, 'model-00002-of-00002.safetensors'), others);
  const index = (map: object): void => writeFileSync(join(sharded, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
  const right = { 'a.weight': 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors', empty: 'model-00002-of-00002.safetensors' };
  index(right);
  const checkpoint = openCheckpoint(sharded);
  for (const { name, data } of tensors) {
    const found = checkpoint.tensors.get(name);
    assert.ok(found);
    assert.equal(checkpoint.read(found), data);
  }
  checkpoint.close();
  index({ ...right, b: 'model-00001-of-00002.safetensors' });
  assert.match((await failure('TDSL0571', () => openCheckpoint(sharded))).message, /says that .*00001.* holds tensor b, which stands in .*00002/);
  index({ ...right, c: 'model-00001-of-00002.safetensors' });
  assert.match((await failure('TDSL0571', () => openCheckpoint(sharded))).message, 'which no shard does');
  index({ ...right, c: 'model-00003-of-00002.safetensors' });
  await failure('TDSL0570', () => openCheckpoint(sharded));
  index({ x: '../m.safetensors' });
  assert.match((await failure('TDSL0571', () => openCheckpoint(sharded))).message, 'names no file beside it');
});

test('damage is told by name and by bytes', async () => {
  const f32 = (from: number, to: number, shape = [2]): object => ({ dtype: 'F32', shape, data_offsets: [from, to] });
  const cases: readonly (readonly [RuntimeCode, string | object, number, RegExp])[] = [
    ['TDSL0571', { x: f32(0, 8), y: f32(8, 16) }, 12, /cut off within tensor y: \d+ bytes where \d+ are needed/],
    ['TDSL0571', { x: f32(0, 8) }, 9, /1 more than its header says/],
    ['TDSL0571', { x: f32(0, 8, [3]) }, 8, /gives tensor x of F32\[3\] 8 bytes, which takes 12/],
    ['TDSL0571', { x: f32(0, 8), y: f32(4, 12) }, 12, /overlapping tensors before tensor y/],
    ['TDSL0571', { x: f32(0, 8), y: f32(12, 20) }, 20, /a gap before tensor y/],
    ['TDSL0571', { x: { dtype: 'F32', shape: [-2], data_offsets: [0, 8] } }, 8, /without dtype, shape or data_offsets/],
    ['TDSL0571', '{"x": ', 0, /no JSON/],
    ['TDSL0571', '[1]', 0, /no object/],
    ['TDSL0572', { x: { dtype: 'Q7', shape: [8], data_offsets: [0, 7] } }, 7, /tensor x of element type Q7/],
  ];
  for (const [i, [code, header, bytes, message]] of cases.entries()) {
    const path = handMade(`bad${i}.safetensors`, header, bytes);
    assert.match((await failure(code, () => openCheckpoint(path))).message, message);
  }
  const path = join(folder, 'pointer.safetensors');
  writeFileSync(path, 'version https://git-lfs.github.com/spec/v1\n');
  assert.match((await failure('TDSL0571', () => openCheckpoint(path))).message, 'does not begin as');
  writeFileSync(path, 'abc');
  assert.match((await failure('TDSL0571', () => openCheckpoint(path))).message, '3 bytes where 8');
  await failure('TDSL0570', () => openCheckpoint(join(folder, 'none')));
  mkdirSync(join(folder, 'void'));
  assert.match((await failure('TDSL0570', () => openCheckpoint(join(folder, 'void')))).message, 'holds neither');
});

test.run();
