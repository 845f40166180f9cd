/**
 * The calibrated model: what depends on the schedule, the configured memories, the bus, and on what runs. Ours, not the paper's (constants.ts).
 *
 * Tiles of operands lie twice in the scratchpad, so that one is loaded while the other is used; the tile of results lies in the local memory in
 * accumulator width. An index whose extent depends on the array's parameters is spread over the array, the others are steps in time.
 *
 *   cycles  = max(compute, transfers) + first load + last store
 *   compute = steps·stall + passes·fill;  steps = Π blocks of spread indices · Π of all else
 *   stall   = max(1, operand bytes a step / (banks · bytes of a bank)); an operand that a stream in time does not touch stays in the array for it
 *   transfers = Σ tensors: visits · cycles of a tile; visits = Π tiles of the loops from the outermost to the innermost that the tensor varies along
 *   a tile  = rows · (bursts of a row · latency + beats of a row); rows as contiguous as the tile leaves them
 *
 * Results that are left before their sum is complete are stored and loaded again in accumulator width.
 */
import { sizesOf } from '../ir/index-expr.ts';
import { outerOrder } from '../partition/interface.ts';
import { kindOf } from './compat.ts';
import { calibratedConstants as k } from './constants.ts';
import { type CostModel, type Estimate, type Evaluator, infeasible, type Numbers, type Term } from './model.ts';
import { arraySize, parameter, type Problem, type TensorUse } from './problem.ts';

export const calibrated: CostModel = { name: 'calibrated', prepare: (problem) => new CalibratedEvaluator(problem) };

/** J per byte of a memory. */
const memoryEnergy = (bytes: number): number => k.memory * Math.sqrt(Math.max(1, bytes / 1024));

/** µm² of a design; nothing of it depends on the workload but the width of its operands. A search asks for the number alone, many thousand times. */
export function designArea(design: Problem['design'], operandBytes: number): { readonly area: number; readonly terms: () => readonly Term[] } {
  const pes = arraySize(design), scratchpad = parameter(design, 'scratchpad', 0), local = parameter(design, 'local', 0), banks = parameter(design, 'banks', 1);
  const element = k.element8 * operandBytes ** 2 + k.elementRest, bus = parameter(design, 'bus', 64), burst = parameter(design, 'burst', 64), declared = parameter(design, 'cost_area', 0);
  const [array, pad, sums, port] = [pes * element, scratchpad * k.memoryArea * (1 + k.bank * (banks - 1)), local * k.memoryArea, bus * k.busBit + burst * k.burstByte];
  const terms = (): readonly Term[] => [
    { name: 'area: array', value: array, unit: 'um2', how: `${pes} · ${element}` },
    { name: 'area: scratchpad', value: pad, unit: 'um2', how: `${scratchpad} · ${k.memoryArea} · (1 + ${k.bank}·${banks - 1})` },
    { name: 'area: local memory', value: sums, unit: 'um2', how: `${local} · ${k.memoryArea}` },
    { name: 'area: bus and bursts', value: port, unit: 'um2', how: `${bus} · ${k.busBit} + ${burst} · ${k.burstByte}` },
    ...(design['cost_area'] === undefined ? [] : [{ name: 'area: cost_area', value: declared, unit: 'um2', how: 'declared' }]),
  ];
  return { area: array + pad + sums + port + declared, terms };
}

interface Tensor { readonly dims: readonly { readonly axes: readonly number[]; readonly steps: readonly number[]; readonly full: number }[]; readonly varies: readonly boolean[]; readonly bytes: number; readonly name: string }

