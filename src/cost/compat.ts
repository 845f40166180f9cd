/**
 * The cost model that HASCO's release used: its directives for each array (src/codesign/ppa_model.py), MAESTRO's latency, energy, area and power. Without
 * its 3 % of random noise. Bandwidth is 2·banks·bits of an element (dual-ported banks; bits counted as elements, as there). DRAM, DMA and the order of
 * loops do not enter, and memories enter by what the mapping needs.
 *
 * Two readings of ours: of a mapping with larger pieces than steps, elements are counted again, as the engine does; with smaller pieces than steps work
 * would be left undone, so such a schedule is refused. Fused and idle indices have no directives there: refused too.
 */
import { axesOf, type Computation } from '../partition/computation.ts';
import { compatArea } from './compat-area.ts';
import { type Access, analyse, type Directive, type Level, type Mapping, statesOf } from './data-centric.ts';
import { type CostModel, type Estimate, type Evaluator, infeasible, type Numbers, type Term } from './model.ts';
import { arraySize, parameter, type Problem, type TensorUse } from './problem.ts';

export const compat: CostModel = { name: 'compat', prepare: (problem) => new CompatEvaluator(problem) };

type Kind = 'gemm' | 'gemv' | 'dot' | 'conv';
/** The array by the form of its intrinsic. */
export function kindOf(i: Computation): Kind | undefined {
  const form = `${i.spatial.length}+${i.reduction.length}`;
  if (i.operands.length !== 2) return undefined;
  return form === '2+1' ? 'gemm' : form === '1+1' ? 'gemv' : form === '0+1' ? 'dot' : form === '3+3' ? 'conv' : undefined;
}

const temporal = (dim: number, size: number, offset = size): Directive => ({ spatial: false, dim, size, offset });
const spatial = (dim: number, size: number, offset = size): Directive => ({ spatial: true, dim, size, offset });

class CompatEvaluator implements Evaluator {
  readonly problem: Problem;
  readonly #kind: Kind | undefined;
  readonly #refused: string | undefined;
  readonly #pes: number;
  readonly #bandwidth: number;
  readonly #unit: number;
  readonly #inputs: readonly Access[];
  readonly #output: Access;
  readonly #extents: readonly number[];
  readonly #conv: ReturnType<typeof convLoops>;
  readonly #rest: readonly number[];

  constructor(problem: Problem) {
    this.problem = problem;
    this.#kind = kindOf(problem.intrinsic.computation);
    this.#refused = this.#kind === undefined ? 'the compat model has no directives for an intrinsic of this form'
      : problem.loops.some((l) => l.axes.length !== 1) ? 'the compat model has no directives for fused or idle indices' : undefined;
    this.#pes = arraySize(problem.design);
    this.#bandwidth = 2 * parameter(problem.design, 'banks', 1) * 8 * (problem.inputs[0]?.bytes ?? 1);
    // Loops are dims; one more of extent 1 stands for dimensions that the computation does not have.
    this.#unit = problem.loops.length;
    this.#extents = [...problem.loops.map((l) => l.total), 1];
    const access = (t: TensorUse): Access => t.dimensions.map((d) => ({ dims: d.axes.map((a) => problem.axisLoop[a] ?? 0), steps: d.steps }));
    this.#conv = convLoops(problem);
    this.#rest = problem.loops.flatMap((l, dim) => (l.index === undefined ? [dim] : []));
    this.#inputs = problem.inputs.map(access);
    this.#output = access(problem.output);
  }

