/**
 * What both interpreters of tile IR share: control flow, pipes, device memory and the elementwise ops. How a tile's elements are spread,
 * shared memory, reductions and matrix products are the modes' own (tile-interpret.ts, tile-interpret-faithful.ts).
 */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import type { Span } from '../diagnostics/span.ts';
import type { IndexExpr } from './index-expr.ts';
import type { MmaIntrinsic } from './intrinsic.ts';
import { rounderTo } from './round.ts';
import { TileFault } from './tile-fault.ts';
import { ElementLoop, type Space, type Surroundings, uniformIndex } from './tile-interpret-loop.ts';
import { type Buffers, type Memory, type Sizes, compileAddress, makeMemories, results, sizeOf } from './tile-interpret-memory.ts';
import { type Schedule, type Step, picker, runRoles, walk } from './tile-interpret-run.ts';
import { type Compute, Scope } from './tile-interpret-scope.ts';
import { PipeState, pipeUses } from './tile-pipe.ts';
import type { AxisInfo, Op, OpOf, Role, SharedBuffer, TileDecl, TileKernel, View } from './tile.ts';

export interface InterpretOptions {
  readonly intrinsic: (name: string) => MmaIntrinsic | undefined;
  /** Order in which roles that can run do run; default forward. */
  readonly schedule?: Schedule;
  /** Faithful mode: bits of the smallest store to device and shared memory that leaves its neighbours alone; default 8. */
  readonly smallestStore?: number;
}

export interface TileData { readonly decl: TileDecl; readonly data: Float64Array; readonly space: Space }
export type DataOp = OpOf<'storeShared' | 'loadShared' | 'reduce' | 'mma' | 'convert'>;

/** One role of the group that runs at present. */
export class RoleState implements Surroundings {
  readonly role: Role;
  readonly scope = new Scope();
  readonly tiles = new Map<number, TileData>();
  private readonly machine: TileMachine;

  constructor(role: Role, machine: TileMachine) {
    this.role = role;
    this.machine = machine;
  }
  base(id: string): IndexExpr | undefined { return this.machine.axes.get(id)?.base; }
  tile(id: number): TileData {
    const known = this.tiles.get(id);
    if (known !== undefined) return known;
    const decl = this.machine.kernel.tiles.find((t) => t.id === id);
    if (decl === undefined) throw new CompilerBug(`tile ${id} is not declared`);
    const space = this.machine.spaceOf(decl.axes, decl.layout, this.role);
    const made: TileData = { decl, space, data: new Float64Array(space.count).fill(NaN) };
    this.tiles.set(id, made);
    return made;
  }
  data(id: number): Float64Array { return this.tile(id).data; }
  table(id: number, space: Space): Int32Array { return this.machine.tableOf(space, this.tile(id).space, this.role); }
  uniform(e: IndexExpr): Compute { return uniformIndex(e, this); }
}

export abstract class TileMachine {
  readonly kernel: TileKernel;
  readonly options: InterpretOptions;
  readonly axes: ReadonlyMap<string, AxisInfo>;
  protected readonly memories: ReadonlyMap<string, Memory>;
  protected readonly sizes: Sizes;
  protected readonly shared: ReadonlyMap<string, SharedBuffer>;
  protected pipes = new Map<string, PipeState>();
  /** The linear number of the group that runs. */
  protected group = 0;
  private readonly uses;

  constructor(kernel: TileKernel, sizes: Sizes, buffers: Buffers, options: InterpretOptions) {
    this.kernel = kernel;
    this.options = options;
    this.sizes = sizes;
    this.axes = new Map(kernel.axes.map((a) => [a.id, a]));
    this.shared = new Map(kernel.shared.map((s) => [s.id, s]));
    this.memories = makeMemories(kernel, sizes, buffers);
    this.uses = pipeUses(kernel);
  }

