/**
 * What one group of a launch does, counted on the lowered kernel: every op as often as it runs, at given sizes. Loops whose bodies differ from turn to turn
 * (the ends of a pipeline, causal bounds) are walked at their first, middle and last turn.
 */
import { unreachable } from '../diagnostics/bug.ts';
import { bitsOf } from '../ir/dtype.ts';
import { evaluate, type IndexExpr } from '../ir/index-expr.ts';
import { isThreadBit, type Layout, registerCount } from '../ir/layout.ts';
import { bitIndex, laneBits } from '../ir/layout-query.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import type { Op, OpOf, Role, TileExpr, TileKernel, View } from '../ir/tile.ts';
import { visitExpr, visitOps } from '../ir/tile-uses.ts';
import { bankClocks, coalescing, gridFactors, indexCost, neighbours, operandClocks } from './gpu-access.ts';
import type { GpuProfile } from './gpu-profile.ts';

/** Bytes of one tensor that a group asks for, and the sectors moved for them. */
export interface Traffic { bytes: number; moved: number; readonly factors: ReadonlySet<string>; readonly writes: boolean }

/** Of one group; `chain` is the clocks that its longest row of dependent steps takes however empty the machine is. */
export interface Work {
  /** Multiply-adds by matrix instruction. */
  readonly matrix: Map<string, number>;
  fma: number;
  special: number;
  /** Instructions of warps, multiply-adds and special functions among them. */
  instructions: number;
  /** Clocks of the shared memory's port. */
  sharedClocks: number;
  readonly traffic: Map<string, Traffic>;
  barriers: number;
  chain: number;
}

const specials = new Set(['exp', 'log', 'exp2', 'log2', 'sqrt', 'rsqrt', 'sin', 'cos', 'tanh', 'erf', 'recip', 'pow', 'div']);
type Env = Map<string, number>;

export class Counter {
  readonly work: Work = { matrix: new Map(), fma: 0, special: 0, instructions: 0, sharedClocks: 0, traffic: new Map(), barriers: 0, chain: 0 };
  private warps = 1;
  private threads = 1;
  private isMain = true;

  constructor(private readonly kernel: TileKernel, private readonly sizes: Readonly<Record<string, number>>, private readonly profile: GpuProfile, private readonly intrinsic: (name: string) => MmaIntrinsic | undefined) {}

  /** `at`: the group's place in the grid. */
  role(role: Role, at: ReadonlyMap<string, number>): void {
    this.threads = role.threads;
    this.warps = Math.max(1, role.threads / 32);
    // Of several roles the one that multiplies is the row of dependent steps; the other runs ahead.
    this.isMain = role === this.kernel.roles.at(-1);
    this.isWaiting = false;
    const chain = this.block(role.body, new Map(at), 1);
    if (this.isMain) this.work.chain += chain;
  }

  private value(e: IndexExpr, env: Env): number {
    return evaluate(e, (kind, id) => (kind === 'size' ? this.sizes[id] ?? 0 : kind === 'variable' ? env.get(id) ?? this.base(id, env) : 0));
  }
  private base(id: string, env: Env): number {
    const axis = this.kernel.axes.find((a) => a.id === id);
    return axis === undefined ? 0 : this.value(axis.base, env);
  }

  /** Counts the ops, each `times` over; gives the clocks of one run one after another. */
  private block(ops: readonly Op[], env: Env, times: number): number {
    let chain = 0;
    for (const op of ops) chain += this.op(op, env, times);
    return chain;
  }

