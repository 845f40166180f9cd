/** What a search says: as data, as text, as TDSL, as pictures. */
import type { Accelerator } from '../partition/declare.ts';
import { LIBRARY_FILE, libraryText } from '../partition/library.ts';
import { type Design, quantityOf, type Value } from '../partition/space.ts';
import type { ScheduleChoice } from '../search/accelerator-space.ts';
import { groupingText } from '../partition/many-to-one.ts';
import type { Codesign } from './declaration.ts';
import type { Observation } from './evaluate.ts';
import { spaceOfLayer } from './layer-search.ts';
import { type Metric, type Metrics, show } from './metrics.ts';
import type { Vector } from './pareto.ts';
import { chosenOf, curveOf, feasibleOnes, paretoSet, running } from './run.ts';
import type { Prepared, Setup } from './setup.ts';
import { colors, type Panel, svg } from './svg.ts';

export interface DesignReport { readonly accelerator: string; readonly design: Design; readonly metrics: Metrics; readonly fidelity: Observation['fidelity'] }
export interface LayerReport { readonly layer: string; readonly count: number; readonly cycles: number; readonly intrinsic: string; readonly match: string; readonly tiles: Readonly<Record<string, number>>; readonly hoist: number }

export function designReport({ space }: Prepared, o: Observation & { readonly metrics: Metrics }): DesignReport {
  // One order of keys, whether a design was evaluated now or read from a state file: the same search prints the same text.
  const { latency, energy, cycles, area, power } = o.metrics;
  return { accelerator: space.accelerators[o.point.accelerator]!.name, design: space.design(o.point), metrics: { latency, energy, cycles, area, power }, fidelity: o.fidelity };
}

/** The schedules of a design, layer by layer. */
export function layerReports(p: Prepared, o: Observation): LayerReport[] {
  return p.codesign.layers.flatMap((l, i) => {
    const schedule = scheduleOf(p, o, i);
    if (schedule === undefined) return [];
    const { problem } = schedule.evaluator;
    return [{
      layer: l.name, count: l.count, cycles: o.cycles[i] ?? Infinity, intrinsic: problem.intrinsic.name, match: groupingText(l.computation, problem.intrinsic.computation, problem.selection),
      tiles: Object.fromEntries(problem.loops.map((x, k) => [x.name, Math.min(x.total, schedule.tiles[k] ?? 1)])), hoist: schedule.hoist,
    }];
  });
}
export function scheduleOf(p: Prepared, o: Observation, layer: number): ScheduleChoice | undefined {
  const seed = o.schedules[layer], space = seed && spaceOfLayer(p.codesign, p.space, p.settings, o.point, layer);
  return space === undefined || seed === undefined ? undefined : space.schedule(space.nearest(seed.cuts, seed.hoist, seed.choice));
}

export function resultOf(p: Prepared, seen: readonly Observation[], reference: Vector, about: { readonly method: string; readonly seed: number; readonly setup: Setup }): Readonly<Record<string, unknown>> {
  const { codesign: c, space } = p, set = paretoSet(c, seen), chosen = chosenOf(c, set), { setup, method, seed } = about;
  return {
    workload: c.workload, method, seed, model: setup.model, factors: setup.rule, explorer: setup.explorer, trials: setup.trials,
    accelerators: space.accelerators.map((a, i) => ({ name: a.name, designs: space.sizes[i] })), objectives: c.objectives, constraints: c.constraints.map((x) => x.text),
    layers: c.layers.map((l) => ({ name: l.name, count: l.count })),
    evaluated: seen.length, ran: running(seen).length, feasible: feasibleOnes(c, seen).length, schedules: seen.reduce((n, o) => n + o.trials, 0),
    reference, hypervolume: curveOf(c, seen, reference).at(-1) ?? 0,
    pareto: set.map((o) => designReport(p, o)), chosen: chosen === undefined ? null : designReport(p, chosen),
  };
}

