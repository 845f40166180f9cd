/**
 * Values mode: tiles are arrays in coordinate order and layouts are ignored, so this says what a kernel means. Copies, matrix products and
 * shared memory take effect at once. A matrix product sums in f64 and rounds once to the accumulator's type; everything else on f32 is rounded
 * after each operator. All groups run, one after another.
 */
import type { Span } from '../diagnostics/span.ts';
import { unreachable } from '../diagnostics/bug.ts';
import { type Layout, isThreadBit } from './layout.ts';
import { rounderTo, roundTo, valueOf } from './round.ts';
import { TileFault } from './tile-fault.ts';
import { ElementLoop, type Space, rowMajor } from './tile-interpret-loop.ts';
import { type DataOp, type InterpretOptions, type RoleState, type TileData, TileMachine } from './tile-interpret-machine.ts';
import type { Buffers, Memory, Sizes } from './tile-interpret-memory.ts';
import { type Part, compileMerge, fold } from './tile-interpret-reduce.ts';
import type { Compute } from './tile-interpret-scope.ts';
import type { OpOf, Operand, SharedBuffer, TileKernel } from './tile.ts';

/**
 * Runs the kernel by its meaning.
 * @param buffers element values of inputs (and of scratch that an earlier kernel wrote) by name, row-major; they are rounded to the stored type
 * @returns outputs and scratch; what no one wrote is NaN
 * @throws TileFault where the kernel breaks a rule, CompilerBug where it is not well formed
 */
export function interpretTile(kernel: TileKernel, sizes: Sizes, buffers: Buffers, options: InterpretOptions): Map<string, Float64Array> {
  return new ValuesMachine(kernel, sizes, buffers, options).run();
}

const product = (ns: readonly number[]): number => ns.reduce((n, s) => n * s, 1);

/** Position in a row-major array over `axes` of the element with the coordinates that `at` gives. */
function flatTable(count: number, axes: readonly string[], sizes: readonly number[], at: (axis: string) => Int32Array | undefined): Int32Array {
  const table = new Int32Array(count);
  axes.forEach((axis, d) => {
    const coords = at(axis), size = sizes[d]!;
    for (let e = 0; e < count; e++) table[e] = table[e]! * size + (coords === undefined ? 0 : coords[e]!);
  });
  return table;
}

/** Where an operand of a matrix product lies: row-major data over axes. */
interface Source { readonly axes: readonly string[]; readonly sizes: readonly number[]; readonly data: Float64Array; readonly start: Compute; readonly fetch: () => void }

class ValuesMachine extends TileMachine {
  private readonly blocks = new Map<string, Float64Array>();
  private readonly scalar: Layout = { dims: [] };

  private tileSizes(axes: readonly string[]): number[] { return axes.map((a) => this.axes.get(a)?.tile ?? 1); }

  spaceOf(axes: readonly string[], layout: Layout): Space {
    return { axes, layout, ...rowMajor(this.tileSizes(axes)) };
  }
  tableOf(to: Space, from: Space): Int32Array {
    return flatTable(to.count, from.axes, this.tileSizes(from.axes), (axis) => {
      const dim = to.axes.indexOf(axis);
      if (dim < 0) throw new TileFault('layout', `a tile over ${from.axes.join()} is read at an element over ${to.axes.join()}`);
      return to.coords[dim];
    });
  }

  protected startGroup(): void { for (const block of this.blocks.values()) block.fill(NaN); }
  protected written(): void {}
  protected onBarrier(): void {}
  protected onAcquire(): void {}
  protected onCommit(): void {}
  protected onArrive(): void {}
  protected onEmpty(): void {}
  protected onMmaWait(): void {}
  protected endRole(): void {}

