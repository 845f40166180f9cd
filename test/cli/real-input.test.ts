/** The main job on real input, on all three targets: a picture blurred, and a product with weights from a file. The outcomes are computed here once more, by plain loops. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { picture, pictureSize } from '../../src/build/picture.ts';
import { f16ArrayFromF32, f32ArrayFromF16 } from '../../src/runtime/float.ts';
import { readNpy, writeNpy } from '../../src/runtime/npy.ts';
import { shimAvailable } from '../../src/runtime/shim.ts';
import { example, json, root, scratch } from './support.ts';

const folder = scratch();
const targets = [['cpu'], ['wgsl'], ...(await shimAvailable() ? [['cuda:sm_80', '--device', 'shim']] : [])];
if (targets.length < 3) process.stdout.write('g++ is missing: CUDA text is not run\n');

test('blur: the picture of the example', async () => {
  const path = join(root, 'examples/blur.npy');
  const image = readNpy(path);
  const [height, width] = pictureSize;
  assert.equal(image.shape, [height, width, 3]);
  assert.ok(Buffer.from(image.data).equals(picture(height, width)), 'examples/blur.npy is what src/build/picture.ts draws');
  const at = (y: number, x: number, c: number): number => image.data[(Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)) * 3 + c] ?? 0;
  const taps = [1, 4, 6, 4, 1];
  // Numerators over 256, exact; the kernel rounds ties to even.
  const expected = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const c = i % 3, x = Math.floor(i / 3) % width, y = Math.floor(i / 3 / width);
    let sum = 0;
    taps.forEach((v, j) => taps.forEach((u, k) => { sum += v * u * at(y + j - 2, x + k - 2, c); }));
    const whole = Math.floor(sum / 256), rest = sum % 256;
    return rest > 128 || (rest === 128 && whole % 2 === 1) ? whole + 1 : whole;
  });
  for (const [target = '', ...device] of targets) {
    const out = join(folder, `blurred-${target.replace(':', '-')}.npy`);
    const { exitCode, results } = await json(['run', example('blur'), '--target', target, ...device, '--in', `image=${path}`, '--out', `out=${out}`, '--check']);
    assert.is(exitCode, 0);
    assert.equal([results[0]?.check.checked, results[0]?.check.mismatches], [height * width * 3, 0], target);
    const found = readNpy(out);
    assert.equal(found.shape, image.shape);
    assert.ok(Buffer.from(found.data).equals(expected), target);
  }
});

test('matmul: weights and activations from .npy files', async () => {
  const [M, K, N] = [5, 192, 80];
  // Weights as layers have them: normal, with a few channels that are much larger.
  let state = 12345;
  const uniform = (): number => { state = (state * 1664525 + 1013904223) >>> 0; return (state + 1) / 2 ** 32; };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const A = f16ArrayFromF32(Float32Array.from({ length: M * K }, normal));
  const B = f16ArrayFromF32(Float32Array.from({ length: K * N }, (_, i) => normal() * (Math.floor(i / N) % 64 === 7 ? 1 : 0.05)));
  const bytes = (x: Uint16Array): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
  writeNpy(join(folder, 'a.npy'), { dtype: 'f2', shape: [M, K], data: bytes(A) });
  writeNpy(join(folder, 'w.npy'), { dtype: 'f2', shape: [K, N], data: bytes(B) });
  const [a, b] = [f32ArrayFromF16(A), f32ArrayFromF16(B)];
  for (const [target = '', ...device] of targets) {
    const out = join(folder, `c-${target.replace(':', '-')}.npy`);
    const { exitCode, results } = await json(['run', `${example('matmul')}#matmul`, '--target', target, ...device, '--in', `A=${join(folder, 'a.npy')}`, '--in', `B=${join(folder, 'w.npy')}`, '--out', `C=${out}`, '--check']);
    assert.is(exitCode, 0);
    assert.equal([results[0]?.sizes, results[0]?.check.checked], [{ M, K, N }, M * N], target);
    const { data, shape } = readNpy(out);
    assert.equal(shape, [M, N]);
    const c = f32ArrayFromF16(new Uint16Array(data.buffer, data.byteOffset, M * N));
    for (let i = 0; i < M * N; i++) {
      let sum = 0, size = 0;
      for (let k = 0; k < K; k++) {
        const term = a[Math.floor(i / N) * K + k]! * b[k * N + (i % N)]!;
        sum += term;
        size += Math.abs(term);
      }
      assert.ok(Math.abs(c[i]! - sum) <= Math.abs(sum) * 2 ** -11 + size * K * 2 ** -24 + 2 ** -24, `${target}: element ${i} is ${c[i]}, not ${sum}`);
    }
  }
});

test.run();
