/**
 * `tdsl inspect --cost MODEL`: a prediction term by term.
 *
 *     tdsl inspect --cost compat --design P=256,B=64,L1=64,L2=32768
 *     tdsl inspect FILE --cost calibrated [--accelerator NAME] [--design x=16,banks=4] [--tiles i=64,j=64,k=128] [--hoist 1]
 *
 * Without a file: area and power of the compat model for P elements, a bandwidth of B elements a cycle, and L1 and L2 bytes. With one: each layer of a kernel.
 * Parameters that are not given take the middle of their values, a schedule that is not given is searched.
 */
import { searchLayer, type SearchSettings, spaceOfLayer } from '../codesign/layer-search.ts';
import { HardwareSpace, type HardwarePoint } from '../codesign/hardware-space.ts';
import { designText, valueText } from '../codesign/report.ts';
import { defaults, modelNames, type ModelName, models } from '../codesign/setup.ts';
import { type Layer, workloadOf } from '../codesign/workload.ts';
import type { Codesign } from '../codesign/declaration.ts';
import { compatArea } from '../cost/compat-area.ts';
import type { Estimate, Term } from '../cost/model.ts';
import { parse } from '../../grammar/parse.ts';
import { similarNames } from '../check/suggest.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { groupingText } from '../partition/many-to-one.ts';
import type { Accelerator } from '../partition/declare.ts';
import type { AcceleratorSpace } from '../search/accelerator-space.ts';
import { choicesOf } from '../search/layer.ts';
import { nearestLegal } from '../search/nearest-legal.ts';
import { seedOf } from '../search/random.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { chooseKernels, readHardwareSource } from './hardware.ts';
import { parseChoices, parseCount, parseSizes } from './options.ts';
import { acceleratorBlock, illegalSchedule, pointOfBlock } from '../tune/accelerator-block.ts';
import { computationsOf } from '../partition/computation.ts';
import { normalize } from '../passes/normalize.ts';
import type { Schedule } from '../../grammar/ast.ts';
import { done, exit, type Outcome, stop } from './outcome.ts';
import { list, text } from './values.ts';

const usage = (value: string): Error => stop(exit.usage, 'TDSL0500', { text: value });

/** `x=16,dataflow=weight_stationary` */
export function pairs(option: string, values: readonly string[]): [string, string][] {
  return values.flatMap((v) => v.split(',')).filter((v) => v.trim() !== '').map((item) => {
    const match = /^\s*([A-Za-z_]\w*)\s*=\s*(\S+)\s*$/.exec(item);
    if (match?.[1] === undefined || match[2] === undefined) throw stop(exit.usage, 'TDSL0504', { option, value: item, form: 'x=16,y=16' });
    return [match[1], match[2]];
  });
}

export async function inspectCost(context: Context, file: string | undefined, values: OptionValues): Promise<Outcome> {
  // The gpu model has a command of its own (inspect-cost-gpu.ts), but is one of those that can be named.
  const [model = 'calibrated'] = parseChoices('cost model', list(values, 'cost'), ['gpu', ...modelNames]).filter((m) => m !== 'gpu'), given = pairs('--design', list(values, 'design'));
  return file === undefined ? plainHardware(context, model, given) : layers(context, file, model, given, values);
}

/** The formulas of area and power alone, which need no workload. */
function plainHardware(context: Context, model: ModelName, given: readonly [string, string][]): Outcome {
  const names = ['P', 'B', 'L1', 'L2'];
  if (model !== 'compat') throw usage('the calibrated model needs a file with a kernel: power there depends on what runs');
  const design = new Map(given.map(([name, v]) => {
    if (!names.includes(name) || !/^\d+(\.\d+)?$/.test(v)) throw usage(`\`${name}=${v}\`: without a file --design takes P, B, L1 and L2 as numbers`);
    return [name, Number(v)];
  }));
  const missing = names.filter((n) => !design.has(n));
  if (missing.length > 0) throw usage(`--design lacks ${missing.join(', ')}; for example --design P=256,B=64,L1=64,L2=32768`);
  const of = (n: string): number => design.get(n) ?? 0, { area, power, terms } = compatArea({ pes: of('P'), bandwidth: of('B'), l1: of('L1'), l2: of('L2') });
  const all: Term[] = [...terms, { name: 'area', value: area, unit: '', how: 'sum' }, { name: 'power', value: power, unit: '', how: 'sum' }];
  context.result(termsText(all));
  return done({ cost: { model, design: Object.fromEntries(design), area, power, terms: all } });
}

