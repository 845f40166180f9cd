/** The default for products whose rows are rounded or widened on the way: rows in registers beside boxes, where the sizes that are known make it the shorter way. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import type { CompiledVariant } from '../../src/driver-types.ts';
import { json, scratch, write } from '../cli/support.ts';
import { shimTest } from '../targets/cuda/machine.ts';

const narrow = 'kernel f(A: f32[M, K], B: bf16[N, K]) -> C: bf16[M, N] {\n  let X[m, k]: bf16 = A[m, k]\n  C[m, n] = sum(k) X[m, k] * B[n, k]\n}\n';
const wide = 'kernel f(A: bf16[M, K], W: i8[N, K], s: f32[N]) -> C: bf16[M, N] {\n  C[m, n] = s[n] * sum(k) A[m, k] * W[n, k]\n}\n';

function compiled(text: string, sizes: Readonly<Record<string, number>>): CompiledVariant {
  const { kernels, diagnostics } = compileSource(text, 'f.tdsl', { targets: ['cuda:sm_90a'], sizes });
  assert.equal(diagnostics, []);
  return kernels[0]!.variants[0]!;
}
/** `128 x 256 wgmma…` of rows in registers, or the other intrinsic alone. */
function planOf(text: string, M: number, N: number, K: number): string {
  const { report, schedule } = compiled(text, { M, N, K }), tiles = /tile \w+ by (\d+), \w+ by (\d+), k by 64\n/.exec(schedule);
  return report.intrinsic[0]!.endsWith('_ra') ? `${tiles?.[1]} x ${tiles?.[2]} ${report.intrinsic[0]}` : report.intrinsic[0]!;
}
const ofFew = 'mma_m16n8k16_bf16';

test('tiles follow from how many turns they take, and few rows keep the other plan', () => {
  const found = (text: string): string[] => [[64, 4096, 4096], [512, 4096, 4096], [512, 4096, 14336], [2048, 4096, 4096], [8192, 8192, 8192]].map(([m, n, k]) => planOf(text, m!, n!, k!));
  const large = '128 x 256 wgmma_m64n256k16_bf16_ra';
  assert.equal(found(narrow), [ofFew, '64 x 256 wgmma_m64n256k16_bf16_ra', '64 x 256 wgmma_m64n256k16_bf16_ra', large, large]);
  assert.equal(found(wide), [ofFew, '128 x 128 wgmma_m64n128k16_bf16_ra', '128 x 128 wgmma_m64n128k16_bf16_ra', large, large]);
});

test('what was not measured keeps the other plan', () => {
  const large = [2048, 4096, 4096] as const;
  assert.is(planOf(narrow.replace('A: f32[M, K]', 'A: f32[K, M]').replace('= A[m, k]', '= A[k, m]'), ...large), ofFew, 'rows that are not consecutive along the sum');
  assert.is(planOf(narrow.replace('= A[m, k]', '= exp(A[m, k])'), ...large), ofFew, 'rows that take work');
  assert.is(planOf(narrow.replace('B: bf16[N, K]', 'B: f32[N, K]').replace('* B[n, k]', '* Y[n, k]').replace('  C[', '  let Y[n, k]: bf16 = B[n, k]\n  C['), ...large), ofFew, 'columns that are no boxes');
  assert.is(planOf(narrow, 2048, 4096, 4104), ofFew, 'a last step that is not whole');
  assert.is(planOf(narrow, 2000, 4096, 4096), ofFew, 'a last tile that is not whole');
  assert.is(planOf(narrow, 2048, 4100, 4096), '128 x 256 wgmma_m64n256k16_bf16_ra', 'of columns boxes bring what there is');
  assert.ok(compileSource(narrow, 'f.tdsl', { targets: ['cuda:sm_90a'], sizes: { N: 4096, K: 4096 } }).kernels[0]!.variants.every((v) => !v.text.includes('wgmma')), 'rows that may be few');
  assert.is(compileSource(narrow, 'f.tdsl', { targets: ['cuda:sm_80'], sizes: { M: 2048, N: 4096, K: 4096 } }).kernels[0]!.variants[0]!.report.intrinsic[0], ofFew);
});

test('a printed default says the same again, and a block that says nothing of tiles changes it alone', () => {
  const sizes = { M: 2048, N: 4096, K: 4096 }, code = (v: CompiledVariant): string => v.text.slice(v.text.indexOf('extern "C"')).replace(/\/\/ .*/g, '');
  for (const text of [narrow, wide]) {
    const plain = compiled(text, sizes), again = compiled(`${text}${plain.schedule}\n`, sizes);
    assert.is(code(again), code(plain));
    assert.is(again.schedule, plain.schedule);
    const rows = compiled(`${text}schedule f for cuda(sm_90a) {\n  order grid by rows\n}\n`, sizes);
    assert.is(rows.schedule.replace('order grid by rows', 'order grid by panels of 8'), plain.schedule);
  }
});

for (const [name, text, size, intrinsic] of [['rounded', narrow, 'M=1024,N=1280,K=64', 'wgmma_m64n256k16_bf16_ra'], ['widened', wide, 'M=1280,N=1536,K=64', 'wgmma_m64n128k16_bf16_ra']] as const) {
  shimTest(`${name} on the way: numbers of the default`, async () => {
    const file = write(scratch(), 'f.tdsl', text), sizes = Object.fromEntries(size.split(',').map((s) => { const [n = '', value] = s.split('='); return [n, Number(value)]; }));
    assert.is(compiled(text, sizes).report.intrinsic[0], intrinsic);
    const { results, diagnostics } = await json(['run', file, '--target', 'cuda:sm_90a', '--device', 'shim', '--size', size, '--check']);
    assert.equal(diagnostics, []);
    assert.ok(results[0]?.check.ok && results[0].check.checked > 0, JSON.stringify(results[0]?.check));
  });
}
shimTest('sums in parts, which few tiles have by default: numbers of such a plan', async () => {
  const sizes = { M: 256, N: 4096, K: 4096 }, [first] = compileSource(narrow, 'f.tdsl', { targets: ['cuda:sm_90a'], sizes }).kernels[0]!.variants;
  assert.is(first!.launches.length, 2);
  assert.match(first!.schedule, /split k by 2\n[\s\S]*wgmma_m64n256k16_bf16_ra/);
  const file = write(scratch(), 'f.tdsl', `${narrow.replace(' {', ' where K == 512 {')}schedule f for cuda(sm_90a) {\n  split k by 2\n  inline X\n  tensorize wgmma_m64n64k16_bf16_ra(m, n, k)\n}\n`);
  const { results, diagnostics } = await json(['run', file, '--target', 'cuda:sm_90a', '--device', 'shim', '--size', 'M=72,N=136,K=512', '--check']);
  assert.equal(diagnostics, []);
  assert.ok(results[0]?.check.ok && results[0].check.checked > 0, JSON.stringify(results[0]?.check));
});
test.run();