  private op(op: Op, env: Env, times: number): number {
    const { latency } = this.profile;
    switch (op.kind) {
      case 'for': return this.loop(op, env, times);
      case 'let': { const inner = new Map(env).set(op.variable, this.value(op.value, env)); return this.block(op.body, inner, times); }
      case 'if': return this.block(op.nonNegative.every((e) => this.value(e, env) >= 0) ? op.then : op.else, env, times);
      case 'load': return this.access(op.view, this.kernel.tiles[op.dst]!, env, times, false) + this.waits(registerCount(this.kernel.tiles[op.dst]!.layout) / op.view.vector);
      case 'store': return this.access(op.view, this.kernel.tiles[op.src]!, env, times, true);
      case 'copyAsync': return this.copy(op, env, times);
      case 'storeShared': case 'loadShared': {
        const tile = this.kernel.tiles[op.kind === 'storeShared' ? op.src : op.dst]!;
        const shared = this.kernel.shared.find((s) => s.id === op.buffer)!;
        const vector = Math.min(op.vector, this.widest(op.buffer)), count = registerCount(tile.layout) / vector;
        this.work.sharedClocks += times * this.warps * count * bankClocks(shared, tile.axes, tile.layout, vector);
        return this.scalar(count * (2 + this.profile.losses.sharedAccess), times) + latency.exchange;
      }
      case 'map': return this.map(op.expr, registerCount(this.kernel.tiles[op.dst]!.layout), times);
      case 'reduce': return this.reduce(op, times);
      case 'mma': return this.product(op, times);
      case 'convert': { const n = registerCount(this.kernel.tiles[op.dst]!.layout); this.work.sharedClocks += times * this.warps * n * 2; return this.scalar(2 * n, times) + latency.barrier; }
      case 'barrier': this.work.barriers += times; this.isWaiting = false; return latency.barrier;
      case 'acquire': case 'commit': case 'wait': case 'release': case 'mmaWait': return 0;
      default: return unreachable(op);
    }
  }

  /**
   * Loads between two barriers are asked for together, so that only the first of them is waited for, but for the share that is not; those of a loop that stays a
   * loop wait for each other.
   */
  private waits(loads: number): number {
    const first = this.isWaiting ? 0 : 1, { apart, looped, unrolled } = this.profile.losses;
    this.isWaiting = true;
    return this.profile.latency.load * (first + (loads > unrolled ? looped : apart) * (loads - first));
  }
  private isWaiting = false;

  private loop(op: OpOf<'for'>, env: Env, times: number): number {
    const count = Math.max(0, this.value(op.count, env));
    const turn = (i: number, weight: number): number => {
      this.isWaiting = false;
      return weight <= 0 ? 0 : weight * this.scalar(this.profile.losses.turn, times) + weight * this.block(op.body, new Map(env).set(op.variable, i), times * weight);
    };
    let chain = 0;
    const stages = this.ringIn(op.body), edge = stages > 1 ? stages : 1;
    // A ring fills in its first turns and drains in its last ones.
    for (let i = 0; i < Math.min(edge, count); i++) chain += turn(i, 1);
    for (let i = Math.max(edge, count - edge); i < count; i++) chain += turn(i, 1);
    chain += turn(Math.floor(count / 2), count - 2 * edge);
    // A ring of s stages has s - 1 copies on their way: no turn is shorter than their share of a load's latency, and the first one waits for all of it.
    return stages > 1 ? Math.max(chain, (count * this.profile.latency.load) / (stages - 1)) + this.profile.latency.load : chain;
  }
  private ringIn(ops: readonly Op[]): number {
    for (const op of ops) {
      if (op.kind === 'wait') return this.kernel.pipes.find((p) => p.id === op.pipe)?.stages ?? 1;
      const inner = op.kind === 'let' ? this.ringIn(op.body) : op.kind === 'if' ? Math.max(this.ringIn(op.then), this.ringIn(op.else)) : 0;
      if (inner > 0) return inner;
    }
    return 0;
  }

  /** `count` instructions of every thread. */
  private scalar(count: number, times: number): number {
    this.work.instructions += times * count * this.warps;
    return count * this.profile.latency.scalar / 2;
  }

  private traffic(view: View, bytes: number, share: number, writes: boolean, times: number): void {
    const key = `${view.buffer}${writes ? ' written' : ''}`;
    const known = this.work.traffic.get(key) ?? { bytes: 0, moved: 0, factors: gridFactors(view, this.kernel), writes };
    known.bytes += times * bytes;
    known.moved += (times * bytes) / share;
    this.work.traffic.set(key, known);
  }