  /** How the elements of a tile of these axes are counted. */
  abstract spaceOf(axes: readonly string[], layout: TileDecl['layout'], role: Role): Space;
  /** For every element of `to`, where `from` (whose axes are among `to`'s) holds it. */
  abstract tableOf(to: Space, from: Space, role: Role): Int32Array;
  protected abstract compileData(op: DataOp, state: RoleState): () => void;
  protected abstract compileCopy(op: OpOf<'copyAsync'>, state: RoleState): () => void;
  /** Loads and stores of device memory: the address of every element, as one access or as vectors. */
  protected abstract readGlobal(address: Compute, memory: Memory, op: OpOf<'load'>, target: TileData, loop: ElementLoop): void;
  protected abstract writeGlobal(address: Compute, memory: Memory, op: OpOf<'store'>, source: TileData, loop: ElementLoop, state: RoleState): void;
  /** Called after an op gave a tile new values. */
  protected abstract written(tile: TileData, span: Span, state: RoleState): void;
  protected abstract startGroup(): void;
  protected abstract onBarrier(state: RoleState): void;
  protected abstract onAcquire(pipe: PipeState): void;
  protected abstract onCommit(pipe: PipeState, fill: number): void;
  protected abstract onArrive(pipe: PipeState, below: number): void;
  protected abstract onEmpty(pipe: PipeState, stages: readonly number[]): void;
  protected abstract onMmaWait(state: RoleState, pending: number): void;
  protected abstract endRole(state: RoleState): void;

  run(): Map<string, Float64Array> {
    const { kernel } = this;
    const states = kernel.roles.map((role) => new RoleState(role, this));
    for (const s of states) for (const name of kernel.sizes) s.scope.set('size', name, sizeOf(this.sizes, name));
    const programs = states.map((s) => this.compileBody(s.role.body, s));
    const first = states[0];
    if (first === undefined) return results(this.memories);
    const counts = kernel.grid.map((g) => first.uniform(g.count)());
    const groups = counts.reduce((n, c) => n * c, 1);
    const pick = picker(this.options.schedule ?? 'forward');
    for (this.group = 0; this.group < groups; this.group++) {
      let rest = this.group;
      for (let g = counts.length - 1; g >= 0; g--) {
        for (const s of states) s.scope.set('variable', kernel.grid[g]!.id, rest % counts[g]!);
        rest = Math.floor(rest / counts[g]!);
      }
      this.pipes = new Map(kernel.pipes.map((p) => [p.id, new PipeState(p, this.uses.get(p.id)!)]));
      for (const s of states) for (const t of s.tiles.values()) t.data.fill(NaN);
      this.startGroup();
      runRoles(states.map((s, n) => ({ name: s.role.name, body: walk(programs[n]!, s.scope.values) })), pick, () => [...this.pipes.values()].map((p) => `${p.pipe.id}: ${p.describe()}`).join(' | '));
      for (const s of states) this.endRole(s);
      const left = [...this.pipes.values()].flatMap((p) => p.finish());
      if (left.length > 0) throw new TileFault('pipe', `at the end of the kernel: ${left.join('; ')}`);
    }
    return results(this.memories);
  }

  private compileBody(ops: readonly Op[], state: RoleState): Step[] { return ops.map((op) => this.compileOp(op, state)); }