const termsText = (terms: readonly Term[]): string => `${terms.map((t) => `${t.name.padEnd(30)}${showNumber(t.value).padStart(16)} ${t.unit.padEnd(7)} ${t.how}`.trimEnd()).join('\n')}\n`;
const showNumber = (v: number): string => (v !== 0 && (Math.abs(v) < 1e-2 || Math.abs(v) >= 1e12) ? v.toExponential(4) : String(Number(v.toPrecision(10))));

function layers(context: Context, file: string, model: ModelName, given: readonly [string, string][], values: OptionValues): Outcome {
  const source = readHardwareSource(file), sizes = parseSizes(list(values, 'size'));
  const kernels = chooseKernels(source, text(values, 'kernel') ?? source.name, {});
  if (hasErrors(source.diagnostics)) return done({}, { exitCode: exit.diagnostics, diagnostics: source.diagnostics, sources: source.sources });
  const known = source.hardware.accelerators, name = text(values, 'accelerator') ?? known[0]?.name ?? '', accelerator = known.find((a) => a.name === name);
  if (accelerator === undefined) throw stop(exit.usage, 'TDSL0603', { name, similar: similarNames(name, known.map((a) => a.name)), known: known.map((a) => a.name) });
  const { ast } = parse(source.text, source.path), space = new HardwareSpace([accelerator]), point = pointOf(accelerator, given), design = space.design(point);
  const found = kernels.flatMap((k) => workloadOf(k.name, ast, [k]).layers.filter((l, i, all) => i === all.findIndex((x) => x.computation === l.computation))).map((l): Layer => ({ ...l, sizes: { ...l.sizes, ...sizes } }));
  if (found.length === 0) throw usage(`${file} has no reduction with sizes: give them with --size or in a line \`/// @example M=64\``);
  const codesign: Codesign = { workload: '', accelerators: [accelerator], objectives: ['latency'], constraints: [], layers: found, choices: [found.map((l) => choicesOf(l.computation, accelerator.intrinsics, { fused: true, distinct: false }))] };
  const settings: SearchSettings = { model: models[model], rule: defaults.rule, explorer: defaults.explorer, exhaustive: defaults.exhaustive };
  context.result(`${designText(accelerator, design)}\n`);
  // What the source demands is legal or a mistake at its place.
  const blocks = found.map((l) => acceleratorBlock(ast, l.kernel.name, name, computationsOf(normalize(l.kernel)))), wrong = blocks.flatMap((b, i) => {
    const schedules = b === undefined ? undefined : spaceOfLayer(codesign, space, settings, point, i), own = schedules && pointOfBlock(b!, schedules);
    return own?.kind === 'illegal' ? [illegalSchedule(own)] : [];
  });
  if (wrong.length > 0) return done({}, { exitCode: exit.diagnostics, diagnostics: wrong, sources: source.sources });
  const costs = found.map((l, i) => {
    const schedules = spaceOfLayer(codesign, space, settings, point, i);
    if (schedules === undefined) throw stop(exit.diagnostics, 'TDSL0611', { workload: l.kernel.name, statement: l.computation.name, accelerators: [name] });
    const { estimate, match, tiles, hoist, searched, isOwn = false } = scheduleFor(codesign, space, settings, point, i, schedules, values, blocks[i]);
    const how = `${l.name} on ${name}: ${match}; tiles ${Object.entries(tiles).map(([n, t]) => `${n} ${t}`).join(', ')}; ${hoist} sums hoisted${searched ? ' (the best that was found)' : isOwn ? ' (as the source has it)' : ''}`;
    context.result(`\n${how}\n${termsText(totals(estimate))}`);
    return { layer: l.name, match, tiles, hoist, searched, cycles: estimate.cycles, seconds: estimate.seconds, energy: estimate.energy, power: estimate.power, area: estimate.area, terms: estimate.terms };
  });
  return done({ cost: { model, accelerator: name, design, layers: costs } }, { sources: source.sources, diagnostics: source.diagnostics });
}
const totals = (e: Estimate): Term[] => [
  ...e.terms, { name: 'energy', value: e.energy, unit: 'J', how: 'sum' }, { name: 'power', value: e.power, unit: 'W', how: 'energy / latency, where the model has activity' }, { name: 'area', value: e.area, unit: '', how: 'sum' },
];

