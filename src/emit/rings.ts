/**
 * Pipes between roles: rings of stages in shared memory with two barriers a stage. `full` ends a phase when all bytes of a fill have arrived, `empty` when
 * every consumer has given the stage back. Each role counts its own way around the ring; the count goes on from one turn of the group to the next.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type CodeExpr, type Place, type Stmt, type WrapperArg, binary, index } from '../ir/code.ts';
import { filledBytes } from '../ir/layout-shared.ts';
import { pipeUses } from '../ir/tile-pipe.ts';
import { visitOps } from '../ir/tile-uses.ts';
import type { Op, Pipe, Role, TileKernel } from '../ir/tile.ts';
import type { Context } from './context.ts';
import { laneNumber } from './coordinates.ts';

interface Ring { readonly pipe: Pipe; readonly full: string; readonly empty: string; readonly fillers: number; readonly emptiers: number; readonly byProducts: ReadonlySet<string>; /** Groups that give a stage back, as each of them asks for boxes of all. */ readonly groups: number }
/** One role's way around a ring: the stage it is at, the parity of that stage's phase, and the next stage to give back. */
interface Position { readonly stage: Place; readonly phase: Place; readonly free: Place | undefined }

/** Pipes that one role fills and others empty. */
export function sharedPipes(kernel: TileKernel): readonly Pipe[] {
  const uses = pipeUses(kernel);
  return kernel.pipes.filter((p) => {
    const { producers, consumers } = uses.get(p.id)!;
    return [...consumers].some((role) => !producers.has(role));
  });
}

const one: CodeExpr = index(1);

export class Rings {
  private readonly context: Context;
  private readonly rings = new Map<string, Ring>();
  private readonly positions = new Map<string, Position>();

  constructor(context: Context) {
    this.context = context;
    const { kernel } = context;
    const uses = pipeUses(kernel);
    for (const pipe of sharedPipes(kernel)) {
      const { producers, consumers } = uses.get(pipe.id)!;
      const who = `${kernel.name}: pipe ${pipe.id}`;
      if ([...producers].some((p) => consumers.has(p))) throw new CompilerBug(`${who} is emptied by the role that fills it`);
      const producer = kernel.roles.find((r) => producers.has(r.name));
      if (producer === undefined || !filledByBoxes(producer, pipe)) throw new CompilerBug(`${who} crosses roles, and not all its stages are filled by box copies`);
      const drains = kernel.roles.filter((r) => consumers.has(r.name));
      const byProducts = new Set(drains.filter((r) => readByProducts(r, pipe)).map((r) => r.name));
      this.rings.set(pipe.id, {
        pipe, full: context.names.fresh(`${pipe.id}_full`), empty: context.names.fresh(`${pipe.id}_empty`), byProducts,
        groups: kernel.cluster !== undefined && multicasts(producer, pipe) ? kernel.cluster : 1, fillers: 1, emptiers: drains.reduce((n, r) => n + r.threads / 32, 0),
      });
    }
  }

  has(pipe: string): boolean { return this.rings.has(pipe); }
  get barriers(): { name: string; length: number }[] {
    return [...this.rings.values()].flatMap(({ full, empty, pipe }) => [{ name: full, length: pipe.stages }, { name: empty, length: pipe.stages }]);
  }
  /** The ring that the shared buffer belongs to. */
  ofBuffer(buffer: string): string | undefined {
    return [...this.rings.values()].find((r) => r.pipe.buffers.includes(buffer))?.pipe.id;
  }

  /** Before the roles part: one thread makes the barriers. */
  start(): void {
    if (this.rings.size === 0) return;
    const { context } = this;
    const body = context.block([], () => {
      for (const ring of this.rings.values()) context.forLoop('stage', [], (stage) => {
        this.call('barrier_init', [barrierAt(ring.full, stage), value(index(ring.fillers))]);
        this.call('barrier_init', [barrierAt(ring.empty, stage), value(index(ring.emptiers * ring.groups))]);
      }, (variable, inner) => ({ kind: 'for', variable, count: index(ring.pipe.stages), registers: false, unroll: false, body: inner }));
      this.call('barrier_init_fence', []);
    });
    context.put({ kind: 'if', cond: binary('eq', { kind: 'builtin', type: 'index', builtin: 'thread' }, index(0)), then: body, else: [] });
    if (context.kernel.cluster === undefined) context.put({ kind: 'barrier' });
    else this.call('cluster_sync', []);
  }

  /** Declares the role's positions in the rings that it uses. */
  enter(role: Role): void {
    this.positions.clear();
    const uses = pipeUses(this.context.kernel);
    const mine = [...this.rings.values()].filter(({ pipe }) => uses.get(pipe.id)!.producers.has(role.name) || uses.get(pipe.id)!.consumers.has(role.name));
    for (const { pipe } of mine) {
      const fills = uses.get(pipe.id)!.producers.has(role.name);
      const wanted = (what: string): string => (mine.length === 1 ? what : `${pipe.id}_${what}`);
      // A new barrier counts as one whose phase 1 is over: a stage that was never used is empty.
      this.positions.set(pipe.id, { stage: this.counter(wanted('stage'), 0), phase: this.counter(wanted('phase'), fills ? 1 : 0), free: fills ? undefined : this.counter(wanted('free'), 0) });
    }
  }
  private counter(wanted: string, start: number): Place {
    const text = this.context.names.fresh(wanted);
    this.context.put({ kind: 'var', name: text, type: 'index', value: index(start) });
    return { kind: 'name', type: 'index', name: text };
  }

