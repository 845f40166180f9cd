import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { LaunchAbi } from '../../src/runtime/abi.ts';
import { openWgslValidator } from '../../src/runtime/wgsl-validate.ts';
import { matmulAbi, matmulWgsl, saxpyAbi, saxpyWgsl, squareF16Abi, squareF16Wgsl } from './kernels.ts';

const validator = await openWgslValidator();
test.after(() => validator.close());

const errors = async (text: string, abi?: LaunchAbi): Promise<string[]> =>
  (await validator.validate(text, abi)).filter((message) => message.severity === 'error').map((message) => message.text);

test('good kernels pass, with and without their launch description', async () => {
  for (const [text, abi] of [[saxpyWgsl, saxpyAbi('wgsl', 64)], [matmulWgsl, matmulAbi], [squareF16Wgsl, squareF16Abi]] as const) {
    assert.equal(await errors(text), []);
    assert.equal(await errors(text, abi), []);
  }
});

test('experimental subgroup matrices check offline', async () => {
  assert.equal(await errors(`enable chromium_experimental_subgroup_matrix;
    enable f16;
    @group(0) @binding(0) var<storage, read_write> a: array<f16>;
    @compute @workgroup_size(128) fn main() {
      let m = subgroupMatrixLoad<subgroup_matrix_left<f16, 8, 8>, row_major>(&a, 0, 8);
      subgroupMatrixStore<row_major>(&a, 64, m, 8);
    }`), []);
});

test('a mistake is reported at its line and column', async () => {
  const messages = await validator.validate('@compute @workgroup_size(1) fn main() {\n  let x: i32 = 1.5;\n}');
  assert.is(messages.length, 1);
  assert.is(messages[0]?.severity, 'error');
  assert.equal([messages[0]?.line, messages[0]?.column, messages[0]?.length], [2, 16, 3]);
  assert.match(messages[0]?.text ?? '', /abstract-float/);
});

test('a barrier under a condition that differs between invocations is refused', async () => {
  const found = await errors(`@group(0) @binding(0) var<storage, read_write> a: array<u32>;
    @compute @workgroup_size(64) fn main(@builtin(local_invocation_id) id: vec3u) {
      if (id.x < 3) { workgroupBarrier(); }
      a[id.x] = 1;
    }`);
  assert.match(found.join(), /uniform control flow/);
});

test('the pipeline is made too: too much workgroup memory, and a text that disagrees with its description', async () => {
  const large = 'var<workgroup> a: array<f32, 16384>; @compute @workgroup_size(1) fn main() { a[0] = 1; }';
  const abi: LaunchAbi = { ...saxpyAbi('wgsl', 64), entry: 'main', args: [] };
  assert.equal(await errors(large), []);
  assert.match((await errors(large, abi)).join(), /workgroup storage .*65536/);
  assert.match((await errors(saxpyWgsl, { ...saxpyAbi('wgsl', 64), args: [] })).join(), /binding/i);
  const readOnly = saxpyAbi('wgsl', 64);
  const args = readOnly.args.map((arg) => (arg.kind === 'buffer' ? { ...arg, access: 'read' as const } : arg));
  assert.match((await errors(saxpyWgsl, { ...readOnly, args })).join(), /storage/i);
  assert.match((await errors(saxpyWgsl, { ...readOnly, entry: 'other' })).join(), /other/);
});

test.run();
