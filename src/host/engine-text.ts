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
