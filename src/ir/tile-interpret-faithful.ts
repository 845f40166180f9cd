/**
 * Faithful mode: a tile is the registers of every thread, and every op goes through the bit lists. Vectors move as one access, reductions
 * exchange between threads, matrix intrinsics decode registers by their own layouts, shared memory has its real offsets and is NaN until
 * written and again once released, an asynchronous copy arrives at its wait and an asynchronous product reads when a wait covers it.
 *
 * Threads of a role run in step; accesses to shared memory that only luck would order are faults (tile-interpret-shared.ts), as are copies
 * of a replicated element that differ. Where a replicated tile is stored, the threads whose replicated bits are zero do it.
 * Arithmetic rounds as in values mode, except that products round once per fragment, and scalar ones after every addition.
 */
import type { Span } from '../diagnostics/span.ts';
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { bitsOf } from './dtype.ts';
import { bitIndex, isApart, positionOf, threadBitsOf, threadKey } from './layout-query.ts';
import { type Layout, coordinateOf, isThreadBit, registerCount } from './layout.ts';
import { roundTo, valueOf } from './round.ts';
import { TileFault } from './tile-fault.ts';
import { ElementLoop, type Space, rowMajor } from './tile-interpret-loop.ts';
import { type DataOp, type InterpretOptions, type RoleState, type TileData, TileMachine } from './tile-interpret-machine.ts';
import type { Buffers, Memory, Sizes } from './tile-interpret-memory.ts';
import { type Factor, compileProduct } from './tile-interpret-mma.ts';
import { type Part, compileMerge, fold } from './tile-interpret-reduce.ts';
import type { Compute } from './tile-interpret-scope.ts';
import { type Access, SharedMemory, everyone } from './tile-interpret-shared.ts';
import type { PipeState } from './tile-pipe.ts';
import type { OpOf, Operand, Role, TileKernel } from './tile.ts';

/**
 * Runs the kernel as its threads would.
 * @param buffers as for values mode
 * @returns outputs and scratch; what no one wrote is NaN
 * @throws TileFault where the kernel breaks a rule, CompilerBug where it is not well formed
 */
export function interpretTileFaithful(kernel: TileKernel, sizes: Sizes, buffers: Buffers, options: InterpretOptions): Map<string, Float64Array> {
  return new FaithfulMachine(kernel, sizes, buffers, options).run();
}

/** A mask of the thread bits that the layout uses. */
const usedMask = (l: Layout): number => l.dims.reduce((mask, d) => d.bits.reduce((n, b) => (isThreadBit(b) ? n | (1 << bitIndex(b)) : n), mask), 0);

/** Copies on their way into one pipe: those of the fill that is being written, and those of committed fills. */
interface Flight { open: (() => void)[]; readonly committed: Map<number, (() => void)[]> }

class FaithfulMachine extends TileMachine {
  private readonly blocks = new Map<string, SharedMemory>();
  private readonly flights = new Map<string, Flight>();
  private readonly epochs = new Map<string, number>();
  private readonly pending = new Map<string, (() => void)[]>();
  /** The thread that wrote each smallest unit of a buffer, over all groups. */
  private readonly writers = new Map<string, Int32Array>();

