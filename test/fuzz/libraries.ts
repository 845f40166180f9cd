/** Programs in two files: what one declares in a library that it imports, under its own names or others. */
import type { ReadSource } from '../../src/check/imports.ts';
import type { FuzzProgram } from './generate.ts';
import { Random } from './random.ts';

/** One of so many generated programs imports. */
const every = 25;
const path = 'lib.tdsl';
export const libraryReader = (library: string | undefined): ReadSource => (asked) => (asked === path ? library : undefined);

/** The declarations of a text, each with its name; `program` and schedules have to stay where they are. */
function declarations(text: string): { readonly name: string; readonly text: string; readonly canMove: boolean }[] {
  return text.split(/^(?=(?:format|fn|kernel|state|extern|program|schedule) )/m).map((part) => ({ name: /^(?:extern host fn|\w+) (\w+)/.exec(part)?.[1] ?? '', text: part, canMove: /^(?:format|fn|kernel|state|extern) /.test(part) }));
}

/** The program with some of its declarations in a library, where its seed has its turn. */
export function withLibrary(program: FuzzProgram, isTurn = program.seed % every === 7): FuzzProgram {
  if (!isTurn) return program;
  const random = new Random(program.seed * 11 + 3);
  const all = declarations(program.text), movable = all.filter((d) => d.canMove && (program.program !== undefined || !d.text.startsWith('kernel')));
  if (movable.length === 0) return program;
  // What a declaration uses moves with it.
  const moved = new Set(random.sample(movable, random.between(1, movable.length)));
  const uses = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
  for (let grown = true; grown;) {
    grown = false;
    for (const d of movable) if (!moved.has(d) && [...moved].some((m) => uses(m.text, d.name))) { moved.add(d); grown = true; }
  }
  const library = all.filter((d) => moved.has(d)).map((d) => d.text).join('');
  let own = all.filter((d) => !moved.has(d)).map((d) => d.text).join('');
  const names = [...moved].filter((d) => uses(own, d.name)).map((d) => {
    // The names of kernels are those of what is emitted.
    if (d.text.startsWith('kernel') || random.chance(0.6)) return d.name;
    own = own.replace(new RegExp(`\\b${d.name}\\b`, 'g'), `${d.name}_here`);
    return `${d.name} as ${d.name}_here`;
  });
  if (names.length === 0) return program;
  return { ...program, text: `import { ${names.join(', ')} } from "./${path}"\n${own}`, library };
}
