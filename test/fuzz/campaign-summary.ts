/** What a campaign came to: sums over all workers, and failures by kind. */
import type { BrokenTally } from './broken.ts';
import { type Failure, newTally, type Tally } from './execute.ts';

export interface Kind { count: number; readonly seeds: number[]; readonly first: string; readonly targets: Set<string> }

/** A program with states has them as `program …`. */
const levelsOfAll = ['values cpu', 'values wgsl', 'values cuda:sm_80', 'run cpu', 'run wgsl'];

export class Summary {
  programs = 0;
  failed = 0;
  onShim = 0;
  /** Programs that ran at every level: the oracle, tile IR of each target, cpu and WGSL. */
  whole = 0;
  readonly tally: Tally = newTally();
  /** Programs of which at least one result was compared at a level. */
  readonly programsAt: Record<string, number> = {};
  readonly kinds = new Map<string, Kind>();
  /** What was left out, with the programs of which it was, the first of them by their seeds. */
  readonly skipped = new Map<string, { count: number; readonly seeds: number[] }>();
  broken = { inputs: 0, parsed: 0, checked: 0, formatted: 0, failures: 0, slowest: { milliseconds: 0, seed: 0 } };

  addProgram(seed: number, failures: readonly Failure[], tally: Tally, shim: boolean): void {
    this.programs++;
    if (failures.length > 0) this.failed++;
    if (shim) this.onShim++;
    const without = levelsOfAll.filter((where) => tally.runs[where] === undefined && tally.runs[`program ${where.replace('run ', '')}`] === undefined);
    if (without.length === 0) this.whole++;
    else if (failures.length === 0) this.skip(`not run at ${without.join(', ')}`, seed);
    if (failures.length === 0 && tally.checked === 0) this.skip('run, but with no element that the oracle knows', seed);
    if (tally.unfit > 0) this.skip('not run at some of their sizes, which do not fit', seed);
    if (tally.featureless > 0) this.skip('with texts that need features which a device lacks', seed);
    if (tally.dear > 0) this.skip('with WGSL with barriers, left out', seed);
    for (const where of Object.keys(tally.missed)) this.skip(`not interpreted, as each drawing of their sizes takes too long: ${where}`, seed);
    for (const [from, to] of [[tally.runs, this.tally.runs], [tally.elements, this.tally.elements], [tally.seconds, this.tally.seconds]] as const) for (const [name, n] of Object.entries(from)) to[name] = (to[name] ?? 0) + n;
    for (const name of ['refused', 'checked', 'unknown', 'variants', 'unfit', 'featureless', 'dear'] as const) this.tally[name] += tally[name];
    for (const name of Object.keys(tally.elements)) this.programsAt[name] = (this.programsAt[name] ?? 0) + 1;
    for (const [where, n] of Object.entries(tally.missed)) {
      this.tally.missed[where] = (this.tally.missed[where] ?? 0) + n;
      // Nothing is wrong with a program whose every interpreter run is too long, except that a campaign over all levels has not run it on all.
      if (!where.includes('faithful')) this.addKind(`too long to be interpreted: ${where}`, seed, '', where);
    }
    const keys = new Set<string>();
    for (const f of failures) {
      if (!keys.has(f.key)) this.addKind(f.key, seed, f.message, f.target);
      keys.add(f.key);
    }
  }
  private skip(what: string, seed: number): void {
    const known = this.skipped.get(what) ?? { count: 0, seeds: [] };
    known.count++;
    if (known.seeds.length < 20) known.seeds.push(seed);
    this.skipped.set(what, known);
  }
  addKind(key: string, seed: number, message: string, target: string): void {
    const kind = this.kinds.get(key) ?? { count: 0, seeds: [], first: message.split('\n').slice(0, 3).join(' | ').slice(0, 300), targets: new Set<string>() };
    kind.count++;
    if (kind.seeds.length < 40) kind.seeds.push(seed);
    kind.targets.add(target);
    this.kinds.set(key, kind);
  }
  addBroken(tally: BrokenTally): void {
    for (const name of ['inputs', 'parsed', 'checked', 'formatted'] as const) this.broken[name] += tally[name];
    this.broken.failures += tally.failures.length;
    for (const f of tally.failures) this.addKind(`broken text: ${f.message.split('\n')[0]?.replace(/\d+/g, '_') ?? ''}`, f.seed, f.message, '');
    if (tally.slowest.milliseconds > this.broken.slowest.milliseconds) this.broken.slowest = tally.slowest;
  }

  text(seconds: number, workers: number): string {
    const { tally, broken } = this;
    const rows = Object.entries(tally.runs).sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = [
      `${this.programs} programs (${this.onShim} on the shim), ${this.failed} failed, ${this.whole} ran at all of TST, tile IR of cpu, wgsl and cuda:sm_80, cpu and WGSL; ${tally.checked} elements of results known to the oracle, ${tally.unknown} unknown; ${tally.unfit} sizes unfit, ${tally.featureless} texts that need more features, ${tally.dear} texts with barriers left out, ${tally.refused} schedule blocks refused; ${seconds.toFixed(0)} s, ${workers} workers`,
      '', '| level | programs | runs | elements compared |', '|---|---|---|---|',
      ...rows.map(([name, runs]) => `| ${name} | ${this.programsAt[name] ?? 0} | ${runs} | ${tally.elements[name] ?? 0} |`),
      '', `Programs of which something was left out${this.skipped.size === 0 ? ': none' : ''}`,
      ...[...this.skipped].map(([what, { count, seeds }]) => `- ${count} ${what}: seeds ${seeds.join(' ')}${count > seeds.length ? ' …' : ''}`),
      '', `${broken.inputs} broken inputs: ${broken.parsed} parse, ${broken.checked} are programs, ${broken.formatted} formatted, ${broken.failures} failures; the slowest took ${broken.slowest.milliseconds.toFixed(0)} ms (seed ${broken.slowest.seed})`,
      `seconds of all workers, as they pass: ${Object.entries(tally.seconds).map(([what, s]) => `${what} ${s.toFixed(0)}`).join(', ')}`,
      '', `${this.kinds.size} kinds of failure`,
      ...[...this.kinds].sort((a, b) => b[1].count - a[1].count).flatMap(([key, k]) => [`== ${k.count} × ${key} (${[...k.targets].join(', ')}): seeds ${k.seeds.join(' ')}${k.count > k.seeds.length ? ' …' : ''}`, `   ${k.first}`]),
    ];
    return `${lines.join('\n')}\n`;
  }
}