/** What loops say whatever the design. By hoist: the order of tiles. By loop: its axes, and 0 software, 1 in time, 2 spread over the array. */
interface Nest { readonly orders: readonly (readonly number[])[]; readonly axisOfLoop: readonly (readonly number[])[]; readonly total: Float64Array; readonly role: Uint8Array; readonly systolic: boolean; readonly inputs: readonly Tensor[]; readonly output: Tensor; readonly width: number; readonly asked: Asked }
/** Of the schedule asked about last; every question begins by writing it, so designs share it. */
interface Asked { readonly extent: Float64Array; readonly count: Float64Array; readonly blocks: Float64Array; readonly stream: Float64Array }
/** One layer and match is asked about for one design after the other; their problems share what no design changes (problem.ts). */
const nests = new WeakMap<Problem['inputs'], Nest>();
function nestOf(problem: Problem): Nest {
  const { loops, axisLoop } = problem, known = nests.get(problem.inputs);
  if (known !== undefined) return known;
  const tilings = loops.map((loop, at) => ({ loop, at })), tensor = (t: TensorUse): Tensor => ({ dims: t.dimensions, varies: t.varies, bytes: t.bytes, name: t.name });
  const nest: Nest = {
    orders: Array.from({ length: loops.length + 1 }, (_, hoist) => outerOrder(tilings, hoist).map((t) => t.at)), axisOfLoop: loops.map((_, l) => axisLoop.flatMap((x, a) => (x === l ? [a] : []))),
    total: Float64Array.from(loops, (l) => l.total), role: Uint8Array.from(loops, (l) => (l.index === undefined ? 0 : sizesOf(l.index.extent).size > 0 ? 2 : 1)),
    systolic: kindOf(problem.intrinsic.computation) === 'gemm', inputs: problem.inputs.map(tensor), output: tensor(problem.output), width: Math.max(...problem.inputs.map((t) => t.bytes)),
    asked: { extent: new Float64Array(problem.axisExtent.length), count: new Float64Array(loops.length), blocks: new Float64Array(loops.length), stream: new Float64Array(loops.length) },
  };
  nests.set(problem.inputs, nest);
  return nest;
}

class CalibratedEvaluator implements Evaluator {
  readonly problem: Problem;
  private readonly n: number;
  private readonly total: Float64Array;
  private readonly step: Float64Array;
  /** By loop: 0 software, 1 in time, 2 spread over the array. */
  private readonly role: Uint8Array;
  private readonly inputs: readonly Tensor[];
  private readonly output: Tensor;
  private readonly orders: readonly (readonly number[])[];
  private readonly axisOfLoop: readonly (readonly number[])[];
  private readonly axisExtent: readonly number[];
  private readonly fill: number;
  private readonly bus: number;
  private readonly burst: number;
  private readonly scratchpad: number;
  private readonly local: number;
  private readonly bandwidth: number;
  private readonly area: ReturnType<typeof designArea>;
  // Of the schedule asked about last.
  private readonly extent: Float64Array;
  private readonly count: Float64Array;
  private readonly blocks: Float64Array;
  private readonly stream: Float64Array;

  constructor(problem: Problem) {
    this.problem = problem;
    const { loops, design } = problem;
    const { systolic, total, role, inputs, output, orders, axisOfLoop, width, asked } = nestOf(problem);
    this.n = loops.length;
    this.total = total;
    this.step = Float64Array.from(loops, (l) => l.step);
    this.role = role;
    let load = 0;
    if (systolic && design['dataflow'] === 'weight_stationary') {
      // Weights k x j stay in the array while rows of A stream past them.
      const x = parameter(design, 'x', 1), y = parameter(design, 'y', 1);
      this.role = role.slice();
      this.role.set([1, 2, 2]);
      this.step.set([1, y, x]);
      load = x;
    }
    const spread = loops.flatMap((l, i) => (this.role[i] === 2 ? [{ reduction: l.reduction, step: this.step[i] ?? 1 }] : []));
    this.fill = systolic ? spread.reduce((n, s) => n + s.step, load - 2) : spread.reduce((n, s) => n + (s.reduction ? Math.ceil(Math.log2(Math.max(1, s.step))) : 0), 0);
    this.inputs = inputs;
    this.output = output;
    this.orders = orders;
    this.axisOfLoop = axisOfLoop;
    this.axisExtent = problem.axisExtent;
    this.bus = parameter(design, 'bus', 64) / 8;
    this.burst = parameter(design, 'burst', 64);
    this.scratchpad = parameter(design, 'scratchpad', Infinity);
    this.local = parameter(design, 'local', Infinity);
    this.bandwidth = parameter(design, 'banks', 1) * k.bankBytes;
    this.area = designArea(design, width);
    this.extent = asked.extent;
    this.count = asked.count;
    this.blocks = asked.blocks;
    this.stream = asked.stream;
  }

