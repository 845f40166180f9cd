/** T6: co-design against separate development. */
import { show } from '../../../src/codesign/metrics.ts';
import { defaults } from '../../../src/codesign/setup.ts';
import { median, pText, quartiles, wilcoxon } from './statistics.ts';
import { allRuns, evals, networks, type Outcome, runOf, scenarios } from './t6-runs.ts';
import { publish } from './table.ts';

interface Case { readonly network: string; readonly scenario: string; readonly runs: readonly { readonly a: Outcome; readonly b: Outcome; readonly c: Outcome }[] }

export async function t6(seeds: readonly number[], file: string, processes: number): Promise<void> {
  const runs = await allRuns(seeds, file, processes);
  report(networks.flatMap((network) => scenarios.map((scenario): Case => {
    const of = (seed: number, development: string): Outcome => runOf(runs, { network, scenario, seed, development })!;
    return { network, scenario, runs: seeds.map((seed) => ({ a: of(seed, 'a'), b: of(seed, 'b'), c: of(seed, 'c') })) };
  })), seeds);
}

function report(cases: readonly Case[], seeds: readonly number[]): void {
  const p = ({ runs }: Case, k: 'a' | 'b'): string => pText(wilcoxon(runs.map((r) => Math.log(r[k].latency)), runs.map((r) => Math.log(r.c.latency))));
  const rows = cases.map((x) => {
    const { network, scenario, runs } = x;
    const of = (k: 'a' | 'b' | 'c'): string => { const mark = runs.filter((r) => !r[k].meets).length; return `${show('latency', median(runs.map((r) => r[k].latency)))}${mark > 0 ? ` (${mark} of ${runs.length} slowed down)` : ''}`; };
    const ratio = (k: 'a' | 'b'): string => { const q = quartiles(runs.map((r) => r[k].latency / r.c.latency)); return `${q.median.toFixed(2)} (${q.low.toFixed(2)}–${q.high.toFixed(2)})`; };
    return [network, scenario, of('a'), of('b'), of('c'), ratio('a'), p(x, 'a'), ratio('b'), p(x, 'b'), runs[0]!.c.design];
  });
  const all = cases.flatMap(({ runs }) => runs.map((r) => ({ a: r.a.latency / r.c.latency, b: r.b.latency / r.c.latency, bMeets: r.b.meets })));
  const middle = (k: 'a' | 'b', x: Case): number => median(x.runs.map((r) => r[k].latency / r.c.latency)), seconds = cases.flatMap((x) => x.runs.flatMap((r) => [r.a.seconds, r.b.seconds, r.c.seconds])).reduce((n, s) => n + s, 0);
  publish({
    name: 'T6', question: 'is co-design better than hardware and software on their own?',
    method: [`Latency of a network under the bounds of \`examples/codesign/edge.tdsl\` and \`cloud.tdsl\`. (a) the default array of that file, software tuned; (b) hardware searched with untuned software (${evals} evaluations),`, `then software tuned for it; (c) co-design, ${evals} evaluations. Medians over the seeds; ratios are latency of the separate development over that of co-design, quartiles in brackets; p: Wilcoxon's signed-rank test of the`, 'seeds\' pairs, two-sided. Untuned: the first match, the largest tiles that fit. Tuned software keeps the power bound of the whole network where any schedules do: layers trade time for energy at one price. A design',
      'on which none do is slowed down until it holds (latency = energy / bound). The paper reports 1.25 to 1.44 for its own, unpublished, workloads, bounds and models; ours are ours, so the numbers answer the same question and compare with nothing.'],
    settings: { model: defaults.model, factors: defaults.rule, explorer: defaults.explorer, trials: defaults.trials, evaluations: evals, seeds, 'processor seconds': Math.round(seconds) },
    head: ['network', 'bounds', '(a) default hardware', '(b) one after the other', '(c) co-design', '(a) / (c)', 'p', '(b) / (c)', 'p', 'hardware of (c), first seed'], rows,
    findings: [
      `Over all ${all.length} runs: (a) / (c) has the median ${median(all.map((x) => x.a)).toFixed(2)}, (b) / (c) ${median(all.map((x) => x.b)).toFixed(2)}; medians of the ${cases.length} cases lie between ${Math.min(...cases.map((x) => middle('a', x))).toFixed(2)} and ${Math.max(...cases.map((x) => middle('a', x))).toFixed(2)}, and between ${Math.min(...cases.map((x) => middle('b', x))).toFixed(2)} and ${Math.max(...cases.map((x) => middle('b', x))).toFixed(2)}.`,
      `Co-design is at least as fast as (a) in ${all.filter((x) => x.a >= 1).length} of ${all.length} runs and as (b) in ${all.filter((x) => x.b >= 1).length}.`,
      `The design of (b) misses a bound once its software is tuned in ${all.filter((x) => !x.bMeets).length} of ${all.length} runs.`,
    ],
    data: { cases },
  });
}