  private access(view: View, tile: { readonly axes: readonly string[]; readonly layout: Layout }, env: Env, times: number, writes: boolean): number {
    const buffer = this.kernel.buffers.find((b) => b.name === view.buffer);
    if (buffer === undefined) return 0;
    const elements = tile.layout.dims.reduce((n, d) => n * 2 ** d.bits.length * d.repeat, 1), instructions = registerCount(tile.layout) / view.vector;
    const { share, clocks } = this.coalescing(view, tile.axes, tile.layout, env, writes);
    this.traffic(view, (elements * bitsOf(buffer.dtype)) / 8, share, writes, times);
    this.work.sharedClocks += times * this.warps * instructions * clocks;
    const around = this.profile.losses.access + view.index.reduce((n, e) => n + indexCost(e), 0) / 2 + view.guard.length;
    return this.scalar(instructions * (1 + around), times);
  }

  private coalescing(view: View, axes: readonly string[], layout: Layout, env: Env, writes = false): ReturnType<typeof coalescing> {
    const known = this.coalesced.get(view);
    if (known !== undefined) return known;
    const found = coalescing(view, axes, layout, this.kernel, (e, coordinates) => evaluate(e, (kind, id) => {
      if (kind === 'size') return this.sizes[id] ?? 0;
      const local = kind === 'variable' ? coordinates.get(id) : 0;
      return local === undefined ? env.get(id) ?? this.base(id, env) : local + (kind === 'variable' ? this.base(id, env) : 0);
    }), writes);
    this.coalesced.set(view, found);
    return found;
  }
  /** Places of tiles are multiples of their extents, so an access is alike wherever the group stands. */
  private readonly coalesced = new Map<View, ReturnType<typeof coalescing>>();

  private copy(op: OpOf<'copyAsync'>, env: Env, times: number): number {
    const shared = this.kernel.shared.find((s) => s.id === op.buffer)!;
    const bytes = (shared.sizes.reduce((n, s) => n * s, 1) * bitsOf(shared.dtype)) / 8;
    if (op.via === 'tma') { this.traffic(op.view, bytes, 1, false, times); return 0; }
    this.traffic(op.view, bytes, this.coalescing(op.view, shared.axes, op.layout, env).share, false, times);
    const pieces = registerCount(op.layout) / op.view.vector;
    this.work.sharedClocks += (times * bytes) / this.profile.shared;
    return this.scalar(pieces * (1 + this.profile.losses.access), times) + (shared.stages === 1 ? this.waits(1) : 0);
  }

  private map(expr: TileExpr, registers: number, times: number): number {
    let plain = 0, special = 0;
    visitExpr(expr, (e) => {
      if (e.kind === 'index') plain += indexCost(e.index);
      else if (e.kind === 'inside') plain += e.nonNegative.reduce((n, x) => n + indexCost(x) + 1, 0);
      else if ((e.kind === 'unary' || e.kind === 'binary') && specials.has(e.op)) special++;
      else if (e.kind !== 'const' && e.kind !== 'tile') plain++;
    });
    this.work.special += times * special * registers * this.threads;
    return this.scalar((plain + 2 * special) * registers, times) + latencyOf(special, this.profile);
  }

  private reduce(op: OpOf<'reduce'>, times: number): number {
    const src = this.kernel.tiles[op.srcs[0]!]!, merges = op.reducer.merge.length * 2;
    const own = this.scalar(registerCount(src.layout) * merges, times);
    // With `into`, threads keep what they have; else lanes exchange, and warps go through shared memory.
    const bits = op.over.filter((o) => o.into === undefined).flatMap((o) => src.layout.dims[src.axes.indexOf(o.axis)]!.bits.filter(isThreadBit).map(bitIndex));
    const results = op.dsts.reduce((n, d) => n + registerCount(this.kernel.tiles[d]!.layout), 0);
    const lanes = bits.filter((b) => b < laneBits).length, warps = bits.length - lanes;
    this.scalar(lanes * results * (1 + merges), times);
    if (warps > 0) { this.work.barriers += 2 * times; this.work.sharedClocks += times * this.warps * results * (1 + 2 ** warps / 4); }
    return own + lanes * (this.profile.latency.exchange + results * merges) + (warps > 0 ? 2 * this.profile.latency.barrier + 2 ** warps * results * 4 : 0);
  }