  cycles(tiles: ArrayLike<number>, hoist: number): number {
    this.cut(tiles);
    if (!this.fits()) return Infinity;
    const [compute, transfers, edges] = [this.compute(), this.transfers(tiles, hoist), this.edges()];
    return Math.ceil(Math.max(compute, transfers) + edges) + parameter(this.problem.design, 'cost_cycles', 0);
  }

  /** Extents of axes in a tile, numbers of tiles, blocks and streams. */
  private cut(tiles: ArrayLike<number>): void {
    const { total, step, role, count, blocks, stream, extent, axisExtent } = this;
    for (let l = 0; l < this.n; l++) {
      const e = total[l]!, f = Math.min(e, Math.max(1, tiles[l]!)), d = step[l]!;
      count[l] = Math.ceil(e / f);
      const whole = Math.floor(e / f);
      blocks[l] = role[l] === 0 ? e : whole * Math.ceil(f / d) + Math.ceil((e - whole * f) / d);
      stream[l] = d > 1 ? Math.min(f, d) : f;
      const axes = this.axisOfLoop[l]!;
      let rest = f;
      for (let i = axes.length - 1; i >= 0; i--) {
        const a = axes[i]!, n = axisExtent[a]!;
        extent[a] = Math.min(n, rest);
        // A stretch of the fused loop that begins within a row touches one row more.
        rest = rest <= n ? (n % rest === 0 ? 1 : 2) : Math.ceil(rest / n) + (rest % n === 0 ? 0 : 1);
      }
    }
  }

  private elements(t: Tensor): number {
    let v = 1;
    for (const d of t.dims) v *= this.reach(d);
    return v;
  }
  private reach(d: Tensor['dims'][number]): number {
    let n = 1;
    for (let i = 0; i < d.axes.length; i++) n += d.steps[i]! * (this.extent[d.axes[i]!]! - 1);
    return Math.min(n, d.full);
  }
  private operandBytes(): number {
    let bytes = 0;
    for (const t of this.inputs) bytes += 2 * this.elements(t) * t.bytes;
    return bytes;
  }
  private fits(): boolean {
    return this.operandBytes() <= this.scratchpad && this.elements(this.output) * k.accumulator <= this.local;
  }

  private steps(): number {
    let steps = 1;
    for (let l = 0; l < this.n; l++) steps *= this.role[l] === 2 ? this.blocks[l]! : this.total[l]!;
    return steps;
  }
  private passes(): number {
    let passes = 1;
    for (let l = 0; l < this.n; l++) passes *= this.role[l] === 1 && this.step[l] === 1 ? this.count[l]! : this.blocks[l]!;
    return passes;
  }
  /** Elements of the tensor that a step uses anew. */
  private rate(t: Tensor): number {
    let rate = 1;
    for (let l = 0; l < this.n; l++) {
      if (this.role[l] === 2 && t.varies[l]) rate *= Math.min(this.step[l]!, this.total[l]!);
      if (this.role[l] === 1 && !t.varies[l]) rate /= this.stream[l]!;
    }
    return rate;
  }
  private feed(): number {
    let bytes = 0;
    for (const t of this.inputs) bytes += this.rate(t) * t.bytes;
    return bytes;
  }
  private compute(): number {
    return this.steps() * Math.max(1, this.feed() / this.bandwidth) + this.passes() * this.fill;
  }

