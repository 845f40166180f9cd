/**
 * `npm run fixture:llama -- --out DIR [--layers 2] [--hidden 512] [--seed 0] [--head 64] [--group 2] [--inner N] [--context 1024] [--shards 1] [--untied] [--llama3]`:
 * a small random checkpoint of the Llama architecture with a byte-level tokenizer.
 */
import { parseArgs } from 'node:util';
import { fixtureDefaults, writeFixture } from '../llama/fixture.ts';
import { messageOf } from '../runtime/errors.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { out: text, layers: text, hidden: text, seed: text, head: text, group: text, inner: text, context: text, shards: text, untied: { type: 'boolean' }, llama3: { type: 'boolean' } },
});
if (values.out === undefined) {
  process.stderr.write('say where with --out DIR\n');
  process.exit(2);
}
const count = (name: 'layers' | 'hidden' | 'seed' | 'head' | 'group' | 'inner' | 'context' | 'shards'): number => {
  const value = values[name] === undefined ? fixtureDefaults[name] : Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  process.stderr.write(`--${name} takes a whole number, found ${values[name]}\n`);
  process.exit(2);
};
const whatToDo = `npx tdsl generate --model ${values.out} --prompt "the other"`;
try {
  writeFixture(values.out, {
    layers: count('layers'), hidden: count('hidden'), seed: count('seed'), head: count('head'), group: count('group'), inner: count('inner'), context: count('context'), shards: count('shards'),
    tied: values.untied !== true, llama3: values.llama3 === true,
  });
} catch (cause) {
  // Sizes that do not divide, or a folder that cannot be written.
  process.stderr.write(`${messageOf(cause)}\n`);
  process.exit(2);
}
process.stdout.write(`${values.out}\n`);
process.stderr.write(`go on with: ${whatToDo}\n`);
