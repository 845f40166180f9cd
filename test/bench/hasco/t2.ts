/** T2 and T3: whether the choice of loops, and of the intrinsic, matters on fixed hardware. */
import { groupingText } from '../../../src/partition/many-to-one.ts';
import { Random } from '../../../src/search/random.ts';
import { exhaustive } from '../../../src/search/simple.ts';
import { sizeOf } from '../../../src/search/space.ts';
import { designText, type Layer, layerOf, spaceOf } from './layers.ts';
import { publish } from './table.ts';

interface Best { readonly cycles: number; readonly schedules: number }
function bestOf(l: Layer, sizes: Readonly<Record<string, number>>, choices = l.choices): Best {
  const space = spaceOf(l, sizes, choices);
  return space === undefined ? { cycles: Infinity, schedules: 0 } : { cycles: exhaustive(space, (p) => space.cycles(p), { trials: Infinity, random: new Random(0) }).value, schedules: sizeOf(space) };
}
const common = { model: 'calibrated', design: designText, factors: 'divisors', search: 'exhaustive' };
const conv = { K: 64, C: 64, X: 54, Y: 54, R: 3, S: 3 };

export function t2(): void {
  const rows: (string | number)[][] = [], spreads: string[] = [], data: unknown[] = [];
  for (const array of ['gemm_array', 'gemv_array', 'dot_array']) {
    const layer = layerOf('conv2d', 'conv2d', 'O', array, true);
    const found = layer.choices.map((c) => ({ map: groupingText(layer.computation, c.intrinsic.computation, c.selection), ...bestOf(layer, conv, [c]) })).sort((a, b) => a.cycles - b.cycles);
    const least = found[0]!.cycles;
    for (const f of found) rows.push([array, f.map, f.cycles, (f.cycles / least).toFixed(2), f.schedules]);
    spreads.push(`${array}: ${found.length} choices, the slowest takes ${(found.at(-1)!.cycles / least).toFixed(2)} times the cycles of the fastest.`);
    data.push({ array, choices: found });
  }
  publish({
    name: 'T2', question: 'does it matter which loops the intrinsic takes?',
    method: ['CONV2D of 64 by 64 channels, 54 by 54 positions, 3 by 3 kernels on fixed arrays: the least latency of each choice over all its schedules. Exhaustive search over a deterministic', 'model has no noise, so any difference is one of the choices.'],
    settings: common, head: ['array', 'choice', 'cycles', 'to the best of the array', 'schedules'], rows, findings: spreads, data: { layers: data },
  });
}

const workloads = [
  ['GEMM 1024³', [['gemm', 'gemm', 'C']], { M: 1024, N: 1024, K: 1024 }], ['TTM 128, 256, 512, 1024', [['ttm', 'ttm', 'C']], { I: 128, J: 256, K: 512, L: 1024 }],
  ['MTTKRP 64, 64, 64, 64, both stages', [['mttkrp', 'mttkrp', 'T'], ['mttkrp', 'mttkrp', 'D']], { I: 64, J: 64, K: 64, L: 64 }], ['CONV2D 64, 64, 54, 54, 3, 3', [['conv2d', 'conv2d', 'O']], conv],
] as const;
const arrays = ['dot_array', 'gemv_array', 'gemm_array', 'conv_array'] as const;

export function t3(): void {
  const rows: string[][] = [], findings: string[] = [], data: unknown[] = [];
  for (const [title, statements, sizes] of workloads) {
    const cycles = arrays.map((array) => statements.reduce((sum, [file, kernel, statement]) => sum + bestOf(layerOf(file, kernel, statement, array, false), sizes).cycles, 0)), least = Math.min(...cycles);
    rows.push([title, ...cycles.map((c) => (c < Infinity ? `${c} (${(c / least).toFixed(2)})` : 'n/a'))]);
    const best = arrays[cycles.indexOf(least)]!, others = cycles.filter((c) => c < Infinity && c > least);
    findings.push(`${title}: ${best} is fastest${others.length > 0 ? `; the slowest that runs takes ${(Math.max(...others) / least).toFixed(2)} times as long` : ''}.`);
    data.push({ workload: title, cycles: Object.fromEntries(arrays.map((a, i) => [a, cycles[i]! < Infinity ? cycles[i] : null])) });
  }
  publish({
    name: 'T3', question: 'which intrinsic suits which workload, at equal elements?',
    method: ['Arrays of 256 elements that differ in their intrinsic alone (the CONV array multiplies 16 by 16 channels; its positions and kernel are steps in time). The least latency over all one-to-one', 'matches and all schedules, in brackets the ratio to the best array. n/a: nothing matches one to one.'],
    settings: common, head: ['workload', 'DOT', 'GEMV', 'GEMM', 'CONV'], rows, findings, data: { workloads: data },
  });
}