  /** Tiles of the tensor that are moved, in the order of the outer loops. */
  private visits(t: Tensor, hoist: number): number {
    const order = this.orders[Math.min(hoist, this.n)]!;
    let visits = 1, result = 1;
    for (const l of order) {
      visits *= this.count[l]!;
      if (t.varies[l] && this.count[l]! > 1) result = visits;
    }
    return result;
  }
  private distinct(t: Tensor): number {
    let n = 1;
    for (let l = 0; l < this.n; l++) if (t.varies[l]) n *= this.count[l]!;
    return n;
  }
  /** The share of a full tile that an average one is. */
  private share(t: Tensor, tiles: ArrayLike<number>): number {
    let s = 1;
    for (let l = 0; l < this.n; l++) if (t.varies[l]) s *= this.total[l]! / (this.count[l]! * Math.min(this.total[l]!, Math.max(1, tiles[l]!)));
    return s;
  }
  /** Cycles to move a full tile with elements of `bytes`. */
  private tile(t: Tensor, bytes: number): number {
    let row = 1, all = 1, open = true;
    for (let d = t.dims.length - 1; d >= 0; d--) {
      const reach = this.reach(t.dims[d]!);
      all *= reach;
      if (open) row *= reach;
      if (reach < t.dims[d]!.full) open = false;
    }
    const rowBytes = row * bytes;
    return (all / row) * (Math.ceil(rowBytes / this.burst) * k.burstLatency + Math.ceil(rowBytes / this.bus));
  }
  private transfers(tiles: ArrayLike<number>, hoist: number): number {
    let cycles = 0;
    for (const t of this.inputs) cycles += this.visits(t, hoist) * this.share(t, tiles) * this.tile(t, t.bytes);
    const o = this.output, visits = this.visits(o, hoist), distinct = this.distinct(o), share = this.share(o, tiles);
    return cycles + share * (distinct * this.tile(o, o.bytes) + 2 * (visits - distinct) * this.tile(o, k.accumulator));
  }
  private edges(): number {
    let cycles = this.tile(this.output, this.output.bytes);
    for (const t of this.inputs) cycles += this.tile(t, t.bytes);
    return cycles;
  }

  /** Bytes that are moved and products that are made, of the schedule that was cut last. */
  private activity(tiles: ArrayLike<number>, hoist: number): { readonly products: number; readonly idle: number; readonly padRead: number; readonly padWritten: number; readonly accumulated: number; readonly dram: number; readonly mac: number; readonly lanes: number } {
    const { macs } = this.problem, steps = this.steps(), o = this.output, visits = this.visits(o, hoist), distinct = this.distinct(o);
    let width = 0, padWritten = 0, lanes = 1;
    for (const t of this.inputs) { width = Math.max(width, t.bytes); padWritten += this.visits(t, hoist) * this.share(t, tiles) * this.elements(t) * t.bytes; }
    for (let l = 0; l < this.n; l++) if (this.role[l] === 2) lanes *= this.step[l]!;
    const mac = k.product8 * width ** 2 + k.sum32, out = this.share(o, tiles) * this.elements(o) * (distinct * o.bytes + 2 * (visits - distinct) * k.accumulator);
    return { products: macs * mac, idle: Math.max(0, steps * lanes - macs) * mac * k.idle, padRead: steps * this.feed(), padWritten, accumulated: steps * this.rate(o) * 2 * k.accumulator, dram: padWritten + out, mac, lanes };
  }
  private bank(): number { return this.scratchpad / parameter(this.problem.design, 'banks', 1); }

  energy(tiles: ArrayLike<number>, hoist: number): number {
    const cycles = this.cycles(tiles, hoist);
    if (cycles === Infinity) return Infinity;
    const a = this.activity(tiles, hoist), { design } = this.problem, seconds = cycles / parameter(design, 'clock', k.clock);
    return a.products + a.idle + (a.padRead + a.padWritten) * memoryEnergy(this.bank()) + a.accumulated * memoryEnergy(this.local) + a.dram * k.dram + (this.area.area * k.leakage + parameter(design, 'cost_power', 0)) * seconds;
  }

  numbers(tiles: ArrayLike<number>, hoist: number): Numbers {
    const cycles = this.cycles(tiles, hoist);
    if (cycles === Infinity) return infeasible('');
    const a = this.activity(tiles, hoist), { design } = this.problem, { area } = this.area, seconds = cycles / parameter(design, 'clock', k.clock), extra = parameter(design, 'cost_power', 0);
    const energy = a.products + a.idle + (a.padRead + a.padWritten) * memoryEnergy(this.bank()) + a.accumulated * memoryEnergy(this.local) + a.dram * k.dram + area * k.leakage * seconds;
    return { cycles, seconds, energy: energy + extra * seconds, power: energy / seconds + extra, area };
  }

