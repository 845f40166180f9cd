/** Rounding through f16 and back, which drivers of GPUs like to leave out: every text rounds like the definition, bit by bit. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, encode } from '../../src/cli/tensor-data.ts';
import { compileSource } from '../../src/driver.ts';
import { randomBits } from '../../src/ir/random-input.ts';
import { roundF16 } from '../../src/ir/round.ts';
import { cpuMachine, wgslMachine } from '../fuzz/machines.ts';

/** Around every power of two that f16 and its steps below the normal range have: halves between neighbours, and one f32 to each side. */
function values(): Float32Array {
  const found: number[] = [0, -0, 65504, 65519.996, 65520, 65536, 3e38, Infinity, NaN];
  for (let e = -28; e <= 16; e++) {
    const step = 2 ** Math.max(e - 10, -24);
    for (const k of [0, 1, 2, 3, 511, 1022, 1023]) for (const half of [0, 0.5]) {
      const x = 2 ** e + (k + half) * step;
      const near = 2 ** (Math.floor(Math.log2(x)) - 23);
      found.push(x, x - near, x + near, -x);
    }
  }
  const bits = randomBits('f32', 1), words = new Uint32Array(4096).map((_, i) => (bits(i) & 0x8fffffff) | 0x30000000);
  return Float32Array.from([...found, ...new Float32Array(words.buffer)]);
}

const A = values();
const { kernels } = compileSource('kernel f(A: f32[N], D: f16[N]) -> B: f32[N], H: f16[N], G: f16[N, 3], R: f32[N] { let v[i]: f16 = A[i]  B[i] = v[i]  H[i] = A[i]  G[i, j] = A[i]  R[i] = D[i] }', 'f.tdsl', { targets: ['cpu', 'wgsl'] });
for (const machine of [cpuMachine(), wgslMachine()]) {
  test(machine.name, async () => {
    for (const variant of kernels[0]!.variants.filter((v) => v.target === machine.name)) {
      if (await machine.lacks(variant) || Object.values(variant.when.multiples).some((n) => A.length % n !== 0)) continue;
      const results = await machine.run(kernels[0]!.kernel, variant, { N: A.length }, new Map([['A', encode('f32', A)], ['D', encode('f16', A)]]));
      for (const [name, dtype, times] of [['B', 'f32', 1], ['H', 'f16', 1], ['G', 'f16', 3], ['R', 'f32', 1]] as const) {
        const found = decode(dtype, results.get(name)!, A.length * times);
        const wrong = [...A].flatMap((x, i) => (Object.is(found[i * times], roundF16(x)) ? [] : [`${name}: ${x} becomes ${found[i * times]}, not ${roundF16(x)}`]));
        assert.equal(wrong.slice(0, 5), [], variant.file);
      }
    }
    machine.close();
  });
}

test.run();
