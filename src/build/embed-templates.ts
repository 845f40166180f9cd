/**
 * Writes `templates/embedded.ts`: the Handlebars templates as strings, since the compiler runs where there is no file system.
 *
 *     tsx src/build/embed-templates.ts [--check]
 *
 * `--check` writes nothing and ends with status 1 where the file is stale.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../templates/', import.meta.url));
const target = join(folder, 'embedded.ts');

/** The text that `templates/embedded.ts` ought to have. */
export function embeddedText(): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.split(sep).join('/')).filter((name) => name.endsWith('.hbs')).sort();
  const entries = files.map((name) => `  ${JSON.stringify(name.slice(0, -'.hbs'.length))}: ${JSON.stringify(readFileSync(join(folder, name), 'utf8'))},\n`);
  return `/** Written by src/build/embed-templates.ts from the .hbs files beside it; change those. */\nexport const templates = {\n${entries.join('')}} as const;\nexport type TemplateName = keyof typeof templates;\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = embeddedText();
  if (process.argv.includes('--check')) {
    if (readFileSync(target, 'utf8') !== text) {
      process.stderr.write('templates/embedded.ts is stale: run npx tsx src/build/embed-templates.ts\n');
      process.exitCode = 1;
    }
  } else writeFileSync(target, text);
}
