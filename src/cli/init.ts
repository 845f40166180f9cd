/** `tdsl init`: copies examples into a folder. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { similarNames } from '../check/suggest.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { done, exit, stop, type Outcome } from './outcome.ts';
import { packageRoot } from './package-root.ts';
import { list } from './values.ts';
import { writeOutput } from './write.ts';

export async function initCommand(context: Context, [folder = '.']: readonly string[], values: OptionValues): Promise<Outcome> {
  const examples = join(packageRoot(), 'examples');
  const there = readdirSync(examples).sort();
  const known = there.filter((name) => name.endsWith('.tdsl')).map((name) => name.slice(0, -'.tdsl'.length));
  const asked = list(values, 'example').flatMap((value) => value.split(',')).map((name) => name.trim()).filter((name) => name !== '');
  const names = asked.length === 0 ? ['matmul'] : asked;
  for (const name of names) {
    if (!known.includes(name)) throw stop(exit.usage, 'TDSL0503', { what: 'example', name, known, similar: similarNames(name, known) });
  }
  // The data of an example stands beside it under the same name.
  const files = there.filter((file) => names.some((name) => file.startsWith(`${name}.`))).map((file) => ({ path: join(folder, file), bytes: readFileSync(join(examples, file)) }));
  for (const { path, bytes } of files) {
    if (existsSync(path) && !readFileSync(path).equals(bytes)) throw stop(exit.diagnostics, 'TDSL0514', { path });
  }
  for (const { path, bytes } of files) {
    writeOutput(path, bytes);
    context.result(`${path}\n`);
  }
  const first = join(folder, `${names[0]}.tdsl`);
  context.note(`\nRead it, then:\n  tdsl run ${first} --check\n  tdsl compile ${first}\n`);
  return done({ files: files.map(({ path }) => path) });
}
