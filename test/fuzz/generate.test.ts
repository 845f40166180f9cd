/** What the generator writes is a program: nothing that it draws is refused. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { generate } from './generate.ts';
import { hostKinds } from './hosts.ts';
import { libraryReader } from './libraries.ts';

/** Programs that a generator wrote which were refused: `else 0.5` for a tensor of whole numbers, positions of no range, a function with statements under another name, a range taken from the wrong read. */
const onceRefused = [903562, 1300069, 1302625, 1306807, 1329314];

test('programs that are drawn are accepted', () => {
  const refused = [...onceRefused, ...Array.from({ length: 240 }, (_, i) => i + 1)].flatMap((seed) => {
    const { text, known, library } = generate(seed);
    const wrong = compileSource(text, 'f.tdsl', { targets: [], sizes: known, read: libraryReader(library) }).diagnostics.find((d) => d.severity === 'error');
    return wrong === undefined ? [] : [`seed ${seed}: ${wrong.code} ${wrong.message}`];
  });
  assert.equal(refused, []);
});

test('of programs with states some call functions of the host, of each kind that there is', () => {
  const texts = Array.from({ length: 150 }, (_, i) => { const { text, library = '' } = generate(12 * (i + 1)); return text + library; });
  assert.equal(Object.keys(hostKinds).filter((kind) => !texts.some((text) => text.includes(`extern host fn ${kind}`))), []);
});

test.run();
