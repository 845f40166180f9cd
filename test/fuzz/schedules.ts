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
    const names = namesIn(program.text, target);
    for (let n = random.chance(0.15) ? draws : 0; ; n++) {
      // The last is a printed plan as it is.
      const base = random.pick(printed), block = n < draws ? changed(base, random, names) : base, with_ = `${text}${block}\n`;
      const outcome = compiles({ ...program, text: with_ }, target);
      // A program that the compiler dies of is given back: to run it shows that. So is one whose own plan is refused when it is said again.
      if (outcome === 'dies' || (outcome === 'refused' && n >= draws && isOnly(block, printed))) return { program: { ...program, text: with_ }, refused };
      if (outcome === 'compiles') { text = with_; break; }
      refused++;
      // A plan of one variant need not be one for the others, of several values of a pin.
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

/** Have all variants of the block's kernel the same plan? */
function isOnly(block: string, printed: readonly string[]): boolean {
  const [head] = block.split('\n');
  return printed.every((other) => other === block || other.split('\n')[0] !== head);
}

/** What the text of a program says that blocks may name. */
interface Names { readonly lets: readonly string[]; readonly loops: readonly string[]; readonly summed: readonly string[]; readonly target: string }
export function namesIn(text: string, target: string): Names {
  const all = (pattern: RegExp): string[] => [...new Set([...text.matchAll(pattern)].flatMap((m) => (m[1] ?? '').match(/[A-Za-z_]\w*/g) ?? []))];
  return { lets: all(/^  let (\w+)/gm).filter((name) => text.split(new RegExp(`\\b${name}\\b`)).length > 2), loops: all(/^  [A-Z]\w*\[([a-z]\w*(?:, [a-z]\w*)*)\]/gm), summed: all(/\b(?:sum|prod|max|min|mean|logsumexp)(?:<\w+>)?\(([a-z]\w*)/g), target };
}

/** A block with one to three changes: mostly such as a plan may have, some that have to be refused. */
export function changed(block: string, random: Random, names: Names): string {
  const [head = '', ...rest] = block.split('\n');
  const lines = rest.slice(0, -1).map((l) => l.trim());
  for (let n = random.weighted([[6, 1], [2, 2], [1, 3]]); n > 0; n--) {
    const at = random.below(lines.length + 1), line = lines[at];
    if (line === undefined) lines.push(added(lines, random, names));
    else if (random.chance(0.1)) lines.splice(at, 1);
    else lines[at] = line.startsWith('tile ') ? tiles(line, random) : counted(line, random, names.target);
  }
  return [head, ...lines.map((l) => `  ${l}`), '}'].join('\n');
}

/** A verb with another number, where it has one. */
function counted(line: string, random: Random, target: string): string {
  if (line.startsWith('split ')) return line.replace(/\d+$/, () => String(random.pick([2, 3, 4, 5, 8, 64, 256])));
  // Nothing but CUDA copies ahead.
  if (line.startsWith('pipeline ')) return line.replace(/\d+$/, () => String(target === 'wgsl' && random.chance(0.9) ? 1 : random.pick([1, 2, 3, 4, 5, 8])));
  return line.replace(/\d+$/, () => String(random.pick([1, 2, 3, 4, 5, 8, 64])));
}

/** `tile m by 64 by role 32 by atom 4, k by 16` with one of its axes another. */
function tiles(line: string, random: Random): string {
  const axes = line.slice('tile '.length).split(/, (?=\S+ by )/);
  const at = random.below(axes.length), axis = axes[at] ?? '';
  const next = axes.map((a, i) => (i === at ? tile(axis, random) : a));
  if (axes.length > 1 && random.chance(0.1)) next.splice(at, 1);
  return `tile ${(random.chance(0.25) ? random.shuffled(next) : next).join(', ')}`;
}
function tile(axis: string, random: Random): string {
  const [, name = '', grid = '1', level, inner, atom] = /^(\S+) by (\d+)(?: by (role|warp) (\d+))?(?: by atom (\d+))?/.exec(axis) ?? [];
  const near = (n: number, most: number): number => Math.min(most, Math.max(1, random.weighted([[3, n], [3, Math.floor(n / 2)], [1, Math.floor(n / 4)], [1.5, n * 2]])));
  // Whatever numbers, of which few fit together.
  if (random.chance(0.08)) return axis.replace(/(?<=by (?:[a-z]+ )?)\d+/g, () => String(random.pick([1, 2, 3, 8, 16, 32, 48, 64, 128])));
  if (level === undefined) return `${name} by ${random.chance(0.6) ? near(Number(grid), 256) : random.pick([1, 2, 3, 4, 8, 16, 32])}`;
  const rounds = Math.max(1, Number(grid) / Number(inner));
  if (level === 'warp') { const warp = near(Number(inner), 128); return `${name} by ${warp * near(rounds, 4)} by warp ${warp}`; }
  const last = near(Number(atom ?? 1), 32), threads = near(Number(inner) / Number(atom ?? 1), 256);
  return `${name} by ${last * threads * random.weighted([[3, rounds], [1, 1], [1, 2], [1, 3]])} by role ${last * threads}${random.chance(0.1) ? '' : ` by atom ${last}`}`;
}

function added(lines: readonly string[], random: Random, { lets, loops, summed, target }: Names): string {
  const tiled = lines.filter((l) => l.startsWith('tile ')).flatMap((l) => [...l.matchAll(/(?:tile |, )(\S+) by/g)].map((m) => m[1] ?? ''));
  const known = tiled.length > 0 ? tiled : loops, loop = known.length === 0 ? 'm' : random.pick(known), name = lets.length === 0 ? 'v0' : random.pick(lets);
  const sums = known.filter((l) => summed.includes(l.split('.').at(-1) ?? ''));
  const hasProduct = lines.some((l) => l.startsWith('tensorize ') || l.startsWith('pipeline ')), kept = (share: number): number => (hasProduct ? 1 : share);
  return random.weighted<() => string>([
    [lets.length > 0 ? 3 : 0.1, () => `launch ${name}`], [lets.length > 0 ? 1.5 : 0.1, () => `inline ${name}`],
    [sums.length > 0 ? 1.5 : 0.1, () => `split ${sums.length > 0 ? random.pick(sums) : loop} by ${random.pick([2, 3, 4, 16])}`], [kept(0.1), () => `pipeline ${target === 'wgsl' ? 1 : random.between(1, 4)}`],
    [kept(0.1), () => `order grid by ${random.pick(['panels of 2', 'panels of 3', 'panels of 8', 'rows'])}`], [0.1, () => 'persistent'],
    [known.length > 1 ? 1.5 : 0, () => `reorder ${random.sample(known, 2).join(', ')}`], [tiled.length > 0 ? 0.1 : 1, () => `tile ${loop} by ${random.pick([2, 8, 32])}`],
  ])();
}
