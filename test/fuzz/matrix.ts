/**
 * Every kernel of every example at its own small `@example` sizes and at sizes derived from its plans (1, tile - 1, tile, tile + 1), against the oracle.
 *
 *     tsx test/fuzz/matrix.ts [--targets cpu,wgsl,cuda:sm_80,cuda:sm_90a] [--only PART] [--work N] [--log FILE]
 *
 * CUDA runs on the CPU shim. Kernels are found, not listed: a new example is covered as it is. `--work`: the most iterations, about, of one run (3e6); what would be
 * more is left out and counted. Prints a row for each kernel and target; exit status 1 where a number is wrong. With `--log` rows that are there are not run again.
 */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from '../../grammar/parse.ts';
import { compileSource } from '../../src/driver.ts';
import { type IndexExpr, evaluate } from '../../src/ir/index-expr.ts';
import type { Expr, Kernel } from '../../src/ir/tst.ts';
import { expressionsIn, walk } from '../../src/ir/tst-walk.ts';
import { execute, newTally } from './execute.ts';
import type { Sizes } from './generate.ts';
import { cpuMachine, type Machine, shimMachine, wgslMachine } from './machines.ts';

export interface Entry { readonly file: string; readonly text: string; readonly kernel: Kernel; readonly examples: readonly Sizes[] }
export interface Row { readonly file: string; readonly kernel: string; readonly target: string; readonly sizes: number; readonly leftOut: number; readonly variants: number; readonly checked: number; readonly failures: readonly string[] }

const folder = fileURLToPath(new URL('../../examples', import.meta.url));

/** Kernels of all examples that check by themselves. */
export function entries(only = ''): Entry[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.tdsl')).sort().flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const { program } = compileSource(text, basename(file), { targets: [] });
    const docs = new Map(parse(text, file).ast.declarations.flatMap((d) => (d.kind === 'kernel' ? [[d.name.name, d.doc?.examples ?? []] as const] : [])));
    return program.kernels.map((kernel) => ({ file, text, kernel, examples: (docs.get(kernel.name) ?? []).map(({ sizes }) => Object.fromEntries(sizes.map((s) => [s.name, s.value]))) }))
      .filter((e) => `${e.file} ${e.kernel.name}`.includes(only));
  });
}

const numberAt = (e: IndexExpr, sizes: Sizes): number => evaluate(e, (_, id) => sizes[id] ?? 1);

/** Iterations of all statements and reductions, about, and elements of all tensors. */
function workOf(kernel: Kernel, sizes: Sizes): number {
  const volume = (axes: readonly { readonly extent: IndexExpr }[]): number => axes.reduce((n, a) => n * Math.max(1, numberAt(a.extent, sizes)), 1);
  const inside = (e: Expr): number => {
    let n = 1;
    walk(e, (x) => { if (x.kind === 'reduce') n *= volume(x.axes); else if (x.kind === 'softmax' || x.kind === 'scan' || x.kind === 'topk') n *= Math.max(1, numberAt(x.axis.extent, sizes)); });
    return n;
  };
  return kernel.statements.reduce((n, s) => n + volume(s.axes) * expressionsIn(s).reduce((m, e) => m + inside(e), 0), 0)
    + kernel.tensors.reduce((n, t) => n + t.shape.reduce((m, e) => m * Math.max(1, numberAt(e, sizes)), 1), 0);
}

/** Edges of the tiles that plans take: from what its axes are cut into. */
function tilesOf(entry: Entry, targets: readonly string[]): number[] {
  const { kernels } = compileSource(entry.text, basename(entry.file), { targets, kernel: entry.kernel.name, validate: false });
  const tiles = new Set(kernels.flatMap((k) => k.variants).flatMap((v) => v.launches).flatMap((l) => l.tile.axes.map((a) => a.tile)).filter((n) => n >= 8 && n <= 256));
  return [...tiles].sort((a, b) => b - a);
}