  mapping(tiles: ArrayLike<number>): Mapping | string {
    const levels = this.#refused ?? this.#levels(tiles);
    if (typeof levels === 'string') return levels;
    return { extents: this.#extents, levels, inputs: this.#inputs, output: this.#output, bandwidth: this.#bandwidth, head: 1, lanes: 1 };
  }

  #levels(tiles: ArrayLike<number>): Level[] | string {
    const { problem } = this, pes = this.#pes;
    const x = parameter(problem.design, 'x', 1), y = parameter(problem.design, 'y', 1);
    const rest = this.#rest;
    const [t0 = 1, t1 = 1, t2 = 1] = [tiles[0], tiles[1], tiles[2]];
    const untouched = rest.map((dim) => temporal(dim, 1));
    switch (this.#kind) {
      case 'gemm': {
        if (this.#gap(t1, y, 1) || this.#gap(t0, x, 0)) return `tiles of ${t0} x ${t1} leave gaps between steps of ${x} x ${y}`;
        const outer = [...untouched, temporal(1, t1, y), spatial(0, t0, x), temporal(2, t2)];
        if (problem.design['dataflow'] !== 'weight_stationary') return [{ directives: outer, clusters: 1 }, { directives: [temporal(2, t2), spatial(1, 1), spatial(0, 1)], clusters: pes }];
        if (t2 > pes) return `a sum over ${t2} does not fit on ${pes} elements`;
        return [{ directives: outer, clusters: Math.floor(pes / t2) }, { directives: [temporal(1, y), temporal(0, x), spatial(2, 1)], clusters: t2 }];
      }
      case 'gemv':
        if (t1 > pes) return `a sum over ${t1} does not fit on ${pes} elements`;
        if (this.#gap(t0, pes, 0)) return `tiles of ${t0} leave gaps between steps of ${pes}`;
        return [{ directives: [...untouched, spatial(0, t0, pes), temporal(1, t1)], clusters: Math.floor(pes / t1) }, { directives: [temporal(0, pes), spatial(1, 1)], clusters: t1 }];
      case 'dot': {
        if (t0 > pes) return `a sum over ${t0} does not fit on ${pes} elements`;
        const [spread = this.#unit, ...others] = rest;
        return [{ directives: [spatial(spread, 1), ...others.map((d) => temporal(d, 1)), temporal(0, t0)], clusters: Math.floor(pes / t0) }, { directives: [spatial(0, 1)], clusters: t0 }];
      }
      case 'conv': {
        const { k, c, p, q, r, s } = this.#conv;
        const [batch = this.#unit, ...others] = rest;
        return [
          { directives: [spatial(batch, 1), ...others.map((d) => temporal(d, 1)), temporal(r, 3), temporal(s, 3), temporal(c, pes), temporal(p, 1), temporal(q, 1)], clusters: 1 },
          { directives: [spatial(k, 1)], clusters: pes },
        ];
      }
      default: return 'no directives';
    }
  }

  #gap(tile: number, step: number, dim: number): boolean {
    return tile < Math.min(step, this.#extents[dim] ?? 1);
  }

  cycles(tiles: ArrayLike<number>): number {
    const m = this.mapping(tiles);
    return typeof m === 'string' || this.#overflow(m) !== undefined ? Infinity : analyse(m).cycles;
  }

  energy(tiles: ArrayLike<number>): number { return this.estimate(tiles).energy; }

  /** The double-buffered tile of results must fit the configured memories; operands are not checked. */
  #overflow(m: Mapping): string | undefined {
    const { l1, l2 } = this.#needs(m), bytes = this.problem.output.bytes;
    const top = 2 * l2.output * bytes, bottom = 2 * l1.output * bytes;
    const scratchpad = parameter(this.problem.design, 'scratchpad', Infinity), local = parameter(this.problem.design, 'local', Infinity);
    if (top > scratchpad) return `two tiles of results take ${top} bytes of a scratchpad of ${scratchpad}`;
    return bottom > local ? `two tiles of results take ${bottom} bytes of a local memory of ${local}` : undefined;
  }

  /** Elements of each tensor's first tile: at the top over all sub-clusters, at the bottom of one element. */
  #needs(m: Mapping): { l1: { inputs: number; output: number }; l2: { inputs: number; output: number } } {
    let dims = [...m.extents];
    let cover = dims;
    m.levels.forEach((l, at) => {
      const next = [...dims];
      const all = [...dims];
      for (const d of l.directives) { const s = statesOf(d, dims[d.dim] ?? 1, l.clusters)[0]!; next[d.dim] = s.tile; all[d.dim] = s.cover; }
      if (at === 0) cover = all;
      dims = next;
    });
    const volume = (a: Access, e: readonly number[]): number => a.reduce((v, d) => v * (1 + d.dims.reduce((n, x, k) => n + d.steps[k]! * ((e[x] ?? 1) - 1), 0)), 1);
    const sums = (e: readonly number[]): { inputs: number; output: number } => ({ inputs: m.inputs.reduce((n, a) => n + volume(a, e), 0), output: volume(m.output, e) });
    return { l1: sums(dims), l2: sums(cover) };
  }

  numbers(tiles: ArrayLike<number>): Numbers { return this.estimate(tiles); }
  estimate(tiles: ArrayLike<number>): Estimate {
    const m = this.mapping(tiles);
    if (typeof m === 'string') return infeasible(m);
    const overflow = this.#overflow(m);
    if (overflow !== undefined) return infeasible(overflow);
    const { cycles, traffic } = analyse(m);
    const needs = this.#needs(m), inBytes = this.problem.inputs[0]?.bytes ?? 1;
    const bytesOf = (n: { inputs: number; output: number }): number => 2 * (n.inputs + n.output) * inBytes;
    const hardware = { pes: this.#pes, bandwidth: this.#bandwidth, l1: bytesOf(needs.l1), l2: bytesOf(needs.l2) };
    const { area, power, terms } = compatArea(hardware);
    // Each product reads two operands and a partial sum and writes one; what enters is written once.
    const l1 = 4 * this.problem.macs + traffic;
    const energy = 0.904 * (1.68 * l1 + 18.61 * traffic);
    const all: Term[] = [
      { name: 'latency', value: cycles, unit: 'cycles', how: `directives of ${this.#kind ?? ''}, bandwidth ${this.#bandwidth} elements a cycle` },
      { name: 'L1 needed', value: hardware.l1, unit: 'bytes', how: 'twice the first tiles of one element' },
      { name: 'L2 needed', value: hardware.l2, unit: 'bytes', how: 'twice the first tiles of all elements' },
      { name: 'energy', value: energy, unit: 'nJ', how: `0.904 · (1.68 · ${l1} + 18.61 · ${traffic})` },
      ...terms,
    ];
    return { cycles, seconds: cycles / parameter(this.problem.design, 'clock', 5e8), energy: energy * 1e-9, power, area, problem: undefined, terms: all };
  }
}

/** Loops of a convolution array by what they are: output channel, positions, input channel, kernel. */
function convLoops(problem: Problem): Record<'k' | 'c' | 'p' | 'q' | 'r' | 's', number> {
  const i = problem.intrinsic.computation, indices = axesOf(i).map((a) => a.id);
  const at = (id: string | undefined): number => Math.max(0, indices.indexOf(id ?? ''));
  const pairs = i.operands.flatMap((o) => o.dimensions).filter((d) => d.coefficients.size === 2).map((d) => [...d.coefficients.keys()]);
  const inPairs = new Set(pairs.flat());
  const sum = (ids: readonly string[] | undefined): string | undefined => ids?.find((id) => i.reduction.some((a) => a.id === id));
  const kept = (ids: readonly string[] | undefined): string | undefined => ids?.find((id) => i.spatial.some((a) => a.id === id));
  return {
    k: at(i.spatial.find((a) => !inPairs.has(a.id))?.id), c: at(i.reduction.find((a) => !inPairs.has(a.id))?.id),
    p: at(kept(pairs[0])), r: at(sum(pairs[0])), q: at(kept(pairs[1])), s: at(sum(pairs[1])),
  };
}
