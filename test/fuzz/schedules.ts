/**
 * Schedule blocks for generated programs: the printed plan of a kernel with a few changes drawn. A block that may not be applied has to be refused with a diagnostic, then
 * another is drawn; one that may is kept in the program, which runs through all levels like any other. The compiler never dies of one.
 */
import { compileSource } from '../../src/driver.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import type { FuzzProgram } from './generate.ts';
import { libraryReader } from './libraries.ts';
import { Random } from './random.ts';

/** One of so many generated programs has schedules. */
const every = 20;
const draws = 4;
export interface Scheduled { readonly program: FuzzProgram; /** Blocks that the compiler refused. */ readonly refused: number }

/** The program with a block for each GPU target, where its seed has its turn. */
export function withSchedules(program: FuzzProgram, isTurn = program.seed % every === 3): Scheduled {
  if (!isTurn) return { program, refused: 0 };
  const random = new Random(program.seed * 7 + 5);
  let { text } = program, refused = 0;
  for (const target of ['wgsl', 'cuda:sm_80']) {
    const printed = blocksOf({ ...program, text }, target);
    if (printed === undefined || printed.length === 0) return { program, refused };
    for (let n = 0; ; n++) {
      // The last is a printed plan as it is.
      const block = n < draws ? changed(random.pick(printed), random) : random.pick(printed), with_ = `${text}${block}\n`;
      const outcome = compiles({ ...program, text: with_ }, target);
      // A program that the compiler dies of is given back: to run it shows that.
      if (outcome === 'dies') return { program: { ...program, text: with_ }, refused };
      if (outcome === 'compiles') { text = with_; break; }
      refused++;
      // A plan of one variant need not be one for the others: of several values of a pin, of launches that have the same tensors and rings of other depths.
      if (n >= draws) break;
    }
  }
  return { program: { ...program, text }, refused };
}

const options = (program: FuzzProgram, target: string): NonNullable<Parameters<typeof compileSource>[2]> => ({ targets: [target], sizes: program.known, read: libraryReader(program.library) });

function blocksOf(program: FuzzProgram, target: string): string[] | undefined {
  try { return compileSource(program.text, 'f.tdsl', options(program, target)).kernels.flatMap((k) => k.variants.filter((v) => Object.keys(v.when.atMost).length === 0).map((v) => v.schedule)); } catch { return undefined; }
}
function compiles(program: FuzzProgram, target: string): 'compiles' | 'refused' | 'dies' {
  try { return hasErrors(compileSource(program.text, 'f.tdsl', options(program, target)).diagnostics) ? 'refused' : 'compiles'; } catch { return 'dies'; }
}

/** A block with one to three changes. */
export function changed(block: string, random: Random): string {
  const [head = '', ...rest] = block.split('\n');
  const lines = rest.slice(0, -1).map((l) => l.trim());
  for (let n = random.weighted([[6, 1], [2, 2], [1, 3]]); n > 0; n--) {
    const at = random.below(lines.length + 1), line = lines[at];
    if (line === undefined) lines.push(added(lines, random));
    else if (random.chance(0.12)) lines.splice(at, 1);
    else lines[at] = line.startsWith('tile ') ? tiles(line, random) : line.replace(/\d+$/, () => String(random.pick([1, 2, 3, 4, 5, 8, 64, 256])));
  }
  return [head, ...lines.map((l) => `  ${l}`), '}'].join('\n');
}

/** `tile m by 64 by role 32 by atom 4, k by 16` with one of its axes another. */
function tiles(line: string, random: Random): string {
  const axes = line.slice('tile '.length).split(/, (?=\S+ by )/);
  const at = random.below(axes.length), axis = axes[at] ?? '', [name = ''] = axis.split(' ');
  const power = (most: number): number => 2 ** random.between(0, most);
  const atom = power(3), role = atom * power(6);
  const made = random.weighted<() => string>([
    [3, () => axis.replace(/\d+/g, (n) => String(Math.max(1, Number(n) * 2)))],
    [3, () => axis.replace(/\d+/g, (n) => String(Math.max(1, Math.floor(Number(n) / 2))))],
    [2, () => axis.replace(/by \d+/, `by ${random.pick([1, 2, 3, 8, 16, 32, 48, 64, 128])}`)],
    [2, () => `${name} by ${role * power(2)} by role ${role} by atom ${atom}`],
    [1, () => `${name} by ${random.pick([1, 4, 16, 64])}`],
    [1, () => axis.replace(/ by atom \d+$/, '')],
  ])();
  const next = axes.map((a, i) => (i === at ? made : a));
  if (axes.length > 1 && random.chance(0.15)) next.splice(at, 1);
  return `tile ${(random.chance(0.25) ? random.shuffled(next) : next).join(', ')}`;
}

function added(lines: readonly string[], random: Random): string {
  const loops = lines.filter((l) => l.startsWith('tile ')).flatMap((l) => [...l.matchAll(/(?:tile |, )(\S+) by/g)].map((m) => m[1] ?? ''));
  const loop = loops.length === 0 ? 'm' : random.pick(loops);
  return random.pick([`split ${loop} by ${random.pick([2, 3, 4, 16])}`, `pipeline ${random.between(1, 4)}`, `order grid by panels of ${random.pick([2, 3, 8])}`, 'order grid by rows', 'launch v0', 'inline v0', 'persistent', `reorder ${loop}`, `tile ${loop} by ${random.pick([2, 8, 32])}`]);
}
