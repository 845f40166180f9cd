/** The declared layouts against the formulas of the PTX ISA, written down again here from its fragment descriptions. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { coordinateOf, extentOf, registerCount, type Layout } from '../../../src/ir/layout.ts';
import { cudaArchitecture, cudaIntrinsic, cudaIntrinsics, fragmentWords, isCudaMma, mmaIntrinsics, type CudaMma } from '../../../src/targets/cuda/intrinsics.ts';
import { isWgmma, wgmmaIntrinsic, wgmmaIntrinsics, wholePanels } from '../../../src/targets/cuda/wgmma.ts';

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

test('what only Hopper has is for sm_90a alone; what later GPUs alone have is not in this version; what nobody has is unknown', () => {
  assert.is(cudaIntrinsic('wgmma_m64n256k16_bf16', 'sm_90a').kind, 'ok');
  for (const architecture of ['sm_80', 'sm_90']) assert.equal(cudaIntrinsic('wgmma_m64n256k16_bf16', architecture), { kind: 'unknown', message: 'wgmma_m64n256k16_bf16 needs sm_90a' });
  for (const name of ['mma_m7n7k7', 'wgmma_m64n12k16_bf16', 'wgmma_m64n264k16_bf16', 'wgmma_m64n40k32_s8', 'wgmma_m64n64k32_bf16']) assert.is(cudaIntrinsic(name, 'sm_90a').kind, 'unknown', name);
  assert.equal(cudaArchitecture('sm_80'), { kind: 'ok', value: 80 });
  assert.equal(cudaArchitecture('sm_90'), { kind: 'ok', value: 90 });
  assert.equal(cudaArchitecture('sm_90a'), { kind: 'ok', value: 90 });
  const later = cudaArchitecture('sm_100a');
  assert.is(later.kind, 'later');
  if (later.kind !== 'ok') assert.match(later.message, /sm_100a is not in this version/);
  assert.is(cudaArchitecture('sm_75').kind, 'unknown');
  assert.is(cudaArchitecture('80').kind, 'unknown');
});

/** PTX ISA, "Register Fragments for wgmma": thread t of warp w, group t / 4, register i. */
const rowOf = (t: number, second: boolean): number => 16 * (t >> 5) + ((t & 31) >> 2) + (second ? 8 : 0);
const wgmmaA: Readonly<Record<number, (t: number, i: number) => readonly [number, number]>> = {
  16: (t, i) => [rowOf(t, (i >> 1) % 2 === 1), (i < 4 ? 0 : 8) + 2 * (t & 3) + (i & 1)],
  32: (t, i) => [rowOf(t, (i >> 2) % 2 === 1), (i < 8 ? 0 : 16) + 4 * (t & 3) + (i & 3)],
  8: (t, i) => [rowOf(t, i % 2 === 1), (i < 2 ? 0 : 4) + (t & 3)],
};

test('accumulators and register operands of wgmma lie as the PTX ISA says', () => {
  const names = wgmmaIntrinsics.flatMap((m) => [m.name, `${m.name}_ra`]);
  assert.is(new Set(names).size, 2 * 5 * 8);
  for (const name of [...names, 'wgmma_m64n24k16_bf16', 'wgmma_m64n248k16_f16', 'wgmma_m64n240k32_s8']) {
    const mma = wgmmaIntrinsic(name)!;
    assert.ok(isWgmma(mma), name);
    assert.is(mma.name, name);
    assert.equal([registerCount(mma.d.layout), mma.d.layout.dims.map(extentOf)], [mma.n / 2, [64, mma.n]]);
    for (let t = 0; t < 128; t++) {
      const at = { lane: t & 31, warp: t >> 5, thread: t };
      for (let i = 0; i < mma.n / 2; i++) {
        assert.equal([0, 1].map((dim) => coordinateOf(mma.d.layout, dim, at, i)), [rowOf(t, (i >> 1) % 2 === 1), 8 * (i >> 2) + 2 * (t & 3) + (i & 1)]);
      }
      if (mma.shared.a !== 'registers') continue;
      assert.is(fragmentWords(mma.a), 4);
      for (let i = 0; i < registerCount(mma.a.layout); i++) assert.equal([0, 1].map((dim) => coordinateOf(mma.a.layout, dim, at, i)), [...wgmmaA[mma.k]!(t, i)], `${name} ${t} ${i}`);
    }
  }
});

test('columns consecutive in memory are for 16-bit types, in whole panels', () => {
  assert.equal(wgmmaIntrinsics.filter((m) => m.n === 64).map((m) => [m.name, m.shared.bMajor.length]), [
    ['wgmma_m64n64k16_bf16', 2], ['wgmma_m64n64k16_f16', 2], ['wgmma_m64n64k32_s8', 1], ['wgmma_m64n64k32_e4m3', 1], ['wgmma_m64n64k8_tf32', 1],
  ]);
  assert.equal(([128, 64, 32] as const).map((w) => wholePanels(96, 'bf16', w)), [false, true, true]);
});

test.run();