/** The entry's own sizes, and for each of some tiles the free sizes at 1, tile - 1, tile, tile + 1: all at once where that is little enough, else one at a time. */
export function sizesFor(entry: Entry, targets: readonly string[], most: number): { readonly sizes: readonly Sizes[]; readonly leftOut: number } {
  const { kernel, examples } = entry;
  const base = examples[1] ?? examples[0] ?? kernel.example;
  const first = examples[0] ?? kernel.example;
  // Small sizes of the first example (strides, taps, heads) and those that are pinned say what the kernel is.
  const free = kernel.sizes.filter((s) => s.pinned === undefined && (first[s.name] ?? 0) >= 24).map((s) => s.name);
  const fixed: Sizes = Object.fromEntries(kernel.sizes.map((s) => [s.name, s.pinned?.[0] ?? (free.includes(s.name) ? base[s.name] ?? 1 : first[s.name] ?? base[s.name] ?? 1)]));
  const found = new Map<string, Sizes>();
  let leftOut = 0;
  const add = (sizes: Sizes): boolean => {
    if (workOf(kernel, sizes) > most) return false;
    found.set(JSON.stringify(sizes), sizes);
    return true;
  };
  for (const e of examples) if (!add({ ...fixed, ...e })) leftOut++;
  const at = (n: number): Sizes => ({ ...fixed, ...Object.fromEntries(free.map((s) => [s, n])) });
  add(at(1));
  const tiles = tilesOf(entry, [...new Set(['wgsl', 'cuda:sm_80', ...targets])]);
  for (const tile of [...new Set([tiles[0], tiles.find((t) => t <= 64), tiles.at(-1)].flatMap((t) => t ?? []))]) for (const n of [tile - 1, tile, tile + 1]) {
    if (add(at(n))) continue;
    const alone = free.map((s) => add({ ...at(3), [s]: n }));
    if (!alone.some(Boolean)) leftOut++;
  }
  return { sizes: [...found.values()], leftOut };
}

export async function runEntry(entry: Entry, target: string, machines: readonly Machine[], most: number, variants?: number): Promise<Row> {
  const { sizes, leftOut } = sizesFor(entry, [target], most);
  const tally = newTally();
  const found = await execute({ text: entry.text, kernel: entry.kernel.name, sizes, known: {}, seed: 1 }, {
    targets: [target], machines, levels: new Set(['run']), steps: { values: 0, faithful: 0 }, ...(variants === undefined ? {} : { variants: { run: { [target]: variants } } }),
  }, tally);
  return {
    file: entry.file, kernel: entry.kernel.name, target, sizes: sizes.length - tally.unfit, leftOut, variants: tally.runs[`run ${target}`] ?? 0, checked: tally.checked,
    failures: found.map((f) => `${f.level} ${f.variant} ${JSON.stringify(f.sizes)}: ${f.message}`),
  };
}

async function main(args: readonly string[]): Promise<number> {
  const option = (name: string, otherwise: string): string => { const at = args.indexOf(`--${name}`); return at < 0 ? otherwise : args[at + 1] ?? otherwise; };
  const targets = option('targets', 'cpu,wgsl,cuda:sm_80,cuda:sm_90a').split(','), most = Number(option('work', '3e6')), log = option('log', '');
  const rows: Row[] = log !== '' && existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').map((l) => JSON.parse(l) as Row) : [];
  const order = { random: 1 };
  const machines = [cpuMachine(), wgslMachine(), shimMachine(() => order), shimMachine(() => order, 'cuda:sm_90a')];
  const show = (r: Row): void => { process.stdout.write(`${`${r.file} ${r.kernel}`.padEnd(58)} ${r.target.padEnd(11)} ${r.failures.length === 0 ? 'ok  ' : 'FAIL'} ${String(r.sizes).padStart(3)} sizes ${String(r.variants).padStart(4)} runs ${String(r.checked).padStart(8)} elements${r.leftOut > 0 ? `, ${r.leftOut} sizes too large` : ''}\n${r.failures.map((f) => `    ${f.replace(/\n/g, '\n    ')}\n`).join('')}`); };
  rows.forEach(show);
  for (const entry of entries(option('only', ''))) for (const target of targets) {
    if (rows.some((r) => r.file === entry.file && r.kernel === entry.kernel.name && r.target === target)) continue;
    const row = await runEntry(entry, target, machines, most);
    rows.push(row);
    if (log !== '') appendFileSync(log, `${JSON.stringify(row)}\n`);
    show(row);
  }
  const failed = rows.filter((r) => r.failures.length > 0).length;
  process.stdout.write(`${rows.length} rows, ${failed} with failures; ${rows.reduce((n, r) => n + r.sizes, 0)} kernels at sizes, ${rows.reduce((n, r) => n + r.variants, 0)} runs, ${rows.reduce((n, r) => n + r.checked, 0)} elements\n`);
  machines.forEach((m) => m.close());
  return failed > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