  protected readGlobal(address: Compute, memory: Memory, op: OpOf<'load'>, target: TileData, loop: ElementLoop): void {
    const round = rounderTo(target.decl.dtype), { data } = target, { fill } = op.view;
    loop.run((e) => { const a = address(); data[e] = round(a < 0 ? fill : valueOf(memory.dtype, memory.data[a]!)); });
  }
  protected writeGlobal(address: Compute, memory: Memory, _op: OpOf<'store'>, source: TileData, loop: ElementLoop): void {
    loop.run((e) => { const a = address(); if (a >= 0) memory.data[a] = roundTo(memory.dtype, source.data[e]!); });
  }

  /** All stages of a shared buffer, each in coordinate order. */
  private block(buffer: SharedBuffer): Float64Array {
    const old = this.blocks.get(buffer.id);
    const made = old ?? new Float64Array(product(buffer.sizes) * buffer.stages).fill(NaN);
    this.blocks.set(buffer.id, made);
    return made;
  }
  private stageStart(buffer: SharedBuffer, stage: Compute, span: Span): Compute {
    const count = product(buffer.sizes);
    return () => {
      const n = stage();
      if (!(n >= 0 && n < buffer.stages)) throw new TileFault('bounds', `${buffer.id} has no stage ${n}`, span);
      return n * count;
    };
  }
  protected compileCopy(op: OpOf<'copyAsync'>, state: RoleState): () => void {
    const buffer = this.sharedBuffer(op.buffer);
    const block = this.block(buffer);
    const loop = new ElementLoop({ axes: buffer.axes, layout: op.layout, ...rowMajor(buffer.sizes) }, state);
    const address = this.address(op.view, loop, op.span);
    const memory = this.memory(op.view.buffer);
    const stage = state.uniform(op.stage);
    const start = this.stageStart(buffer, stage, op.span);
    return () => {
      const s = start();
      this.pipeOf(op.buffer)?.wrote(stage());
      loop.run((e) => { const a = address(); block[s + e] = a < 0 ? 0 : roundTo(buffer.dtype, memory.data[a]!); });
    };
  }

  protected compileData(op: DataOp, state: RoleState): () => void {
    switch (op.kind) {
      case 'storeShared': case 'loadShared': return this.compileShared(op, state);
      case 'convert': {
        const from = state.tile(op.src), to = state.tile(op.dst);
        const table = this.tableOf(to.space, from.space);
        return () => { for (let e = 0; e < table.length; e++) to.data[e] = roundTo(to.decl.dtype, valueOf(from.decl.dtype, from.data[table[e]!]!)); };
      }
      case 'reduce': return this.compileReduce(op, state);
      case 'mma': return this.compileMma(op, state);
      default: return unreachable(op);
    }
  }

  private compileShared(op: OpOf<'storeShared'> | OpOf<'loadShared'>, state: RoleState): () => void {
    const buffer = this.sharedBuffer(op.buffer);
    const block = this.block(buffer);
    const tile = state.tile(op.kind === 'storeShared' ? op.src : op.dst);
    const table = flatTable(tile.space.count, buffer.axes, buffer.sizes, (axis) => tile.space.coords[tile.space.axes.indexOf(axis)]);
    const stage = state.uniform(op.stage);
    const start = this.stageStart(buffer, stage, op.span);
    if (op.kind === 'loadShared') return () => { const s = start(); for (let e = 0; e < table.length; e++) tile.data[e] = roundTo(tile.decl.dtype, valueOf(buffer.dtype, block[s + table[e]!]!)); };
    return () => {
      const s = start();
      this.pipeOf(op.buffer)?.wrote(stage());
      for (let e = 0; e < table.length; e++) block[s + table[e]!] = roundTo(buffer.dtype, tile.data[e]!);
    };
  }

