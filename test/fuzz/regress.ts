/** Programs that once failed, as files: how to run them stands in comments at the top. */
import type { Failure, Program } from './execute.ts';
import type { Sizes } from './sizes.ts';

/** What follows is the file that the program imports. */
const mark = '// imported:';
const sizesText = (sizes: Sizes): string => Object.entries(sizes).map(([name, n]) => `${name}=${n}`).join(' ');

/** The text of a file below `test/fuzz/regress`. */
export function reproducer(program: Program, failure: Failure): string {
  const lines = failure.message.split('\n').map((l) => `// ${l}`);
  const known = sizesText(program.known);
  return [
    ...lines, `// level ${failure.level}`, `// targets ${failure.target === '' ? 'cpu' : failure.target}`,
    ...(program.program === undefined ? [] : [`// program ${program.program}`]), ...(known === '' ? [] : [`// known ${known}`]), ...program.sizes.map((s) => `// sizes ${sizesText(s)}`), `// seed ${program.seed}`, program.text, ...(program.library === undefined ? [] : [`${mark}\n${program.library}`]),
  ].join('\n');
}

/** What the comments of such a file say. */
export function readReproducer(whole: string): { readonly program: Program; readonly targets: readonly string[] } {
  const [text = '', library] = whole.split(`${mark}\n`);
  const all = (name: string): string[] => [...text.matchAll(new RegExp(`^// ${name} (.*)$`, 'gm'))].map((m) => m[1] ?? '');
  const sizesOf = (line: string): Sizes => Object.fromEntries(line.split(/\s+/).filter((p) => p.includes('=')).map((p) => { const [name, n] = p.split('='); return [name ?? '', Number(n)] as const; }));
  const sizes = all('sizes').map(sizesOf);
  const [name] = all('program');
  return {
    program: { text, ...(library === undefined ? {} : { library }), ...(name === undefined ? {} : { program: name }), sizes: sizes.length > 0 ? sizes : [{}], known: sizesOf(all('known')[0] ?? ''), seed: Number(all('seed')[0] ?? '1') },
    targets: (all('targets')[0] ?? 'cpu wgsl cuda:sm_80').split(/\s+/),
  };
}

/** The program without the comments at its top. */
export const codeOf = (text: string): string => text.replace(/^(?:\/\/.*\n)*/, '');
