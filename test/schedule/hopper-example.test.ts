/** The schedule block of the examples for sm_90a says what the compiler chooses by itself for large products. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';

test('the block of matmul_bf16 has at most 15 lines and compiles to the code that there is without it', () => {
  const text = readFileSync(new URL('../../examples/matmul.tdsl', import.meta.url), 'utf8');
  const block = /^schedule matmul_bf16 for cuda\(sm_90a\) \{\n[^}]*\}\n/m.exec(text)?.[0] ?? '';
  assert.ok(block !== '' && block.trim().split('\n').length <= 15);
  // Comments of the emitted text name lines of the source.
  const emitted = (source: string) => compileSource(source, 'matmul.tdsl', { kernel: 'matmul_bf16', targets: ['cuda:sm_90a'], sizes: { M: 8192, N: 8192, K: 8192 } }).files.map((f) => f.text.replaceAll(/tdsl:\d+/g, ''));
  assert.equal(emitted(text), emitted(text.replace(block, '')));
  for (const part of [/wgmma_m64n256k16_bf16</, /tma_store_2d\(&C_map/]) assert.match(emitted(text)[0]!, part);
});

test('where the instruction cannot be had that is said, and nothing that follows from it', () => {
  const text = readFileSync(new URL('../../examples/matmul.tdsl', import.meta.url), 'utf8');
  const { diagnostics } = compileSource(text, 'matmul.tdsl', { kernel: 'matmul_bf16', targets: ['cuda:sm_90a'], sizes: { K: 33, N: 65 } });
  assert.equal(diagnostics.map((d) => d.code), ['TDSL0313']);
  assert.match(diagnostics[0]!.message, /rows of A are not known to be multiples of 16 bytes apart/);
  // The nearest legal change.
  assert.equal(diagnostics[0]!.notes.map((n) => n.message), ['`mma_m16n8k16_bf16` takes rows of any length; without `tensorize` the compiler chooses']);
});

test.run();
