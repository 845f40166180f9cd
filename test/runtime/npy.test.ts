import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataError, type RuntimeCode } from '../../src/runtime/errors.ts';
import { decodeNpy, encodeNpy, npyDtypes, npyValues, type NpyArray, type NpyDtype } from '../../src/runtime/npy-format.ts';
import { readNpy, sidecarPath, writeNpy } from '../../src/runtime/npy.ts';
import { failure } from './expect.ts';

const folder = mkdtempSync(join(tmpdir(), 'tdsl-npy-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const allDtypes = Object.keys(npyDtypes) as NpyDtype[];
const sample = (dtype: NpyDtype, shape: readonly number[]): NpyArray => {
  const bytes = shape.reduce((a, b) => a * b, npyDtypes[dtype]);
  return { dtype, shape, data: Uint8Array.from({ length: bytes }, (_, i) => (dtype === 'b1' ? i % 2 : (i * 37) % 251)) };
};
const whole = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
/** A version 1 file with this dictionary. */
const handMade = (dictionary: string, data: readonly number[]): Uint8Array => {
  const text = new TextEncoder().encode(dictionary);
  return Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length & 255, text.length >> 8, ...text, ...data);
};

test('every element type and rank survives a round trip', () => {
  for (const dtype of allDtypes) {
    for (const shape of [[], [0], [1], [7], [3, 5], [2, 3, 4]]) {
      const array = sample(dtype, shape);
      const [header, data] = encodeNpy(array);
      assert.is(header.length % 64, 0);
      assert.is(data, array.data);
      assert.equal(decodeNpy(whole([header, data]), 'x.npy'), array);
    }
  }
});

test('the bytes are those of numpy.save', () => {
  // np.save of np.arange(3, dtype='<i2'), numpy 2.4.
  const want = `\x93NUMPY\x01\x00v\x00{'descr': '<i2', 'fortran_order': False, 'shape': (3,), }${' '.repeat(60)}\n\x00\x00\x01\x00\x02\x00`;
  const got = whole(encodeNpy({ dtype: 'i2', shape: [3], data: Uint8Array.of(0, 0, 1, 0, 2, 0) }));
  assert.is(Buffer.from(got).toString('latin1'), want);
});

test('column-major and big-endian files come out row-major and little-endian', () => {
  const fortran = decodeNpy(handMade("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", [11, 21, 12, 22, 13, 23]), 'x.npy');
  assert.equal([...fortran.data], [11, 12, 13, 21, 22, 23]);
  const deep = decodeNpy(handMade("{'descr': '<u2', 'fortran_order': True, 'shape': (2, 2, 2), }", [0, 4, 2, 6, 1, 5, 3, 7].flatMap((v) => [v, 1])), 'x.npy');
  assert.equal([...npyValues(deep)].map(Number), [256, 257, 258, 259, 260, 261, 262, 263]);
  const big = decodeNpy(handMade("{'descr': '>i4', 'fortran_order': False, 'shape': (2,), }", [0, 0, 1, 2, 255, 255, 255, 254]), 'x.npy');
  assert.equal([...npyValues(big)].map(Number), [258, -2]);
});

test('typed views hold the values', () => {
  const array: NpyArray = { dtype: 'i8', shape: [1], data: new Uint8Array(BigInt64Array.of(-5n).buffer) };
  assert.equal([...npyValues(array)], [-5n]);
  const shifted = new Uint8Array(9);
  shifted.set(new Uint8Array(Float64Array.of(1.5).buffer), 1);
  assert.equal([...npyValues({ dtype: 'f8', shape: [1], data: shifted.subarray(1) })], [1.5]);
});

test('damaged and foreign files are refused with the file, the bytes expected and the bytes found', async () => {
  const file = join(folder, 'damaged.npy');
  const good = sample('f4', [4, 4]);
  for (const length of [0, 5, 9, 11, 100, 128, 130, 191]) {
    writeNpy(file, good);
    truncateSync(file, length);
    const error = await failure('TDSL0571', () => readNpy(file));
    assert.ok(error instanceof DataError && error.file === file && error.found === length, error.message);
    assert.ok(error instanceof DataError && (error.expected ?? 0) > length, error.message);
  }
  writeFileSync(file, whole([...encodeNpy(good), Uint8Array.of(1)]));
  const long = await failure('TDSL0571', () => readNpy(file));
  assert.ok(long instanceof DataError && long.expected === 192 && long.found === 193);
  const cases: [RuntimeCode, Uint8Array][] = [
    ['TDSL0571', new TextEncoder().encode('not a numpy file at all')],
    ['TDSL0571', handMade("{'descr': '<f4', 'fortran_order': False, }", [])],
    ['TDSL0571', handMade("{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740993,), }", [])],
    ['TDSL0571', handMade('garbage', [])],
    ['TDSL0572', handMade("{'descr': '<U5', 'fortran_order': False, 'shape': (1,), }", [])],
    ['TDSL0572', handMade("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", [])],
    ['TDSL0572', handMade("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", [])],
    ['TDSL0572', Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 9, 0, 0, 0, 0, 0)],
  ];
  for (const [code, bytes] of cases) {
    writeFileSync(file, bytes);
    await failure(code, () => readNpy(file));
  }
  await failure('TDSL0570', () => readNpy(join(folder, 'absent.npy')));
  await failure('TDSL0570', () => readNpy(folder));
  assert.throws(() => encodeNpy({ ...good, shape: [5] }), RangeError);
});