  private compileOp(op: Op, state: RoleState): Step {
    switch (op.kind) {
      case 'for': return { kind: 'for', slot: state.scope.number('variable', op.variable), count: state.uniform(op.count), body: this.compileBody(op.body, state) };
      case 'let': return { kind: 'let', slot: state.scope.number('variable', op.variable), value: state.uniform(op.value), body: this.compileBody(op.body, state) };
      case 'if': return { kind: 'if', conditions: op.nonNegative.map((e) => state.uniform(e)), then: this.compileBody(op.then, state), otherwise: this.compileBody(op.else, state) };
      case 'load': return { kind: 'do', run: this.compileLoad(op, state) };
      case 'store': return { kind: 'do', run: this.compileStore(op, state) };
      case 'map': return { kind: 'do', run: this.compileMap(op, state) };
      case 'copyAsync': return { kind: 'do', run: this.compileCopy(op, state) };
      case 'storeShared': case 'loadShared': case 'reduce': case 'mma': case 'convert': return { kind: 'do', run: this.compileData(op, state) };
      case 'barrier': return { kind: 'sync', name: 'barrier', span: op.span, ready: () => true, run: () => this.onBarrier(state) };
      case 'mmaWait': return { kind: 'sync', name: `mma_wait ${op.pending}`, span: op.span, ready: () => true, run: () => this.onMmaWait(state, op.pending) };
      case 'acquire': {
        const pipe = (): PipeState => this.pipe(op.pipe);
        return { kind: 'sync', name: `acquire ${op.pipe}`, span: op.span, ready: () => pipe().canAcquire(), run: () => { pipe().acquire(); this.onAcquire(pipe()); } };
      }
      case 'commit': return { kind: 'do', run: () => { const p = this.pipe(op.pipe); this.onCommit(p, p.commit(op.span)); } };
      case 'wait': {
        const pipe = (): PipeState => this.pipe(op.pipe);
        return { kind: 'sync', name: `wait ${op.pipe}`, span: op.span, ready: () => pipe().canWait(state.role.name), run: () => this.onArrive(pipe(), pipe().wait(state.role.name, op.ahead, op.span)) };
      }
      case 'release': return { kind: 'do', run: () => { const p = this.pipe(op.pipe); this.onEmpty(p, p.release(state.role.name, op.span)); } };
      default: return unreachable(op);
    }
  }

  protected pipe(id: string): PipeState {
    const found = this.pipes.get(id);
    if (found === undefined) throw new CompilerBug(`pipe ${id} is not declared`);
    return found;
  }
  protected pipeOf(buffer: string): PipeState | undefined { return [...this.pipes.values()].find((p) => p.pipe.buffers.includes(buffer)); }
  protected memory(name: string): Memory {
    const found = this.memories.get(name);
    if (found === undefined) throw new CompilerBug(`buffer ${name} is not declared`);
    return found;
  }
  protected sharedBuffer(id: string): SharedBuffer {
    const found = this.shared.get(id);
    if (found === undefined) throw new CompilerBug(`shared buffer ${id} is not declared`);
    return found;
  }
  protected intrinsic(name: string): MmaIntrinsic {
    const found = this.options.intrinsic(name);
    if (found === undefined) throw new CompilerBug(`intrinsic ${name} is not known`);
    return found;
  }
  protected address(view: View, loop: ElementLoop, span: Span): Compute {
    return compileAddress(view, this.memory(view.buffer), span, (e) => loop.index(e));
  }

  private compileLoad(op: OpOf<'load'>, state: RoleState): () => void {
    const target = state.tile(op.dst);
    const loop = new ElementLoop(target.space, state);
    const address = this.address(op.view, loop, op.span);
    return () => { this.readGlobal(address, this.memory(op.view.buffer), op, target, loop); this.written(target, op.span, state); };
  }
  private compileStore(op: OpOf<'store'>, state: RoleState): () => void {
    const source = state.tile(op.src);
    const memory = this.memory(op.view.buffer);
    if (memory.role === 'input') throw new TileFault('owner', `${memory.name} is an input and must not be written`, op.span);
    const loop = new ElementLoop(source.space, state);
    const address = this.address(op.view, loop, op.span);
    return () => this.writeGlobal(address, memory, op, source, loop, state);
  }
  private compileMap(op: OpOf<'map'>, state: RoleState): () => void {
    const target = state.tile(op.dst);
    const loop = new ElementLoop(target.space, state);
    const compute = loop.expr(op.expr);
    const round = rounderTo(target.decl.dtype), { data } = target;
    return () => { loop.run((e) => { data[e] = round(compute()); }); this.written(target, op.span, state); };
  }
}