  spaceOf(axes: readonly string[], layout: Layout, role: Role): Space {
    const registers = registerCount(layout);
    const count = registers * role.threads;
    const coords = layout.dims.map((_, d) => {
      // Every bit of a coordinate comes from the thread or from the register, so the two parts add up.
      const ofRegister = Int32Array.from(Array(registers).keys(), (r) => coordinateOf(layout, d, positionOf(0), r)), all = new Int32Array(count);
      for (let t = 0, e = 0; t < role.threads; t++) {
        const ofThread = coordinateOf(layout, d, positionOf(t), 0);
        for (let r = 0; r < registers; r++) all[e++] = ofThread + ofRegister[r]!;
      }
      return all;
    });
    return { axes, layout, count, coords };
  }
  /** By registers of the first thread, which is how printed code names them: other threads' elements cannot be reached. */
  tableOf(to: Space, from: Space, role: Role): Int32Array {
    const own = to.count / role.threads, theirs = from.count / role.threads;
    const dims = from.axes.map((a) => to.axes.indexOf(a));
    if (dims.includes(-1)) throw new TileFault('layout', `a tile over ${from.axes.join()} is read at an element over ${to.axes.join()}`);
    const at = new Map(Array.from({ length: theirs }, (_, r) => [from.coords.map((c) => c[r]!).join(), r]));
    const registers = Array.from({ length: own }, (_, r) => {
      const found = at.get(dims.map((d) => to.coords[d]![r]!).join());
      if (found === undefined) throw new TileFault('layout', `a tile over ${from.axes.join()} does not hold what its thread needs`);
      return found;
    });
    const table = new Int32Array(to.count);
    for (let t = 0, e = 0; t < role.threads; t++) for (let r = 0; r < own; r++) table[e++] = t * theirs + registers[r]!;
    return table;
  }

  protected startGroup(): void {
    for (const block of this.blocks.values()) block.reset();
    this.flights.clear();
    this.epochs.clear();
    this.pending.clear();
  }
  protected onBarrier(state: RoleState): void { this.epochs.set(state.role.name, (this.epochs.get(state.role.name) ?? 0) + 1); }
  protected onAcquire(): void {}
  protected onCommit(pipe: PipeState, fill: number): void {
    const flight = this.flight(pipe.pipe.id);
    flight.committed.set(fill, flight.open);
    flight.open = [];
  }
  protected onArrive(pipe: PipeState, below: number): void {
    const { committed } = this.flight(pipe.pipe.id);
    for (const [fill, copies] of committed) if (fill < below) { for (const land of copies) land(); committed.delete(fill); }
  }
  protected onEmpty(pipe: PipeState, stages: readonly number[]): void {
    for (const id of pipe.pipe.buffers) for (const stage of stages) this.block(id).poison(stage);
  }
  protected onMmaWait(state: RoleState, pending: number): void {
    const queue = this.queue(state);
    while (queue.length > pending) queue.shift()!();
  }
  protected endRole(state: RoleState): void {
    const left = this.queue(state).length;
    if (left > 0) throw new TileFault('pending', `at the end of the kernel ${left} products of role ${state.role.name} are still pending`);
  }
  private queue(state: RoleState): (() => void)[] {
    const known = this.pending.get(state.role.name) ?? [];
    this.pending.set(state.role.name, known);
    return known;
  }
  private flight(pipe: string): Flight {
    const known = this.flights.get(pipe) ?? { open: [], committed: new Map() };
    this.flights.set(pipe, known);
    return known;
  }
  private block(id: string): SharedMemory {
    const known = this.blocks.get(id) ?? new SharedMemory(this.sharedBuffer(id), this.options.smallestStore ?? 1);
    this.blocks.set(id, known);
    return known;
  }
  private firstThread(state: RoleState): number {
    const { roles } = this.kernel;
    return roles.slice(0, roles.indexOf(state.role)).reduce((n, r) => n + r.threads, 0);
  }

  protected written(tile: TileData, span: Span, state: RoleState): void {
    const mask = usedMask(tile.decl.layout);
    const own = tile.data.length / state.role.threads;
    for (let t = 0; t < state.role.threads; t++) {
      const owner = t & mask;
      if (owner === t) continue;
      for (let r = 0; r < own; r++) if (!Object.is(tile.data[t * own + r], tile.data[owner * own + r]) && tile.data[t * own + r] !== tile.data[owner * own + r]) {
        throw new TileFault('replicas', `${tile.decl.name}: register ${r} is ${tile.data[t * own + r]} in thread ${t} and ${tile.data[owner * own + r]} in thread ${owner}`, span);
      }
    }
  }

