/** T4: hypervolume against evaluations. Runs are processes of their own, which share a table of all designs. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { budgetOf, Evaluations, type Observation } from '../../../src/codesign/evaluate.ts';
import { keyOf } from '../../../src/codesign/hardware-space.ts';
import { hypervolume } from '../../../src/codesign/pareto.ts';
import { inlinePool } from '../../../src/codesign/pool.ts';
import { curveOf, feasibleOnes, type MethodName, paretoSet, search, vectorOf } from '../../../src/codesign/run.ts';
import { defaults, prepare, type Prepared } from '../../../src/codesign/setup.ts';
import { colors, svg } from '../../../src/codesign/svg.ts';
import { median, pText, quartiles, wilcoxon } from './statistics.ts';
import { publish, root, source } from './table.ts';

const evals = 50, marks = [10, 20, 30, 40, 50], goal = 0.99;
const methods: readonly { readonly name: string; readonly method: MethodName; readonly transfer: boolean }[] = [
  { name: 'random', method: 'random', transfer: false }, { name: 'NSGA-II', method: 'nsga2', transfer: false },
  { name: 'EHVI, evaluations alone', method: 'ehvi', transfer: false }, { name: 'EHVI, schedules transferred', method: 'ehvi', transfer: true },
];

/** Evaluations are looked up: they depend on the design alone, since every schedule space is looked at whole. */
class Enumerated extends Evaluations {
  readonly table = new Map<string, Observation>();
  override async evaluate(points: Parameters<Evaluations['evaluate']>[0], known: readonly Observation[]): Promise<Observation[]> {
    const missing = points.filter((p) => !this.table.has(keyOf(p)));
    for (const o of missing.length === 0 ? [] : await super.evaluate(missing, known)) this.table.set(keyOf(o.point), o);
    return points.map((p) => this.table.get(keyOf(p))!);
  }
}

const prepared = (): Prepared => prepare({ files: [{ path: 'gemm.tdsl', text: source('gemm') }], workload: undefined, ...defaults })!;
const tablePath = join(root, '.cache/T4-designs.json');

/** In the process of one run: the designs that it evaluates, one after the other, by their numbers in the table. */
export async function runT4(text: string): Promise<void> {
  const [index, seed] = text.split(' ').map(Number), m = methods[index ?? 0]!, p = prepared(), e = new Enumerated(p, inlinePool(p), budgetOf(defaults.trials), 0);
  const all = JSON.parse(readFileSync(tablePath, 'utf8')) as Observation[], place = new Map(all.map((o, i) => [keyOf(o.point), i]));
  for (const o of all) e.table.set(keyOf(o.point), o);
  const seen = await search(e, { method: m.method, transfer: m.transfer, evals, seed: seed ?? 0 });
  process.stdout.write(`${JSON.stringify(seen.map((o) => place.get(keyOf(o.point))))}\n`);
}
function once(job: string): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...process.execArgv, fileURLToPath(new URL('../hasco.ts', import.meta.url)), '--t4-job', job], (error, out) => { if (error !== null) reject(error); else resolve(JSON.parse(out) as number[]); });
  });
}

export async function t4(seeds: readonly number[], processes: number): Promise<void> {
  const p = prepared(), c = p.codesign, e = new Enumerated(p, inlinePool(p), budgetOf(defaults.trials), 0);
  const all = await search(e, { method: 'enumerate', evals: p.space.size, seed: 0 }), vectors = feasibleOnes(c, all).map((o) => vectorOf(c, o.metrics));
  const reference = c.objectives.map((_, k) => 1.1 * Math.max(...vectors.map((v) => v[k]!))), front = paretoSet(c, all), whole = hypervolume(front.map((o) => vectorOf(c, o.metrics)), reference);
  console.error(`${all.length} designs, ${front.length} in the Pareto set`);
  mkdirSync(dirname(tablePath), { recursive: true });
  writeFileSync(tablePath, JSON.stringify(all));
  const curves: number[][][] = methods.map(() => []), waiting = methods.flatMap((_, i) => seeds.map((seed, k) => ({ i, k, seed }))).reverse();
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      const { i, k, seed } = job, mine = curveOf(c, (await once(`${i} ${seed}`)).map((n) => all[n]!), reference).map((v) => v / whole);
      curves[i]![k] = mine;
      console.error(`${methods[i]!.name} ${seed}: ${mine[39]}`);
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  const at = (curve: readonly number[], n: number): number => curve[n - 1] ?? 0, reach = (curve: readonly number[]): number => { const i = curve.findIndex((v) => v >= goal); return i < 0 ? Infinity : i + 1; };
  const cell = (values: readonly number[]): string => { const q = quartiles(values); return `${q.median.toFixed(4)} (${q.low.toFixed(4)}–${q.high.toFixed(4)})`; };
  const reached = curves.map((list) => list.map(reach)), shown = (v: number): string => (v < Infinity ? String(v) : `more than ${evals}`);
  const last = curves.at(-1)!.map((x) => at(x, 40)), paired = methods.map((_, i) => wilcoxon(last, curves[i]!.map((x) => at(x, 40))));
  publish({
    name: 'T4', question: 'how many evaluations does a search of the hardware need?',
    method: [`GEMM 1024³ on the GEMM array's ${all.length} designs; latency, power and area. All of them were enumerated, each with the best of all its schedules; ${front.length} designs are in the true Pareto set. The`, 'share of its hypervolume after so many evaluations, the initial design (10 Sobol points, 12 of NSGA-II\'s first population) counted: median over the seeds, quartiles in brackets. Reference: 1.1', 'times the worst of the feasible set in each objective. "Schedules transferred" is what `tdsl codesign` does: the surrogate corrects what schedules of designs that were evaluated give on a', 'candidate, which asks the cost model a few times and is no evaluation; "evaluations alone" knows nothing else.'],
    settings: { model: defaults.model, factors: defaults.rule, 'software search': `exhaustive, least energy within 5 % of the least latency`, seeds },
    head: ['method', ...marks.map((m) => `after ${m}`), `evaluations to ${100 * goal} %, median`, 'p against the last row at 40 (Wilcoxon)'],
    rows: methods.map((m, i) => [m.name, ...marks.map((n) => cell(curves[i]!.map((x) => at(x, n)))), shown(median(reached[i]!)), i === methods.length - 1 ? '' : pText(paired[i]!)]),
    findings: [
      `Expected: EHVI reaches ${100 * goal} % in a median of 40 evaluations. Measured: ${shown(median(reached.at(-1)!))} with transferred schedules, ${shown(median(reached[2]!))} from evaluations alone.`,
      `Reached within 40 evaluations: ${reached.at(-1)!.filter((r) => r <= 40).length} of ${seeds.length} seeds with transferred schedules; within ${evals}: ${reached.at(-1)!.filter((r) => r <= evals).length}.`,
    ],
    data: { evaluated: all.length, pareto: front.length, reference, hypervolume: whole, curves: Object.fromEntries(methods.map((m, i) => [m.name, curves[i]!])) },
    svg: svg([{
      title: 'Share of the true hypervolume', x: { label: 'evaluations', log: false }, y: { label: 'share', log: false },
      series: methods.map((m, i) => {
        const steps = Array.from({ length: evals - 4 }, (_, k) => k + 5), q = steps.map((n) => quartiles(curves[i]!.map((x) => at(x, n))));
        return { name: m.name, color: colors[[4, 2, 0, 1][i] ?? 0]!, kind: 'line' as const, points: steps.map((n, k): [number, number] => [n, q[k]!.median]), band: { low: q.map((x) => x.low), high: q.map((x) => x.high) } };
      }),
    }]),
  });
}
