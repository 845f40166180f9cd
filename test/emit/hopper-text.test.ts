/** What texts of products for sm_90a look like: how long they are, what stands where in them, and when there is another text instead. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import type { CompiledVariant } from '../../src/driver-types.ts';

type Sizes = Record<string, number>;
/** The variants of a kernel of `test/bench`. */
function variantsOf(file: string, kernel: string, sizes: Sizes, target = 'cuda:sm_90a'): readonly CompiledVariant[] {
  return compileSource(readFileSync(join(import.meta.dirname, '../bench', file), 'utf8'), file, { targets: [target], kernel, sizes }).kernels[0]!.variants;
}

/** What is measured and checked on GPUs: `test/bench/gemm*.tdsl`. */
const measured: readonly (readonly [file: string, kernel: string, sizes: Sizes])[] = [
  ...['nt', 'nn', 'tn', 'tt', 'batched', 'epilogue'].map((kernel) => ['gemm-check.tdsl', kernel, {}] as const),
  ...[{}, { M: 1, N: 4096, K: 4096 }, { M: 64, N: 4096, K: 4096 }, { M: 128, N: 4096, K: 4096 }, { M: 512, N: 28672, K: 4096 }, { M: 2048, N: 4096, K: 4096 }].map((sizes) => ['gemm.tdsl', 'linear', sizes] as const),
  ...[{}, { M: 2048, N: 4096, K: 4096 }].map((sizes) => ['gemm.tdsl', 'linear_gelu', sizes] as const),
];
test('a product, with what is done to its sums, is a text of less than 250 lines that no person has to scroll sideways for long', () => {
  for (const [file, kernel, sizes] of measured) {
    for (const { file: name, text: one } of variantsOf(file, kernel, sizes)) {
      const lines = one.trimEnd().split('\n');
      assert.ok(lines.length < 250, `${name}: ${lines.length} lines`);
      assert.is(lines.find((line) => line.length > 300 && !line.startsWith('extern')), undefined, name);
    }
  }
});

test('a bias is read while the last products run, where no condition guards it and registers are left', () => {
  const at = (sizes: Sizes): { bias: number; wait: number } => {
    const one = variantsOf('gemm.tdsl', 'linear_gelu', sizes).find((v) => v.text.includes('wgmma_wait<0>') && Object.keys(v.when.atMost).length === 0)!.text;
    return { bias: one.indexOf('&bias['), wait: one.indexOf('wgmma_wait<0>()') };
  };
  const known = at({ M: 2048, N: 4096, K: 4096 }), open = at({});
  assert.ok(known.bias > 0 && known.bias < known.wait);
  assert.ok(open.bias > open.wait);
});

test('rows that box copies cannot take have another path, and the report says why', () => {
  const of = (sizes: Sizes): CompiledVariant => variantsOf('gemm-check.tdsl', 'nt', sizes)[0]!;
  const odd = of({ M: 256, N: 512, K: 36 });
  assert.not.match(odd.text, /tma_load|wgmma/);
  assert.match(odd.text, /mma_m16n8k16_bf16/);
  assert.equal(odd.report.rejected.find((r) => r.candidate.startsWith('box copies')), { candidate: 'box copies and wgmma for C_sum', reason: 'rows of A are not known to be multiples of 16 bytes apart' });
  assert.ok(odd.report.rejected.every((r) => !r.candidate.startsWith('wgmma')));
  assert.match(of({ M: 256, N: 512, K: 40 }).text, /tma_load_2d[^]*wgmma/);
});

test.run();