  /** Calls `piece` once per vector of registers, with the address of its first element, after checking that the others follow it. */
  private eachVector(address: Compute, vector: number, loop: ElementLoop, span: Span, threads: number, piece: (element: number, first: number) => void): void {
    if ((loop.space.count / threads) % vector !== 0) throw new TileFault('vector', `vectors of ${vector} do not divide ${loop.space.count / threads} registers`, span);
    let first = -1;
    loop.run((e) => {
      const a = address(), n = e % vector;
      if (n === 0) {
        first = a;
        if (a % vector !== 0 && a >= 0) throw new TileFault('vector', `a vector of ${vector} begins at element ${a}`, span);
        piece(e, a);
      } else if (a !== (first < 0 ? -1 : first + n)) throw new TileFault('vector', `elements of a vector of ${vector} are not neighbours: ${first} and ${a}, ${n} apart in registers`, span);
    });
  }
  protected readGlobal(address: Compute, memory: Memory, op: OpOf<'load'>, target: TileData, loop: ElementLoop): void {
    const { vector, fill } = op.view;
    this.eachVector(address, vector, loop, op.span, this.threadsOf(target), (e, a) => {
      for (let n = 0; n < vector; n++) target.data[e + n] = roundTo(target.decl.dtype, a < 0 ? fill : valueOf(memory.dtype, memory.data[a + n]!));
    });
  }
  private threadsOf(tile: TileData): number { return tile.space.count / registerCount(tile.decl.layout); }
  protected writeGlobal(address: Compute, memory: Memory, op: OpOf<'store'>, source: TileData, loop: ElementLoop, state: RoleState): void {
    const mask = usedMask(source.decl.layout), own = source.data.length / state.role.threads;
    const { vector } = op.view;
    const first = this.group * this.kernel.roles.reduce((n, r) => n + r.threads, 0) + this.firstThread(state);
    this.eachVector(address, vector, loop, op.span, state.role.threads, (e, a) => {
      const thread = Math.floor(e / own);
      if (a < 0 || (thread & ~mask) !== 0) return;
      for (let n = 0; n < vector; n++) {
        this.claim(memory, a + n, first + thread, op.span);
        memory.data[a + n] = roundTo(memory.dtype, source.data[e + n]!);
      }
    });
  }
  /** No two threads write one element, nor parts of one smallest store. */
  private claim(memory: Memory, at: number, thread: number, span: Span): void {
    const unit = Math.max(1, (this.options.smallestStore ?? 1) / bitsOf(memory.dtype));
    const known = this.writers.get(memory.name) ?? new Int32Array(Math.ceil(memory.data.length / unit)).fill(-1);
    this.writers.set(memory.name, known);
    const u = Math.floor(at / unit);
    if (known[u] !== -1 && known[u] !== thread) throw new TileFault('owner', `${memory.name}: threads ${known[u]} and ${thread} both write ${unit > 1 ? 'the word of ' : ''}element ${at}`, span);
    known[u] = thread;
  }

  /** Checks what the pipe says about a stage. */
  private checkStage(buffer: string, stage: number, writes: boolean, state: RoleState, span: Span): PipeState | undefined {
    const pipe = this.pipeOf(buffer);
    if (pipe === undefined) return undefined;
    const allowed = writes ? pipe.isWritable(state.role.name, stage) : pipe.isReadable(state.role.name, stage);
    if (!allowed) throw new TileFault('pipe', `stage ${stage} of ${buffer} is ${writes ? 'written without acquire' : 'read without wait'} (${pipe.describe()})`, span);
    if (writes) pipe.wrote(stage);
    return pipe;
  }
  private access(state: RoleState, thread: number, span: Span): Access {
    return { thread, role: this.kernel.roles.indexOf(state.role), epoch: this.epochs.get(state.role.name) ?? 0, span };
  }
  /** The offsets of a tile's registers in a shared buffer; vectors must be neighbours there. */
  private offsetsOf(block: SharedMemory, space: Space, vector: number, span: Span, apart = false): Int32Array {
    const offsets = block.offsets(block.buffer.axes.map((a) => space.coords[space.axes.indexOf(a)]), space.count);
    offsets.forEach((o, e) => {
      const r = e % vector, n = apart ? (r & ~7) | ((r & 1) << 2) | ((r & 6) >> 1) : r;
      if (r === 0 ? o % vector !== 0 || block.stage % vector !== 0 : o !== offsets[e - r]! + n) throw new TileFault('vector', `${block.buffer.id}: registers of a vector of ${vector} are not neighbours or not aligned`, span);
    });
    return offsets;
  }

