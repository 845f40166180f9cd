/** `tdsl run` with tensors from and to checkpoints. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openCheckpoint, writeSafetensors } from '../../src/runtime/safetensors.ts';
import { json, scale, scratch, tdsl, write } from './support.ts';

const folder = scratch();
const source = write(folder, 'scale.tdsl', scale);
const file = join(folder, 'm.safetensors');
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
writeSafetensors(file, [
  { name: 'layer.gain', dtype: 'F32', shape: [], data: floats(3) },
  { name: 'layer.weight', dtype: 'F32', shape: [4], data: floats(1, 2, 3, 4) },
  { name: 'halves', dtype: 'F16', shape: [4], data: new Uint8Array(8) },
]);

test('inputs and outputs by name', async () => {
  const out = join(folder, 'deep', 'out.safetensors');
  const { code, err } = await tdsl(['run', source, '--in', `a=${file}:layer.gain`, '--in', `X=${file}:layer.weight`, '--out', `Y=${out}:result`, '--check']);
  assert.is(code, 0, err);
  const written = openCheckpoint(out);
  const found = written.tensors.get('result');
  assert.ok(found);
  assert.equal([found.shape, [...new Float32Array(written.read(found).buffer)]], [[4], [3, 6, 9, 12]]);
  written.close();
});

test('a wrong name, a missing one, another dtype or rank', async () => {
  const run = async (input: string): Promise<readonly [number, string]> => {
    const { exitCode, diagnostics } = await json(['run', source, '--in', input]);
    return [exitCode, `${diagnostics[0]?.code} ${diagnostics[0]?.message}`];
  };
  assert.equal(await run(`X=${file}:layer.wieght`), [2, `TDSL0530 ${file} holds no tensor \`layer.wieght\`; did you mean \`layer.weight\`?`]);
  assert.match((await run(`X=${file}`))[1], 'TDSL0530');
  assert.equal(await run(`X=${file}:halves`), [1, `TDSL0508 ${file}:halves does not fit \`X\`: expected f32[N], found F16[4]`]);
  assert.match((await run(`X=${file}:layer.gain`))[1], 'found F32[]');
});

test.run();