test('a sidecar describes packed elements, and goes when the file is written without one', async () => {
  const file = join(folder, 'deep/er/packed.npy');
  const array = { ...sample('u1', [2, 8]), sidecar: { dtype: 'int4', shape: [2, 16], packing: 'low-first' } };
  writeNpy(file, array);
  assert.equal(readNpy(file), array);
  for (const text of ['{', '[]', '{"dtype": 4, "shape": [1]}', '{"dtype": "int4", "shape": [-1]}', '{"dtype": "int4", "shape": [1], "packing": 3}']) {
    writeFileSync(sidecarPath(file), text);
    const error = await failure('TDSL0571', () => readNpy(file));
    assert.ok(error instanceof DataError && error.file === sidecarPath(file));
  }
  writeNpy(file, sample('f4', [1]));
  assert.not.ok(existsSync(sidecarPath(file)));
  assert.equal(readNpy(file), sample('f4', [1]));
  assert.equal(readdirSync(join(folder, 'deep/er')), ['packed.npy'], 'nothing temporary is left');
});

const numpy = spawnSync('python3', ['-c', 'import numpy'], { encoding: 'utf8' });
const haveNumpy = numpy.error === undefined && numpy.status === 0;
if (!haveNumpy) process.stdout.write('skipped: numpy reads and writes the same (no numpy)\n');
(haveNumpy ? test : test.skip)('numpy reads and writes the same', () => {
  for (const dtype of allDtypes) writeNpy(join(folder, `${dtype}.npy`), sample(dtype, [3, 4, 5]));
  const script = `
import numpy as np
for d in ${JSON.stringify(allDtypes)}:
    a = np.load(f'{d}.npy')
    assert a.dtype.str[1:] == d and a.shape == (3, 4, 5), (d, a.dtype, a.shape)
    np.save(f'{d}.back.npy', np.asfortranarray(a))
    with open(f'{d}.two.npy', 'wb') as f: np.lib.format.write_array(f, a.astype(a.dtype.newbyteorder('>')), version=(2, 0))
`;
  const { status, stderr } = spawnSync('python3', ['-c', script], { cwd: folder, encoding: 'utf8' });
  assert.is(status, 0, stderr);
  for (const dtype of allDtypes) {
    assert.equal(readNpy(join(folder, `${dtype}.back.npy`)), sample(dtype, [3, 4, 5]));
    assert.equal(readNpy(join(folder, `${dtype}.two.npy`)), sample(dtype, [3, 4, 5]));
  }
});

test.run();