  protected compileCopy(op: OpOf<'copyAsync'>, state: RoleState): () => void {
    const block = this.block(op.buffer);
    // A box copy is one thread's doing; its layout says nothing.
    const box = op.via === 'tma';
    const threads = box ? 1 : state.role.threads;
    const space = box ? { axes: block.buffer.axes, layout: op.layout, ...rowMajor(block.buffer.sizes) } : this.spaceOf(block.buffer.axes, op.layout, state.role);
    const vector = box ? 1 : op.view.vector;
    const offsets = this.offsetsOf(block, space, vector, op.span);
    const loop = new ElementLoop(space, state);
    const address = this.address(op.view, loop, op.span);
    const memory = this.memory(op.view.buffer);
    const stage = state.uniform(op.stage);
    const mask = box ? 0 : usedMask(op.layout), own = space.count / threads, first = this.firstThread(state);
    return () => {
      const s = stage(), start = block.stageStart(s, op.span);
      const pipe = this.checkStage(op.buffer, s, true, state, op.span);
      if (pipe === undefined) throw new TileFault('pipe', `${op.buffer} belongs to no pipe, an asynchronous copy cannot be waited for`, op.span);
      const values = new Float64Array(space.count).fill(NaN);
      this.eachVector(address, vector, loop, op.span, threads, (e, a) => {
        const thread = Math.floor(e / own);
        if ((thread & ~mask) !== 0) return;
        const access = { ...this.access(state, first + thread, op.span), epoch: pipe.fillNumber };
        for (let n = 0; n < vector; n++) {
          block.fill(start + offsets[e]! + n, access);
          values[e + n] = a < 0 ? 0 : roundTo(block.buffer.dtype, memory.data[a + n]!);
        }
      });
      this.flight(pipe.pipe.id).open.push(() => {
        for (let e = 0; e < values.length; e++) if ((Math.floor(e / own) & ~mask) === 0) block.data[start + offsets[e]!] = values[e]!;
      });
    };
  }

  protected compileData(op: DataOp, state: RoleState): () => void {
    switch (op.kind) {
      case 'storeShared': case 'loadShared': return this.compileShared(op, state);
      case 'convert': return this.compileConvert(op, state);
      case 'reduce': return this.compileReduce(op, state);
      case 'mma': return this.compileMma(op, state);
      default: return unreachable(op);
    }
  }

  private compileShared(op: OpOf<'storeShared'> | OpOf<'loadShared'>, state: RoleState): () => void {
    const block = this.block(op.buffer);
    const tile = state.tile(op.kind === 'storeShared' ? op.src : op.dst);
    const offsets = this.offsetsOf(block, tile.space, op.vector, op.span, op.kind === 'loadShared' && tile.decl.packed && tile.decl.axes.some((_, d) => isApart(tile.decl.layout, d)));
    const stage = state.uniform(op.stage);
    const mask = usedMask(tile.decl.layout), own = tile.data.length / state.role.threads, first = this.firstThread(state);
    return () => {
      const s = stage(), start = block.stageStart(s, op.span);
      const pipe = this.checkStage(op.buffer, s, op.kind === 'storeShared', state, op.span);
      for (let t = 0; t < state.role.threads; t++) {
        const access = this.access(state, first + t, op.span);
        for (let e = t * own; e < (t + 1) * own; e++) {
          const at = start + offsets[e]!;
          if (op.kind === 'loadShared') tile.data[e] = roundTo(tile.decl.dtype, valueOf(block.buffer.dtype, pipe === undefined ? block.read(at, access) : block.data[at]!));
          else if ((t & ~mask) === 0) {
            if (pipe === undefined) block.write(at, tile.data[e]!, access);
            else { block.fill(at, { ...access, epoch: pipe.fillNumber }); block.data[at] = roundTo(block.buffer.dtype, tile.data[e]!); }
          }
        }
      }
      if (op.kind === 'loadShared') this.written(tile, op.span, state);
    };
  }