  /** The stage that the role fills or reads at present. */
  stage(pipe: string): CodeExpr { return this.position(pipe).stage; }
  full(pipe: string): WrapperArg { return barrierAt(this.ring(pipe).full, this.stage(pipe)); }

  /** Waits until the stage is empty, and says how many bytes will come; one thread does it. */
  acquire(pipe: string, bytes: number): void {
    const { stage, phase } = this.position(pipe);
    this.call('barrier_wait', [barrierAt(this.ring(pipe).empty, stage), value(phase)]);
    this.call('barrier_expect', [this.full(pipe), value(index(bytes))]);
  }
  wait(pipe: string): void {
    this.call('barrier_wait', [this.full(pipe), value(this.position(pipe).phase)]);
  }
  /** On to the next stage. */
  advance(pipe: string): void {
    const { stage, phase } = this.position(pipe);
    const last = binary('eq', stage, index(this.ring(pipe).pipe.stages - 1));
    this.put({ kind: 'assign', target: phase, value: { kind: 'select', type: 'index', cond: last, then: binary('sub', one, phase), else: phase } });
    this.put({ kind: 'assign', target: stage, value: this.next(pipe, stage) });
  }
  /** Gives back the oldest stage that the role holds. */
  release(pipe: string): void {
    const { free } = this.position(pipe);
    if (free === undefined) throw new CompilerBug(`pipe ${pipe} is released by the role that fills it`);
    const { empty, byProducts, groups } = this.ring(pipe);
    // One thread speaks for its warp. Products end for all of it at once; what threads read themselves they have all read where they meet.
    if (!byProducts.has(this.context.roleKey.trim())) this.call('warp_meet', []);
    const lane = laneNumber(this.context);
    if (groups === 1) this.call('barrier_arrive_if', [barrierAt(empty, free), value(binary('eq', lane, index(0)))]);
    else this.put({ kind: 'if', cond: binary('lt', lane, index(groups)), then: this.context.block([], () => this.call('barrier_arrive_at', [barrierAt(empty, free), value(lane)])), else: [] });
    this.put({ kind: 'assign', target: free, value: this.next(pipe, free) });
  }

  private next(pipe: string, at: CodeExpr): CodeExpr {
    const { stages } = this.ring(pipe).pipe;
    if ((stages & (stages - 1)) === 0) return binary('bitand', binary('add', at, one), index(stages - 1));
    return { kind: 'select', type: 'index', cond: binary('eq', at, index(stages - 1)), then: index(0), else: binary('add', at, one) };
  }
  private ring(pipe: string): Ring {
    const found = this.rings.get(pipe);
    if (found === undefined) throw new CompilerBug(`pipe ${pipe} has no barriers`);
    return found;
  }
  private position(pipe: string): Position {
    const found = this.positions.get(pipe);
    if (found === undefined) throw new CompilerBug(`the role has no position in pipe ${pipe}`);
    return found;
  }
  private put(s: Stmt): void { this.context.put(s); }
  private call(wrapper: string, args: readonly WrapperArg[]): void { this.put({ kind: 'call', wrapper, constants: [], args }); }
}

export const value = (e: CodeExpr): WrapperArg => ({ kind: 'value', value: e });
const barrierAt = (name: string, stage: CodeExpr): WrapperArg => ({ kind: 'address', name, index: stage });

/** Whether boxes of the pipe are for all groups of the cluster. */
function multicasts(role: Role, pipe: Pipe): boolean {
  let found = false;
  visitOps(role.body, (op) => { if (op.kind === 'copyAsync' && op.multicast === true && pipe.buffers.includes(op.buffer)) found = true; });
  return found;
}

function filledByBoxes(role: Role, pipe: Pipe): boolean {
  let boxes = true;
  visitOps(role.body, (op) => {
    if (op.kind === 'storeShared' && pipe.buffers.includes(op.buffer)) boxes = false;
    if (op.kind === 'copyAsync' && pipe.buffers.includes(op.buffer) && op.via !== 'tma') boxes = false;
  });
  return boxes;
}
/** Whether nothing but asynchronous products reads the pipe's stages. */
function readByProducts(role: Role, pipe: Pipe): boolean {
  let products = true;
  visitOps(role.body, (op) => {
    if (op.kind === 'loadShared' && pipe.buffers.includes(op.buffer)) products = false;
    if (op.kind === 'mma' && !op.isAsync && [op.a, op.b].some((o) => o.kind === 'shared' && pipe.buffers.includes(o.buffer))) products = false;
  });
  return products;
}

/** Whether one thread can do all that the role does. */
export function isOneThreads(role: Role): boolean {
  let one = true;
  visitOps(role.body, (op) => {
    one &&= op.kind === 'for' || op.kind === 'let' || op.kind === 'if' || op.kind === 'acquire' || op.kind === 'commit' || (op.kind === 'copyAsync' && op.via === 'tma');
  });
  return one;
}

/** Bytes that arrive in a fill: of the box copies from `acquire` on to `commit`, which stand in one block. */
export function fillBytes(kernel: TileKernel, pipe: string, after: readonly Op[]): number {
  let bytes = 0;
  for (const op of after) {
    if (op.kind === 'commit' && op.pipe === pipe) return bytes;
    if (op.kind === 'for' || op.kind === 'let' || op.kind === 'if') break;
    if (op.kind !== 'copyAsync' || op.via !== 'tma') continue;
    const buffer = kernel.shared.find((s) => s.id === op.buffer);
    if (buffer !== undefined && kernel.pipes.some((p) => p.id === pipe && p.buffers.includes(buffer.id))) bytes += filledBytes(buffer);
  }
  throw new CompilerBug(`${kernel.name}: a fill of pipe ${pipe} does not stand in one block`);
}