export function resultText(p: Prepared, seen: readonly Observation[]): string {
  const { codesign: c } = p, set = paretoSet(c, seen), chosen = chosenOf(c, set);
  const lines = [`${c.workload}: ${c.layers.length} layers, ${c.layers.reduce((n, l) => n + l.count, 0)} runs; ${seen.length} designs evaluated, ${feasibleOnes(c, seen).length} meet the constraints, ${set.length} are beaten by no other`, ''];
  for (const o of set) lines.push(`${o === chosen ? '*' : ' '} ${(['latency', 'power', 'area', 'energy'] as const).map((m) => show(m, o.metrics[m]).padStart(11)).join('')}   ${designText(p.space.accelerators[o.point.accelerator]!, p.space.design(o.point))}`);
  if (chosen !== undefined) lines.push('', '* chosen: the least product of the objectives');
  lines.push('');
  return lines.join('\n');
}

const free = (a: Accelerator, d: Design): [string, Value][] => [...a.space.choices, ...a.space.derived].flatMap((c) => (d[c.name] === undefined ? [] : [[c.name, d[c.name]!] as [string, Value]]));
export const designText = (a: Accelerator, d: Design): string => `${a.name} ${free(a, d).map(([name, v]) => `${name} ${valueText(name, v)}`).join(', ')}`;

/** With the unit that the declaration of a parameter asks for. */
export function valueText(name: string, value: Value): string {
  if (typeof value === 'string') return value;
  switch (quantityOf(name)) {
    case 'bytes': return value % 1024 === 0 ? `${value / 1024} KiB` : `${value} B`;
    case 'bits': return `${value} bit`;
    case 'hertz': return value % 1e6 === 0 ? `${value / 1e6} MHz` : `${value} Hz`;
    case 'um2': return `${value} um2`;
    case 'watts': return `${value} W`;
    case 'cycles': return `${value} cycles`;
    case 'seconds': return `${value} s`;
    case 'joules': return `${value} J`;
    case undefined: return String(value);
  }
}

/** The chosen design as a declaration: the accelerator with one value for each parameter. */
export function acceleratorText(setup: Setup, a: Accelerator, d: Design, name: string): string {
  const textOf = (file: string): string => (file === LIBRARY_FILE ? libraryText : setup.files.find((f) => f.path === file)?.text ?? '');
  const meanings = a.intrinsics.map((i) => `  intrinsic ${textOf(i.span.file).slice(i.span.start, i.span.end)}`);
  return [`accelerator ${name} {`, ...meanings, `  space { ${free(a, d).map(([n, v]) => `${n} ${typeof v === 'string' ? `in { ${v} }` : `= ${valueText(n, v)}`}`).join('; ')} }`, '}', ''].join('\n');
}

const panelScale: Readonly<Record<Metric, readonly [number, string]>> = { latency: [1e3, 'latency, ms'], power: [1, 'power, W'], area: [1e-6, 'area, mm2'], energy: [1e3, 'energy, mJ'] };

/** Every pair of objectives; grey: not in the Pareto set. */
export function frontSvg(c: Codesign, seen: readonly Observation[]): string {
  const good = feasibleOnes(c, seen), set = paretoSet(c, seen), members = new Set(set.map((o) => o.point));
  const pairs = c.objectives.flatMap((a, i) => c.objectives.slice(i + 1).map((b) => [a, b] as const));
  const panels = (pairs.length > 0 ? pairs : [[c.objectives[0] ?? 'latency', 'area'] as const]).map(([a, b]): Panel => {
    const at = (o: { readonly metrics: Metrics }): [number, number] => [o.metrics[a] * panelScale[a][0], o.metrics[b] * panelScale[b][0]];
    return {
      title: `${c.workload}: ${a} and ${b}`, x: { label: panelScale[a][1], log: true }, y: { label: panelScale[b][1], log: true },
      series: [{ name: 'evaluated', color: colors[4], kind: 'dots', points: good.filter((o) => !members.has(o.point)).map(at) }, { name: 'Pareto set', color: colors[1], kind: 'dots', points: set.map(at) }],
    };
  });
  return svg(panels);
}
export function curveSvg(c: Codesign, seen: readonly Observation[], reference: Vector, name: string): string {
  const points = curveOf(c, seen, reference).map((v, i): [number, number] => [i + 1, v]);
  return svg([{ title: `${c.workload}: hypervolume`, x: { label: 'evaluations', log: false }, y: { label: 'hypervolume', log: false }, series: [{ name, color: colors[0], kind: 'steps', points }] }]);
}
