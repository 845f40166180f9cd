/** Turns the modules of the engine into the text which harnesses hold: no imports, and only the public types exported. */

/** Exported by a harness, since its signatures speak of them. */
export const publicTypes = ['Loader', 'HostTensor', 'Input', 'Half', 'LoadOptions', 'RunOptions', 'Prepared', 'HostFunction', 'StateObject', 'StateOptions', 'ProgramOptions', 'PreparedProgram', 'MemoryPlan', 'PlannedCall'] as const;

const declaration = /^(?:export )?(?:async )?(?:function|const|interface|type|class) (\w+)/gm;

/** Names declared at the top level. */
export function declaredNames(text: string): string[] {
  return [...text.matchAll(declaration)].map((match) => match[1] ?? '');
}

export function engineText(source: string): string {
  const body = source.replace(/^\/\*\*[\s\S]*?\*\/\n/, '').replace(/^import .*\n/gm, '').trim();
  const isPublic = new Set<string>(publicTypes);
  return `${body.replace(/^export (?=(?:async )?(?:function|const|interface|type|class) (\w+))/gm, (whole, name: string) => (isPublic.has(name) ? whole : ''))}\n`;
}

/** The module `templates/harness-engine.ts`, whose text a test compares with what this gives. `formatted`: the engine's text, laid out. */
export function engineModule(formatted: string, sources: string, name: string): string {
  const escaped = formatted.replace(/[\\`]|\$\{/g, '\\$&');
  return `/** Made from ${sources} by \`npm run bless\`; do not edit. */\nexport const ${name} = \`${escaped}\`;\n`;
}

/** Top-level declarations of a text that is laid out, each with the comment before it and the empty lines behind it. */
function parts(text: string): string[] {
  const found: string[][] = [];
  let behindComment = false;
  for (const line of text.split('\n')) {
    const isComment = /^\/[*/]/.test(line), begins = isComment || /^(?:export |async |function |const |interface |type |class )/.test(line);
    const last = found.at(-1);
    if (last === undefined || (begins && !behindComment)) found.push([line]);
    else last.push(line);
    if (begins) behindComment = isComment;
  }
  return found.map((lines) => lines.join('\n'));
}

/** What a harness needs of the engine: without that which is for others, so that it also passes where nothing unused may be declared. */
export function neededText(engine: string, rest: string): string {
  let kept = parts(engine);
  for (;;) {
    const words = kept.map((part) => new Set(part.match(/[\w$]+/g)));
    const outside = new Set(rest.match(/[\w$]+/g));
    const isNeeded = (part: string, i: number): boolean => {
      const names = declaredNames(part);
      return names.length === 0 || /^export /m.test(part) || names.some((name) => outside.has(name) || words.some((other, j) => j !== i && other.has(name)));
    };
    const next = kept.filter(isNeeded);
    if (next.length === kept.length) return kept.join('\n');
    kept = next;
  }
}
