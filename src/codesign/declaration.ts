/** The meaning of `codesign NAME on ARRAY, … minimize … subject to …`: checked, with accelerators, layers, objectives and constraints found. */
import type * as ast from '../../grammar/ast.ts';
import { similarNames } from '../check/suggest.ts';
import { Reporter } from '../diagnostics/report.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Kernel } from '../ir/tst.ts';
import type { Accelerator, Hardware } from '../partition/declare.ts';
import { evaluate } from '../partition/space.ts';
import { unitOf, unitsOf } from '../partition/units.ts';
import { choicesOf, type MatchChoice } from '../search/layer.ts';
import { type Constraint, isMetric, type Metric, metricNames, quantitiesOf } from './metrics.ts';
import { type Layer, workloadOf } from './workload.ts';

export interface Codesign {
  readonly workload: string;
  readonly accelerators: readonly Accelerator[];
  readonly objectives: readonly Metric[];
  readonly constraints: readonly Constraint[];
  readonly layers: readonly Layer[];
  /** By accelerator and layer: the ways to run it; empty where there is none. */
  readonly choices: readonly (readonly (readonly MatchChoice[])[])[];
}

/** Undefined where something is wrong, which is reported. `hardware`: the file's own and the library's; `file` has the kernels. */
export function readCodesign(d: ast.Codesign, file: ast.File, kernels: readonly Kernel[], hardware: Hardware, reporter: Reporter): Codesign | undefined {
  const before = reporter.diagnostics.length;
  const accelerators = d.accelerators.flatMap(({ name, span }) => {
    const found = hardware.accelerators.find((a) => a.name === name);
    // One that is declared with a mistake has been reported there.
    const broken = file.declarations.some((x) => x.kind === 'accelerator' && x.name.name === name);
    if (found === undefined && !broken) { const known = hardware.accelerators.map((a) => a.name); reporter.report('TDSL0603', { name, similar: similarNames(name, known), known }, span); }
    return found ?? [];
  });
  const objectives = readObjectives(d, reporter);
  const constraints = d.constraints.flatMap((c) => readConstraint(c, reporter) ?? []);
  contradictions(constraints, d, reporter);
  const workload = d.workload.name, { layers, kernels: mine, unknown } = workloadOf(workload, file, kernels);
  const written = file.declarations.some((x) => x.kind === 'kernel' && (x.name.name === workload || x.name.name.startsWith(`${workload}_`)));
  if (mine.length === 0 && !written) reporter.report('TDSL0610', { workload, known: kernels.map((k) => k.name).slice(0, 12) }, d.workload.span);
  for (const u of unknown) reporter.report('TDSL0615', { text: `the layers of \`${u.kernel}\` have no ${u.sizes.join(', ')}: add a line \`/// @example ${u.sizes.map((s) => `${s}=64`).join(', ')}\`` }, d.workload.span);
  if (mine.length > 0 && layers.length === 0 && unknown.length === 0) reporter.report('TDSL0615', { text: `\`${workload}\` has no reduction, so there is nothing for an accelerator` }, d.workload.span);
  const choices = accelerators.map((a) => layers.map((l) => choicesOf(l.computation, a.intrinsics, { fused: true, distinct: false })));
  if (accelerators.length === d.accelerators.length) {
    const lost = new Set(layers.flatMap((l, i) => (choices.some((c) => c[i]!.length > 0) ? [] : [l.computation.name])));
    for (const statement of lost) reporter.report('TDSL0611', { workload, statement, accelerators: accelerators.map((a) => a.name) }, d.workload.span);
  }
  if (reporter.diagnostics.slice(before).some((x) => x.severity === 'error') || accelerators.length < d.accelerators.length || layers.length === 0) return undefined;
  return { workload, accelerators, objectives, constraints, layers, choices };
}

function readObjectives(d: ast.Codesign, reporter: Reporter): readonly Metric[] {
  const found: Metric[] = [];
  for (const { name, span } of d.minimize) {
    if (!isMetric(name)) reporter.report('TDSL0612', { name, what: 'objective', known: metricNames }, span);
    else if (!found.includes(name)) found.push(name);
  }
  return d.minimize.length === 0 ? ['latency', 'power', 'area'] : found;
}

function readConstraint(c: ast.Constraint, reporter: Reporter): Constraint | undefined {
  const metric = c.metric.name;
  if (!isMetric(metric)) { reporter.report('TDSL0612', { name: metric, what: 'metric', known: metricNames }, c.metric.span); return undefined; }
  const expected = quantitiesOf[metric], units = unitsOf(...expected).join(', ');
  if (c.unit === undefined) { reporter.report('TDSL0607', { name: metric, expected: units, got: undefined }, c.bound.span); return undefined; }
  const unit = unitOf(c.unit.name);
  if (unit === undefined || !expected.includes(unit.quantity)) { reporter.report('TDSL0607', { name: metric, expected: units, got: c.unit.name }, c.unit.span); return undefined; }
  const value = evaluate(c.bound, {});
  if (value === undefined) { reporter.report('TDSL0615', { text: `the bound of \`${metric}\` is a number` }, c.bound.span); return undefined; }
  if (c.op === '==' || c.op === '!=') { reporter.report('TDSL0615', { text: `a constraint is a bound: write \`${metric} <= …\` or \`${metric} >= …\`` }, c.span); return undefined; }
  return {
    metric, inCycles: unit.quantity === 'cycles', upper: c.op === '<=' || c.op === '<', strict: c.op === '<' || c.op === '>', bound: value * unit.scale,
    text: `${metric} ${c.op} ${value} ${c.unit.name}`,
  };
}

function contradictions(constraints: readonly Constraint[], d: ast.Codesign, reporter: Reporter): void {
  for (const c of constraints) {
    if (c.upper && c.bound <= 0) { reporter.report('TDSL0617', { why: `no design meets \`${c.text}\`` }, d.span); return; }
    const other = constraints.find((o) => c.upper && !o.upper && o.metric === c.metric && o.inCycles === c.inCycles && (o.bound > c.bound || (o.bound === c.bound && (o.strict || c.strict))));
    if (other !== undefined) { reporter.report('TDSL0617', { why: `\`${c.text}\` and \`${other.text}\`` }, d.span); return; }
  }
}

/** Diagnostics of every `codesign` of a file. */
export function checkCodesigns(file: ast.File, kernels: readonly Kernel[], hardware: Hardware): readonly Diagnostic[] {
  const reporter = new Reporter();
  for (const d of hardware.codesigns) readCodesign(d, file, kernels, hardware, reporter);
  return reporter.diagnostics;
}
