/** The picture of each table, from its JSON alone: `npm run bench:hasco -- --pictures` draws them again without running anything. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { colors, svg } from '../../../src/codesign/svg.ts';
import { barSvg } from './bars.ts';
import { median, quartiles } from './statistics.ts';

interface T1 { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
interface T2 { readonly layers: readonly { readonly array: string; readonly choices: readonly { readonly map: string; readonly cycles: number }[] }[] }
interface T3 { readonly workloads: readonly { readonly workload: string; readonly cycles: Readonly<Record<string, number | null>> }[] }
interface T5 { readonly layers: readonly { readonly layer: string; readonly ratios: Readonly<Record<string, readonly number[]>> }[] }
interface T6 { readonly rows: readonly (readonly string[])[] }
interface T7 { readonly rows: readonly { readonly task: { readonly kernel: string; readonly target: string }; readonly plans: readonly Timed[]; readonly later?: readonly { readonly plans: readonly Timed[] }[] }[] }
interface Timed { readonly measuredUs: number; readonly predictedUs: number }
interface Tuned { readonly rows: readonly { readonly kernel: string; readonly ratio: number; readonly low: number; readonly high: number; readonly measured: number; readonly problem?: string; readonly block?: string }[] }

const pictures: Readonly<Record<string, (table: unknown) => string>> = {
  T1: (t) => {
    const { head, rows } = t as T1;
    return barSvg('matches with the operands in any order', rows.map(([workload = '', ...cells]) => ({ title: workload, bars: cells.map((c, i) => ({ name: head[i + 1] ?? '', value: Number(c.split(' / ')[1]) })) })), { from: 0 });
  },
  T2: (t) => barSvg('cycles over those of the array\'s best choice', (t as T2).layers.map(({ array, choices }) => {
    const least = Math.min(...choices.map((c) => c.cycles));
    return { title: array, bars: choices.map((c) => ({ name: c.map, value: c.cycles / least })) };
  }), { from: 0.5, line: 1 }),
  T3: (t) => barSvg('cycles over those of the best array', (t as T3).workloads.map(({ workload, cycles }) => {
    const least = Math.min(...Object.values(cycles).flatMap((c) => c ?? []));
    return { title: workload, bars: Object.entries(cycles).map(([name, c]) => ({ name, value: c === null ? NaN : c / least })) };
  }), { from: 0.5, line: 1 }),
  T5: (t) => barSvg('latency over the optimum, median and quartiles', (t as T5).layers.map(({ layer, ratios }) => ({ title: layer, bars: Object.entries(ratios).map(([name, list]) => { const { low, high } = quartiles(list); return { name, value: median(list), low, high }; }) })), { from: 0.5, line: 1 }),
  T6: (t) => barSvg('latency over that of co-design, median and quartiles', (t as T6).rows.map(([network = '', bounds = '', , , , a = '', , b = '']) => ({
    title: `${network}, ${bounds}`, bars: ([['default hardware', a], ['one after the other', b]] as const).map(([name, cell]) => { const [value = NaN, low = NaN, high = NaN] = [...cell.matchAll(/\d+(?:\.\d+)?/g)].map(Number); return { name, value, low, high }; }),
  })), { from: 0.5, line: 1 }),
  T7: (t) => {
    const { rows } = t as T7, targets = [...new Set(rows.map((r) => r.task.target))];
    return svg(targets.map((target) => {
      const own = rows.filter((r) => r.task.target === target);
      return { title: target, x: { label: 'predicted, us', log: true }, y: { label: 'measured, us', log: true }, series: own.map((r, i) => ({ name: r.task.kernel, color: colors[i % 5]!, kind: 'dots' as const, points: [...r.plans, ...(r.later ?? []).flatMap((l) => l.plans)].map((p): [number, number] => [p.predictedUs, p.measuredUs]) })) };
    }));
  },
  tuned: (t) => barSvg('speed of the tuned kernel over the default, 95 % interval', [{ title: '', bars: (t as Tuned).rows.filter((r) => r.problem === undefined && r.measured > 0).map((r) => ({ name: r.kernel, value: r.ratio, ...(r.block === undefined ? {} : { low: r.low, high: r.high }) })) }], { from: 0.5, line: 1 }),
};

/** Undefined for a table that has none, or brings its own. @param table as it is in its JSON file */
export const pictureOf = (name: string, table: unknown): string | undefined => pictures[name]?.(table);
export const pictured = Object.keys(pictures);
export const pictureLine = (name: string): string => `![${name}](${name}.svg)`;

/** Pictures of the tables in a folder, and a line in each table's text that shows it. */
export function drawAll(folder: string): readonly string[] {
  return pictured.flatMap((name) => {
    const json = join(folder, `${name}.json`), text = join(folder, `${name}.md`);
    if (!existsSync(json) || !existsSync(text)) return [];
    writeFileSync(join(folder, `${name}.svg`), pictures[name]!(JSON.parse(readFileSync(json, 'utf8'))));
    const before = readFileSync(text, 'utf8');
    if (!before.includes(pictureLine(name))) writeFileSync(text, `${before.trimEnd()}\n\n${pictureLine(name)}\n`);
    return [name];
  });
}
