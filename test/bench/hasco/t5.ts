/** T5: the software search at equal trials. */
import { type ExplorerName, explorers } from '../../../src/search/explorers.ts';
import { Random, seedOf } from '../../../src/search/random.ts';
import { sizeOf } from '../../../src/search/space.ts';
import { designText, layerOf, spaceOf } from './layers.ts';
import { median, pText, quartiles, wilcoxon } from './statistics.ts';
import { publish } from './table.ts';

const layers = [
  ['GEMM 1024³', 'gemm', 'gemm', 'C', 'gemm_array', { M: 1024, N: 1024, K: 1024 }], ['TTM 128, 256, 512, 1024', 'ttm', 'ttm', 'C', 'gemm_array', { I: 128, J: 256, K: 512, L: 1024 }],
  ['MTTKRP, stage 1, 64⁴', 'mttkrp', 'mttkrp', 'T', 'gemm_array', { I: 64, J: 64, K: 64, L: 64 }], ['CONV2D 64, 64, 54, 54, 3, 3', 'conv2d', 'conv2d', 'O', 'gemm_array', { K: 64, C: 64, X: 54, Y: 54, R: 3, S: 3 }],
] as const;
const names: readonly ExplorerName[] = ['random', 'grid', 'heuristic', 'q-learning', 'evolutionary'], share = 0.02;

export function t5(seeds: readonly number[]): void {
  const rows: (string | number)[][] = [], findings: string[] = [], data: unknown[] = [];
  for (const [title, file, kernel, statement, array, sizes] of layers) {
    const space = spaceOf(layerOf(file, kernel, statement, array, false), sizes)!, size = sizeOf(space), trials = Math.ceil(share * size), cycles = (p: readonly number[]): number => space.cycles(p);
    const least = explorers.exhaustive(space, cycles, { trials: Infinity, random: new Random(0) }).value;
    const ratios = names.map((name) => seeds.map((seed) => explorers[name](space, cycles, { trials, random: new Random(seedOf('T5', title, seed)) }).value / least));
    const q = names.indexOf('q-learning');
    names.forEach((name, i) => {
      const { low, median: middle, high } = quartiles(ratios[i]!);
      rows.push([i === 0 ? `${title}: ${size} schedules, ${trials} trials` : '', name, `${middle.toFixed(4)} (${low.toFixed(4)}–${high.toFixed(4)})`, `${ratios[i]!.filter((r) => r <= 1.05).length} of ${seeds.length}`, i === q ? '' : pText(wilcoxon(ratios[i]!, ratios[q]!))]);
    });
    findings.push(`${title}: Q-learning ends at ${median(ratios[q]!).toFixed(4)} times the optimum (median); expected was at most 1.05.`);
    data.push({ layer: title, schedules: size, trials, optimum: least, ratios: Object.fromEntries(names.map((n, i) => [n, ratios[i]!])) });
    console.error(findings.at(-1));
  }
  publish({
    name: 'T5', question: 'how good is the software search at equal trials?',
    method: [`Each explorer looks at ${100 * share} % of the schedules of a layer; the latency of the best over that of the optimum, which exhaustive search knows: median over the seeds, quartiles in brackets. "grid"`, 'is what HASCO\'s release left in its AutoTVM baseline: the first points of the grid.'],
    settings: { model: 'calibrated', design: designText, factors: 'divisors', seeds }, head: ['layer', 'explorer', 'latency to the optimum', 'within 5 %', 'p against Q-learning (Wilcoxon)'], rows, findings, data: { layers: data },
  });
}
