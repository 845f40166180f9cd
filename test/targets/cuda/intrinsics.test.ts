/** The declared layouts against the formulas of the PTX ISA, written down again here from its fragment descriptions. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { coordinateOf, extentOf, registerCount, type Layout } from '../../../src/ir/layout.ts';
import { cudaArchitecture, cudaIntrinsic, cudaIntrinsics, fragmentWords, isCudaMma, mmaIntrinsics, type CudaMma } from '../../../src/targets/cuda/intrinsics.ts';

type Place = (group: number, thread: number, i: number) => readonly [number, number];
interface Formulas { readonly a: Place; readonly b: Place; readonly d: Place }

const d: Place = (g, t, i) => [i < 2 ? g : g + 8, 2 * t + (i & 1)];
const half: Formulas = {
  a: (g, t, i) => [i < 2 || (i >= 4 && i < 6) ? g : g + 8, 2 * t + (i & 1) + (i < 4 ? 0 : 8)],
  b: (g, t, i) => [2 * t + (i & 1) + (i < 2 ? 0 : 8), g],
  d,
};
const isa: Readonly<Record<string, Formulas>> = {
  mma_m16n8k16_f16: half,
  mma_m16n8k16_f16_sum16: half,
  mma_m16n8k16_bf16: half,
  mma_m16n8k8_tf32: { a: (g, t, i) => [i === 0 || i === 2 ? g : g + 8, i < 2 ? t : t + 4], b: (g, t, i) => [i === 0 ? t : t + 4, g], d },
  mma_m16n8k32_s8: {
    a: (g, t, i) => [i < 4 || (i >= 8 && i < 12) ? g : g + 8, 4 * t + (i & 3) + (i < 8 ? 0 : 16)],
    b: (g, t, i) => [4 * t + (i & 3) + (i < 4 ? 0 : 16), g],
    d,
  },
};

function checkPlaces(name: string, layout: Layout, place: Place, rows: number, columns: number): void {
  assert.equal(layout.dims.map(extentOf), [rows, columns], name);
  assert.is(registerCount(layout), (rows * columns) / 32, name);
  for (let lane = 0; lane < 32; lane++) {
    for (let i = 0; i < registerCount(layout); i++) {
      const at = { lane, warp: 0, thread: lane };
      assert.equal([coordinateOf(layout, 0, at, i), coordinateOf(layout, 1, at, i)], [...place(lane >> 2, lane & 3, i)], `${name}, lane ${lane}, element ${i}`);
    }
  }
}

test('fragments lie as the PTX ISA says', () => {
  assert.equal(mmaIntrinsics.map((m) => m.name).sort(), Object.keys(isa).sort());
  for (const mma of mmaIntrinsics) {
    const formulas = isa[mma.name]!;
    checkPlaces(`${mma.name}.a`, mma.a.layout, formulas.a, mma.m, mma.k);
    checkPlaces(`${mma.name}.b`, mma.b.layout, formulas.b, mma.k, mma.n);
    checkPlaces(`${mma.name}.d`, mma.d.layout, formulas.d, mma.m, mma.n);
  }
});

test('words of a fragment', () => {
  const words = (m: CudaMma): number[] => [fragmentWords(m.a), fragmentWords(m.b), fragmentWords(m.d)];
  assert.equal(Object.fromEntries(mmaIntrinsics.map((m) => [m.name, words(m)])), {
    mma_m16n8k16_f16: [4, 2, 4], mma_m16n8k16_f16_sum16: [4, 2, 2], mma_m16n8k16_bf16: [4, 2, 4], mma_m16n8k8_tf32: [4, 2, 4], mma_m16n8k32_s8: [4, 2, 4],
  });
});

test('names are unique, and every intrinsic is found by its own', () => {
  assert.is(new Set(cudaIntrinsics.map((i) => i.name)).size, cudaIntrinsics.length);
  for (const i of cudaIntrinsics) assert.equal(cudaIntrinsic(i.name), { kind: 'ok', value: i });
  assert.is(cudaIntrinsics.filter(isCudaMma).length, mmaIntrinsics.length);
});

test('what only Hopper has is refused as not in this version, what nobody has as unknown', () => {
  assert.is(cudaIntrinsic('wgmma_m64n256k16_bf16').kind, 'later');
  assert.is(cudaIntrinsic('mma_m7n7k7').kind, 'unknown');
  const sm90a = cudaArchitecture('sm_90a');
  assert.is(sm90a.kind, 'later');
  if (sm90a.kind !== 'ok') assert.match(sm90a.message, /sm_90a is not in this version/);
  assert.equal(cudaArchitecture('sm_80'), { kind: 'ok', value: 80 });
  assert.equal(cudaArchitecture('sm_90'), { kind: 'ok', value: 90 });
  assert.is(cudaArchitecture('sm_75').kind, 'unknown');
  assert.is(cudaArchitecture('80').kind, 'unknown');
});

test.run();