  /** Registers alone where threads agree; otherwise every thread gets the element from the thread that owns it. */
  private compileConvert(op: OpOf<'convert'>, state: RoleState): () => void {
    const from = state.tile(op.src), to = state.tile(op.dst);
    const dims = from.decl.axes.map((a) => to.decl.axes.indexOf(a));
    if (dims.includes(-1)) throw new CompilerBug(`convert between tiles over ${from.decl.axes.join()} and ${to.decl.axes.join()}`);
    const aligned: Layout = { dims: dims.map((d) => to.decl.layout.dims[d]!) };
    let table: Int32Array;
    if (threadKey(aligned) === threadKey(from.decl.layout)) table = this.tableOf(to.space, from.space, state.role);
    else {
      const own = from.data.length / state.role.threads, mask = usedMask(from.decl.layout);
      const holder = new Map<string, number>();
      for (let e = 0; e < from.space.count; e++) if ((Math.floor(e / own) & ~mask) === 0) holder.set(from.space.coords.map((c) => c[e]!).join(), e);
      table = Int32Array.from({ length: to.space.count }, (_, e) => {
        const found = holder.get(dims.map((d) => to.space.coords[d]![e]!).join());
        if (found === undefined) throw new TileFault('layout', `convert: no thread holds an element of ${to.decl.name}`, op.span);
        return found;
      });
    }
    const scratch = op.scratch === undefined ? undefined : this.block(op.scratch);
    return () => {
      for (let e = 0; e < table.length; e++) to.data[e] = roundTo(to.decl.dtype, valueOf(from.decl.dtype, from.data[table[e]!]!));
      scratch?.reset();
      this.written(to, op.span, state);
    };
  }

  private compileReduce(op: OpOf<'reduce'>, state: RoleState): () => void {
    const { threads } = state.role;
    const sources = op.srcs.map((id) => state.tile(id)), targets = op.dsts.map((id) => state.tile(id));
    const overOf = (tile: TileData, register: number): string => op.over.map((o) => tile.space.coords[tile.decl.axes.indexOf(o.axis)]?.[register] ?? 0).join();
    // The register part of the reduced axes, in the first thread's register order.
    const firstSource = sources[0]!;
    const positions = [...new Set(Array.from({ length: firstSource.data.length / threads }, (_, r) => overOf(firstSource, r)))];
    const parts = sources.map((source, p): Part => {
      const target = targets[p]!;
      const own = source.data.length / threads, result = target.data.length / threads;
      const kept = target.decl.axes.filter((a) => !op.over.some((o) => o.into === a));
      const resultAt = new Map(Array.from({ length: result }, (_, r) => [kept.map((a) => target.space.coords[target.decl.axes.indexOf(a)]![r]!).join(), r]));
      const sourceAt = positions.map(() => new Int32Array(target.space.count).fill(-1));
      for (let r = 0; r < own; r++) {
        const to = resultAt.get(kept.map((a) => source.space.coords[source.decl.axes.indexOf(a)]![r]!).join());
        const position = positions.indexOf(overOf(source, r));
        if (to === undefined || position < 0) throw new TileFault('layout', `reduce: ${target.decl.name} has no register for register ${r} of ${source.decl.name}`, op.span);
        for (let t = 0; t < threads; t++) sourceAt[position]![t * result + to] = t * own + r;
      }
      const sees = targets.map((other) => (other.decl.axes.every((a) => target.decl.axes.includes(a)) ? this.tableOf(target.space, other.space, state.role) : undefined));
      return { result: target, source, sourceAt, sees };
    });
    const merge = compileMerge(op.reducer, parts);
    const exchanged = op.over.flatMap((o) => (o.into === undefined ? threadBitsOf(firstSource.decl.layout, firstSource.decl.axes.indexOf(o.axis)).map(bitIndex) : []));
    const own = targets.map((t) => t.data.length / threads);
    return () => {
      fold(op.reducer, parts, merge);
      const mine = targets.map((t) => t.data);
      // A butterfly: both partners merge in the same order, so that they must agree.
      for (const bit of exchanged) merge(mine, mine.map((d) => d.slice()), (p, e) => (Math.floor(e / own[p]!) ^ (1 << bit)) * own[p]! + (e % own[p]!), (p, e) => ((Math.floor(e / own[p]!) >> bit) & 1) === 1);
      for (const t of targets) this.written(t, op.span, state);
    };
  }

