/** What a design is judged by: latency in s, power in W, area in µm², energy in J. */
import type { Quantity } from '../partition/units.ts';

export const metricNames = ['latency', 'power', 'area', 'energy'] as const;
export type Metric = (typeof metricNames)[number];
/** Of a whole workload. `cycles` are those of `latency`. */
export type Metrics = Readonly<Record<Metric, number>> & { readonly cycles: number };

export const isMetric = (name: string): name is Metric => metricNames.some((m) => m === name);

/** Units that a metric may be compared in. */
export const quantitiesOf: Readonly<Record<Metric, readonly Quantity[]>> = { latency: ['seconds', 'cycles'], power: ['watts'], area: ['um2'], energy: ['joules'] };

/** `bound` in base units. */
export interface Constraint { readonly metric: Metric; readonly inCycles: boolean; readonly upper: boolean; readonly strict: boolean; readonly bound: number; readonly text: string }

export const valueOf = (m: Metrics, c: Constraint): number => (c.inCycles ? m.cycles : m[c.metric]);

export function meets(m: Metrics, c: Constraint): boolean {
  const v = valueOf(m, c);
  return c.upper ? (c.strict ? v < c.bound : v <= c.bound) : (c.strict ? v > c.bound : v >= c.bound);
}
/** By which factor the bound is missed: 0 where it is met, 0.5 where half as much again would do. */
export const excess = (m: Metrics, c: Constraint): number => (meets(m, c) ? 0 : c.upper ? valueOf(m, c) / c.bound - 1 : c.bound / valueOf(m, c) - 1);
export const feasible = (m: Metrics, constraints: readonly Constraint[]): boolean => constraints.every((c) => meets(m, c));

/** With a unit that suits it: `3.2 ms`, `450 mW`, `1.7 mm2`. */
export function show(metric: Metric, value: number): string {
  if (!Number.isFinite(value)) return 'none';
  const scales: Readonly<Record<Metric, readonly (readonly [number, string])[]>> = {
    latency: [[1, 's'], [1e-3, 'ms'], [1e-6, 'us'], [1e-9, 'ns']], power: [[1, 'W'], [1e-3, 'mW'], [1e-6, 'uW']],
    area: [[1e6, 'mm2'], [1, 'um2']], energy: [[1, 'J'], [1e-3, 'mJ'], [1e-6, 'uJ'], [1e-9, 'nJ'], [1e-12, 'pJ']],
  };
  const list = scales[metric], [scale, unit] = list.find(([s]) => value >= s) ?? list.at(-1)!;
  return `${Number((value / scale).toPrecision(4))} ${unit}`;
}
