/** The software search within one hardware evaluation: the best schedule of one layer on one design. */
import type { CostModel } from '../cost/model.ts';
import { explorers, type ExplorerName } from '../search/explorers.ts';
import { layerSpace } from '../search/layer.ts';
import type { AcceleratorSpace, FactorRule } from '../search/accelerator-space.ts';
import { Random } from '../search/random.ts';
import { type Objective, sizeOf } from '../search/space.ts';
import type { Codesign } from './declaration.ts';
import type { HardwarePoint, HardwareSpace } from './hardware-space.ts';

/** A schedule without reference to one design: cuts of the computation's axes, hoisted sums, which choice of loops. */
export interface ScheduleSeed { readonly cuts: readonly number[]; readonly hoist: number; readonly choice: number }

/** `trials`: new schedules that may be looked at; spaces of at most `exhaustive` are looked at whole. */
export interface SearchSettings { readonly model: CostModel; readonly rule: FactorRule; readonly explorer: ExplorerName; readonly exhaustive: number }

export interface LayerRequest { readonly point: HardwarePoint; readonly layer: number; readonly trials: number; readonly starts: readonly ScheduleSeed[]; readonly seed: number }
export interface LayerResult {
  readonly cycles: number;
  readonly seconds: number;
  readonly energy: number;
  readonly power: number;
  readonly area: number;
  readonly schedule: ScheduleSeed | undefined;
  readonly trials: number;
  /** Whether the whole space was looked at, so that more trials find nothing. */
  readonly complete: boolean;
}

export function spaceOfLayer(c: Codesign, space: HardwareSpace, settings: SearchSettings, point: HardwarePoint, layer: number): AcceleratorSpace | undefined {
  const { kernel, computation, sizes } = c.layers[layer]!;
  return layerSpace(kernel, computation, c.choices[point.accelerator]![layer]!, space.design(point), sizes, settings.model, settings.rule);
}

/**
 * Latency first; of schedules that are as fast as the fastest so far, the one that takes less energy. Cycles are whole numbers, so the energy is a fraction
 * of one; schedules that are slower keep a half.
 */
export function latencyThenEnergy(space: AcceleratorSpace): Objective {
  let least = Infinity;
  return (point) => {
    const cycles = space.cycles(point);
    if (cycles > least || cycles === Infinity) return cycles + 0.5;
    least = cycles;
    const { evaluator, tiles, hoist } = space.schedule(point), { energy, seconds } = evaluator.estimate(tiles, hoist), watts = energy / seconds;
    return cycles + (0.5 * watts) / (1 + watts);
  };
}

const nothing: LayerResult = { cycles: Infinity, seconds: Infinity, energy: Infinity, power: Infinity, area: Infinity, schedule: undefined, trials: 0, complete: true };

export function searchLayer(c: Codesign, space: HardwareSpace, settings: SearchSettings, request: LayerRequest): LayerResult {
  const schedules = spaceOfLayer(c, space, settings, request.point, request.layer);
  if (schedules === undefined) return nothing;
  const size = sizeOf(schedules), complete = size <= settings.exhaustive;
  const found = explorers[complete ? 'exhaustive' : settings.explorer](schedules, latencyThenEnergy(schedules), {
    trials: complete ? size : request.trials, random: new Random(request.seed),
    start: complete ? [] : request.starts.map((s) => schedules.nearest(s.cuts, s.hoist, s.choice)),
  });
  if (found.best === undefined) return { ...nothing, trials: found.trials, complete };
  const { evaluator, tiles, hoist, choice } = schedules.schedule(found.best);
  const e = evaluator.estimate(tiles, hoist);
  return { cycles: e.cycles, seconds: e.seconds, energy: e.energy, power: e.power, area: e.area, schedule: { cuts: schedules.cutsAt(found.best), hoist, choice }, trials: found.trials, complete };
}