  private product(op: OpOf<'mma'>, times: number): number {
    const acc = this.kernel.tiles[op.acc]!, intrinsic = this.intrinsic(op.intrinsic);
    const depth = this.kernel.axes.find((a) => a.id === op.over)?.tile ?? 1;
    const [rows, columns] = [0, 1].map((d) => { const l = acc.layout.dims[d]; return l === undefined ? 1 : 2 ** l.bits.length * l.repeat; }) as [number, number];
    const products = rows * columns * depth;
    if (intrinsic === undefined || intrinsic.m * intrinsic.n === 1) return this.multiplyAdds(op, products, depth, times);
    this.work.matrix.set(op.intrinsic, (this.work.matrix.get(op.intrinsic) ?? 0) + times * products);
    const rate = this.profile.matrix.find((m) => op.intrinsic.startsWith(m.prefix))?.perClock ?? this.profile.fma;
    if (intrinsic.operands === 'shared') return products / rate;
    const count = products / (intrinsic.m * intrinsic.n * intrinsic.k) / this.warps;
    const warpsAlong = [0, 1].map((d) => 2 ** (acc.layout.dims[d]?.bits.filter((b) => b.from === 'warp').length ?? 0)) as [number, number];
    const fragment = (operand: typeof op.a, bytes: number): number => (operand.kind === 'shared' ? (this.warps * depth * bytes) / this.profile.shared : 0);
    const [a, b] = [(rows / warpsAlong[0]) * (bitsOf(intrinsic.a.dtype) / 8), (columns / warpsAlong[1]) * (bitsOf(intrinsic.b.dtype) / 8)];
    this.work.sharedClocks += times * (fragment(op.a, a) + fragment(op.b, b));
    this.scalar(count * 1.5 + ((a + b) * depth) / 512, times);
    // Accumulators that do not depend on each other keep the unit busy while one is in it.
    const independent = Math.max(1, Math.min(8, registerCount(acc.layout) / 4));
    return count * Math.max((products / rate) / count / Math.max(1, this.warps), this.profile.latency.matrix / independent);
  }

  /** Each thread holds a block of results and loads the rows and columns of it step by step, up to four neighbours at a time. */
  private multiplyAdds(op: OpOf<'mma'>, products: number, depth: number, times: number): number {
    const acc = this.kernel.tiles[op.acc]!;
    const side = (operand: typeof op.a, d: number): number => {
      const l = acc.layout.dims[d];
      if (operand.kind === 'tile' || l === undefined) return operand.kind === 'tile' ? 0 : 1;
      const vector = Math.min(neighbours(acc.layout, d), operand.kind === 'shared' ? this.widest(operand.buffer) : 4);
      const loads = (2 ** l.bits.filter((b) => !isThreadBit(b)).length * l.repeat) / vector;
      this.work.sharedClocks += times * this.warps * depth * loads * operandClocks(acc.layout, d, vector);
      return loads;
    };
    const loads = depth * (side(op.a, 0) + side(op.b, 1));
    this.work.fma += times * products;
    return this.scalar(products / this.threads + loads * (1 + this.profile.losses.sharedAccess), times);
  }

  /** Elements of the widest access to a buffer in shared memory: where memory is read in the type that it is declared with, the narrowest access decides for all. */
  private widest(id: string): number {
    if (!this.profile.typed) return Infinity;
    const known = this.units.get(id);
    if (known !== undefined) return known;
    let least = 128 / bitsOf(this.kernel.shared.find((s) => s.id === id)!.dtype);
    for (const role of this.kernel.roles) visitOps(role.body, (op) => {
      if ((op.kind === 'storeShared' || op.kind === 'loadShared') && op.buffer === id) least = Math.min(least, op.vector);
      if (op.kind === 'mma') [op.a, op.b].forEach((o, d) => { if (o.kind === 'shared' && o.buffer === id) least = Math.min(least, neighbours(this.kernel.tiles[op.acc]!.layout, d)); });
    });
    this.units.set(id, least);
    return least;
  }
  private readonly units = new Map<string, number>();
}
const latencyOf = (special: number, profile: GpuProfile): number => (special === 0 ? 0 : special * profile.latency.scalar * 2);