  private compileReduce(op: OpOf<'reduce'>, state: RoleState): () => void {
    const sources = op.srcs.map((id) => state.tile(id)), targets = op.dsts.map((id) => state.tile(id));
    const overSizes = this.tileSizes(op.over.map((o) => o.axis));
    const positions = product(overSizes);
    const parts = sources.map((source, p): Part => {
      const target = targets[p]!;
      // Which element of the result each source element goes to, and at which position of the reduced axes it stands.
      const position = flatTable(source.space.count, op.over.map((o) => o.axis), overSizes, (axis) => source.space.coords[source.space.axes.indexOf(axis)]);
      const goes = flatTable(source.space.count, target.space.axes, this.tileSizes(target.space.axes), (axis) => {
        const partial = op.over.find((o) => o.into === axis);
        return partial === undefined ? source.space.coords[source.space.axes.indexOf(axis)] : this.partial(source, partial.axis);
      });
      const sourceAt = Array.from({ length: positions }, () => new Int32Array(target.space.count).fill(-1));
      for (let e = 0; e < source.space.count; e++) sourceAt[position[e]!]![goes[e]!] = e;
      const sees = targets.map((other) => (other.space.axes.every((a) => target.space.axes.includes(a)) ? this.tableOf(target.space, other.space) : undefined));
      return { result: target, source, sourceAt, sees };
    });
    const merge = compileMerge(op.reducer, parts);
    return () => fold(op.reducer, parts, merge);
  }
  /** The thread part of every element's coordinate along an axis: the coordinate of the partial result it goes to. */
  private partial(source: TileData, axis: string): Int32Array {
    const dim = source.space.axes.indexOf(axis);
    const positions = source.decl.layout.dims[dim]!.bits.flatMap((b, n) => (isThreadBit(b) ? [n] : []));
    return source.space.coords[dim]!.map((c) => positions.reduce((sum, p, n) => sum + (((c >> p) & 1) << n), 0));
  }

  private operand(o: Operand, state: RoleState, span: Span): Source {
    switch (o.kind) {
      case 'tile': {
        const { decl, data } = state.tile(o.tile);
        return { axes: decl.axes, sizes: this.tileSizes(decl.axes), data, start: () => 0, fetch: () => {} };
      }
      case 'shared': {
        const buffer = this.sharedBuffer(o.buffer);
        return { axes: buffer.axes, sizes: buffer.sizes, data: this.block(buffer), start: this.stageStart(buffer, state.uniform(o.stage), span), fetch: () => {} };
      }
      case 'global': {
        const space = this.spaceOf(o.axes, this.scalar);
        const loop = new ElementLoop(space, state);
        const address = this.address(o.view, loop, span);
        const memory = this.memory(o.view.buffer);
        const data = new Float64Array(space.count);
        return { axes: o.axes, sizes: this.tileSizes(o.axes), data, start: () => 0, fetch: () => loop.run((e) => { const a = address(); data[e] = a < 0 ? o.view.fill : memory.data[a]!; }) };
      }
      default: return unreachable(o);
    }
  }
  private compileMma(op: OpOf<'mma'>, state: RoleState): () => void {
    this.intrinsic(op.intrinsic);
    const acc = state.tile(op.acc);
    const extent = this.axes.get(op.over)?.tile ?? 1;
    const sides = [op.a, op.b].map((o) => {
      const source = this.operand(o, state, op.span);
      const over = source.axes.indexOf(op.over);
      const table = flatTable(acc.space.count, source.axes, source.sizes, (axis) => (axis === op.over ? undefined : acc.space.coords[acc.space.axes.indexOf(axis)]));
      return { source, table, stride: over < 0 ? 0 : product(source.sizes.slice(over + 1)) };
    });
    const [a, b] = [sides[0]!, sides[1]!];
    const { dtype } = acc.decl;
    return () => {
      a.source.fetch(); b.source.fetch();
      const x = a.source.data, y = b.source.data, x0 = a.source.start(), y0 = b.source.start();
      for (let e = 0; e < acc.data.length; e++) {
        let sum = acc.data[e]!, i = x0 + a.table[e]!, j = y0 + b.table[e]!;
        for (let k = 0; k < extent; k++) { sum += x[i]! * y[j]!; i += a.stride; j += b.stride; }
        acc.data[e] = roundTo(dtype, sum);
      }
    };
  }
}