  estimate(tiles: ArrayLike<number>, hoist: number): Estimate {
    this.cut(tiles);
    const { design, macs } = this.problem;
    const operands = this.operandBytes(), results = this.elements(this.output) * k.accumulator;
    if (operands > this.scratchpad) return infeasible(`two tiles of the operands take ${operands} bytes of a scratchpad of ${this.scratchpad}`);
    if (results > this.local) return infeasible(`the tile of results takes ${results} bytes of a local memory of ${this.local}`);
    const steps = this.steps(), stall = Math.max(1, this.feed() / this.bandwidth), passes = this.passes();
    const compute = this.compute(), transfers = this.transfers(tiles, hoist), edges = this.edges();
    const cycles = Math.ceil(Math.max(compute, transfers) + edges) + parameter(design, 'cost_cycles', 0);
    const seconds = cycles / parameter(design, 'clock', k.clock);
    const { products, idle, padRead, padWritten, accumulated, dram, mac, lanes } = this.activity(tiles, hoist), bank = this.bank(), { area } = this;
    const o = this.output, visits = this.visits(o, hoist);
    const energies: Term[] = [
      { name: 'energy: products', value: products, unit: 'J', how: `${macs} · ${mac}` },
      { name: 'energy: idle elements', value: idle, unit: 'J', how: `(${steps} steps · ${lanes} - ${macs}) · ${k.idle} · ${mac}` },
      { name: 'energy: scratchpad', value: (padRead + padWritten) * memoryEnergy(bank), unit: 'J', how: `${Math.round(padRead)} bytes read, ${Math.round(padWritten)} written, banks of ${bank} bytes` },
      { name: 'energy: local memory', value: accumulated * memoryEnergy(this.local), unit: 'J', how: `${Math.round(accumulated)} bytes` },
      { name: 'energy: DRAM', value: dram * k.dram, unit: 'J', how: `${Math.round(dram)} bytes · ${k.dram}` },
      { name: 'energy: leakage', value: area.area * k.leakage * seconds, unit: 'J', how: `${Math.round(area.area)} um2 · ${k.leakage} W · ${seconds} s` },
    ];
    const energy = energies.reduce((n, t) => n + t.value, 0), extra = parameter(design, 'cost_power', 0);
    const terms: Term[] = [
      { name: 'steps', value: steps, unit: 'cycles', how: this.problem.loops.map((l, i) => `${l.name} ${this.role[i] === 2 ? this.blocks[i]! : this.total[i]!}`).join(' · ') },
      { name: 'stall', value: stall, unit: '', how: `max(1, ${this.feed()} bytes a step / ${this.bandwidth})` },
      { name: 'fill', value: passes * this.fill, unit: 'cycles', how: `${passes} passes · ${this.fill}` },
      { name: 'compute', value: compute, unit: 'cycles', how: 'steps · stall + fill' },
      ...[...this.inputs.map((t) => ({ t, bytes: t.bytes, visits: this.visits(t, hoist) })), { t: o, bytes: o.bytes, visits }].map(({ t, bytes, visits: v }): Term => ({ name: `tiles of ${t.name}`, value: v, unit: '', how: `${this.elements(t)} elements, ${this.tile(t, bytes)} cycles each, ${v - this.distinct(t)} of them again` })),
      { name: 'transfers', value: transfers, unit: 'cycles', how: 'tiles · cycles of each' },
      { name: 'first load and last store', value: edges, unit: 'cycles', how: 'nothing runs beside them' },
      { name: 'latency', value: cycles, unit: 'cycles', how: 'max(compute, transfers) + first load and last store' },
      ...energies, ...area.terms(),
      ...(extra === 0 ? [] : [{ name: 'power: cost_power', value: extra, unit: 'W', how: 'declared' }]),
    ];
    return { cycles, seconds, energy: energy + extra * seconds, power: energy / seconds + extra, area: area.area, problem: undefined, terms };
  }
}
