/** The trained model beside the repository, where it is there: scores and words against its reference numbers. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readConfig } from '../../src/llama/config.ts';
import { compilePrograms } from '../../src/llama/programs.ts';
import { argmax, LlamaSession } from '../../src/llama/session.ts';
import { readTokenizer } from '../../src/llama/tokenizer.ts';
import { openDevice } from '../../src/runtime/index.ts';
import { npyValues } from '../../src/runtime/npy-format.ts';
import { readNpy } from '../../src/runtime/npy.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, '../shared/models/tiny-llama');

interface Known { readonly logits: { readonly prompt_ids: readonly number[]; readonly argmax: readonly number[]; readonly max_abs: number }; readonly greedy: readonly { readonly prompt: string; readonly prompt_ids: readonly number[]; readonly new_ids: readonly number[]; readonly smallest_top2_gap: number }[]; readonly tokenizer_examples: readonly { readonly text: string; readonly ids: readonly number[] }[] }

if (existsSync(folder)) {
  const known: Known = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8'));
  const config = readConfig(folder);

  test('the tokenizer gives the words that the model was trained on', () => {
    const words = readTokenizer(folder, config);
    for (const { text, ids } of known.tokenizer_examples) {
      assert.equal(words.encode(text), ids);
      assert.is(words.decode(ids), text);
    }
  });

  test('64 rows of scores agree to bf16, and greedy words are the same', async () => {
    const device = await openDevice('cpu');
    const source = readFileSync(join(root, 'examples/llama/llama.tdsl'), 'utf8');
    const session = LlamaSession.open(config, folder, device, compilePrograms(source, 'llama.tdsl', 'cpu', false), 256);
    const ids = known.logits.prompt_ids;
    const { logits } = await session.score(ids, [...ids.slice(1), 0], true);
    const expected = npyValues(readNpy(join(folder, 'logits.npy')));
    let square = 0, of = 0, same = 0;
    for (let i = 0; i < logits.length; i++) {
      square += (logits[i]! - Number(expected[i])) ** 2;
      of += Number(expected[i]) ** 2;
    }
    ids.forEach((_, t) => { if (argmax(logits.subarray(t * config.words, (t + 1) * config.words)) === known.logits.argmax[t]) same++; });
    // A bf16 has eight significant bits: operands are off by up to 2^-9 of themselves.
    assert.ok(Math.sqrt(square / of) < 2 ** -7, `scores are off by ${Math.sqrt(square / of)} of their size`);
    assert.ok(same >= 62, `${64 - same} of 64 best words differ`);
    const [first] = known.greedy;
    assert.ok(first);
    const found = [argmax(await session.prefill(first.prompt_ids))];
    session.start(found[0]!, first.prompt_ids.length);
    found.push(...await session.steps(first.prompt_ids.length, 11));
    assert.equal(found, first.new_ids.slice(0, 12));
    session.close();
    device.close();
  });
} else {
  test('skipped: there is no ../shared/models/tiny-llama', () => {});
}

test.run();