  private compileMma(op: OpOf<'mma'>, state: RoleState): () => void {
    const intrinsic = this.intrinsic(op.intrinsic);
    const acc = state.tile(op.acc);
    if (op.isAsync && (op.a.kind === 'global' || op.b.kind === 'global')) throw new CompilerBug(`${op.intrinsic}: an asynchronous product reads shared memory or registers`);
    const a = this.factor(op.a, state, op.span), b = this.factor(op.b, state, op.span);
    const run = compileProduct({ acc, a: a.factor, b: b.factor, over: op.over, extent: this.axes.get(op.over)?.tile ?? 1, threads: state.role.threads, intrinsic, span: op.span });
    return () => {
      a.issue(); b.issue();
      const finishA = a.at(), finishB = b.at();
      const complete = (): void => { finishA(); finishB(); run(); this.written(acc, op.span, state); };
      if (op.isAsync) this.queue(state).push(complete); else complete();
    };
  }
  /** `issue` checks the operand; `at` remembers which stage it is and gives the function that reads it when the product runs. */
  private factor(o: Operand, state: RoleState, span: Span): { factor: Factor; issue: () => void; at: () => () => void } {
    switch (o.kind) {
      case 'tile': {
        const tile = state.tile(o.tile);
        return { factor: { kind: 'tile', axes: tile.decl.axes, tile }, issue: () => {}, at: () => () => {} };
      }
      case 'shared': {
        const block = this.block(o.buffer);
        const { axes, sizes } = block.buffer;
        const { count, coords } = rowMajor(sizes);
        const offsets = block.offsets(coords, count);
        const stage = state.uniform(o.stage);
        const data = new Float64Array(count);
        const issue = (): void => { this.checkStage(o.buffer, stage(), false, state, span); };
        const at = (): (() => void) => {
          const start = block.stageStart(stage(), span);
          return () => {
            const access = this.access(state, everyone, span), ringed = this.pipeOf(o.buffer) !== undefined;
            for (let e = 0; e < count; e++) data[e] = ringed ? block.data[start + offsets[e]!]! : block.read(start + offsets[e]!, access);
          };
        };
        return { factor: { kind: 'memory', axes, sizes, fetch: () => data }, issue, at };
      }
      case 'global': {
        const sizes = o.axes.map((x) => this.axes.get(x)?.tile ?? 1);
        const { count, coords } = rowMajor(sizes);
        const loop = new ElementLoop({ axes: o.axes, layout: { dims: [] }, coords, count }, state);
        const address = this.address(o.view, loop, span);
        const memory = this.memory(o.view.buffer);
        const data = new Float64Array(count);
        const read = (): void => loop.run((e) => { const a = address(); data[e] = a < 0 ? o.view.fill : memory.data[a]!; });
        return { factor: { kind: 'memory', axes: o.axes, sizes, fetch: () => data }, issue: () => {}, at: () => { read(); return () => {}; } };
      }
      default: return unreachable(o);
    }
  }
}