/** Values as they are declared: `banks=4`, `scratchpad=256KiB` or the number of bytes. */
export function pointOf(a: Accelerator, given: readonly [string, string][]): HardwarePoint {
  const choices = a.space.choices, wanted = new Map(given), unknown = given.find(([n]) => !choices.some((c) => c.name === n));
  if (unknown !== undefined) throw usage(`\`${a.name}\` has no parameter \`${unknown[0]}\`; it has ${choices.map((c) => c.name).join(', ')}`);
  return {
    accelerator: 0,
    position: choices.map((c) => {
      const v = wanted.get(c.name);
      if (v === undefined) return Math.floor((c.values.length - 1) / 2);
      const at = c.values.findIndex((x) => String(x) === v || valueText(c.name, x).replaceAll(' ', '') === v);
      if (at < 0) throw usage(`\`${c.name}=${v}\`: \`${a.name}\` has ${c.name} in ${c.values.map((x) => valueText(c.name, x)).join(', ')}`);
      return at;
    }),
  };
}

interface Shown { readonly estimate: Estimate; readonly match: string; readonly tiles: Readonly<Record<string, number>>; readonly hoist: number; readonly searched: boolean; /** The source says it. */ readonly isOwn?: boolean }

function scheduleFor(c: Codesign, space: HardwareSpace, settings: SearchSettings, point: HardwarePoint, layer: number, schedules: AcceleratorSpace, values: OptionValues, block: Schedule | undefined): Shown {
  const asked = pairs('--tiles', list(values, 'tiles')), names = schedules.axes.map((a) => a.name), shown = (at: readonly number[], searched: boolean): Shown => {
    const { evaluator, tiles, hoist } = schedules.schedule(at), { loops, computation, intrinsic, selection } = evaluator.problem;
    return { estimate: evaluator.estimate(tiles, hoist), match: groupingText(computation, intrinsic.computation, selection), tiles: Object.fromEntries(loops.map((l, i) => [l.name, Math.min(l.total, tiles[i] ?? 1)])), hoist, searched };
  };
  if (block !== undefined && asked.length === 0) {
    const own = pointOfBlock(block, schedules);
    if (own.kind === 'point') return { ...shown(own.point, false), isOwn: true };
  }
  const found = searchLayer(c, space, settings, { point, layer, trials: defaults.trials, starts: [], seed: seedOf('inspect', layer), price: 0 });
  if (asked.length === 0) {
    if (found.schedule === undefined) throw stop(exit.diagnostics, 'TDSL0615', { text: `no schedule of ${c.layers[layer]!.name} fits the memories of this design` });
    return shown(schedules.nearest(found.schedule.cuts, found.schedule.hoist, found.schedule.choice), true);
  }
  const cuts = schedules.extents.map(() => 1), demand = asked.map(([n, v]) => `${n}=${v}`).join(',');
  for (const [loop, v] of asked) {
    const at = names.indexOf(loop), extent = schedules.extents[at] ?? 0, tile = Number(v);
    const illegal = (rule: string, nearest: string): Error => stop(exit.diagnostics, 'TDSL0616', { demand: `--tiles ${demand}`, rule, loop, nearest });
    if (at < 0) throw illegal(`loops are ${names.join(', ')}`, '');
    if (!Number.isInteger(tile) || tile < 1 || tile > extent) throw illegal(`a tile is a whole number from 1 to the loop's ${extent}`, `${loop}=${Math.max(1, Math.min(extent, Math.round(tile) || 1))}`);
    const [exact] = [schedules.nearest(schedules.extents.map((_, i) => (i === at ? tile : 1)), 0, 0)].map((p) => schedules.cutsAt(p)[at]);
    if (exact !== tile) throw illegal('tiles are divisors, powers of two and equal shares of the extent', `${loop}=${exact ?? 1}`);
    cuts[at] = tile;
  }
  const at = schedules.nearest(cuts, parseCount('--hoist', text(values, 'hoist'), 0), found.schedule?.choice ?? 0), result = shown(at, false);
  if (result.estimate.problem === undefined) return result;
  const near = nearestLegal(schedules, at);
  throw stop(exit.diagnostics, 'TDSL0616', {
    demand: `--tiles ${demand}`, rule: result.estimate.problem, loop: near?.loop ?? names[0] ?? '',
    nearest: near === undefined ? '' : schedules.cutsAt(near.point).map((t, i) => `${names[i] ?? ''}=${t}`).join(','),
  });
}
