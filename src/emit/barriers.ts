/**
 * Where barriers stand, besides those that the kernel asks for: it follows from what may still be unfinished since the last barrier on every path.
 * `acquire` needs one if a stage that it may take was released since; a read needs one after other threads' writes (a ring's `wait` makes its copies such
 * writes); outside of rings a write needs one after reads. Loops are analysed to a fixed point, so the answer holds for every iteration.
 */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import type { OpOf } from '../ir/tile.ts';
import type { Context } from './context.ts';
import { type ReduceOp, type RoundPlan, crossBits, crossPlan } from './reduce.ts';
import type { Block, Item, OtherOp } from './structure.ts';

/** `held`: stages acquired and not released; `fresh`: released since the last barrier. Both are upper bounds over all paths. */
interface PipeState { readonly held: number; readonly fresh: number }
interface State {
  readonly pipes: ReadonlyMap<string, PipeState>;
  /** Shared memories (by id) that some thread may not have finished reading or writing. */
  readonly reading: ReadonlySet<string>;
  readonly writing: ReadonlySet<string>;
}

export interface Barriers {
  /** Items that a barrier precedes. */
  readonly before: ReadonlySet<Item>;
  readonly rounds: ReadonlyMap<ReduceOp, readonly RoundPlan[]>;
}

export const convertScratch = (op: OpOf<'convert'>): string => op.scratch ?? 'exchange';
const halfName = (half: number): string => `half ${half}`;

class Analysis {
  private readonly context: Context;
  private readonly ringed: ReadonlyMap<string, string>;
  readonly before = new Set<Item>();
  readonly rounds = new Map<ReduceOp, RoundPlan[]>();

  constructor(context: Context) {
    this.context = context;
    this.ringed = new Map(context.kernel.pipes.flatMap((p) => p.buffers.map((b) => [b, p.id] as const)));
  }

  block(block: Block, start: State): State {
    return block.items.reduce((state, item) => this.item(item, state), start);
  }

  private item(item: Item, state: State): State {
    switch (item.kind) {
      case 'group': return this.group(item, state);
      case 'single': return this.single(item, item.op, state);
      case 'if': return join(this.block(item.then, state), this.block(item.else, state));
      case 'let': return this.block(item.body, state);
      case 'for': {
        let entry = state;
        for (let round = 0; round < 32; round++) {
          const next = join(entry, this.block(item.body, entry));
          if (same(entry, next)) return next;
          entry = next;
        }
        throw new CompilerBug(`kernel ${this.context.kernel.name}: acquires and releases do not balance in loop ${item.op.variable}`);
      }
      default: return unreachable(item);
    }
  }

  private barrier(item: Item, needed: boolean, state: State): State {
    if (!needed) { this.before.delete(item); return state; }
    this.before.add(item);
    return cleared(state);
  }

  private group(item: Extract<Item, { kind: 'group' }>, start: State): State {
    const reads = item.ops.flatMap((op) => (op.kind === 'loadShared' ? [op.buffer] : []));
    const writes = item.ops.flatMap((op) => (op.kind === 'storeShared' ? [op.buffer] : []));
    // Stages of a ring are free to be written between acquire and commit.
    const conflict = reads.some((b) => start.writing.has(b)) || writes.some((b) => !this.ringed.has(b) && (start.reading.has(b) || start.writing.has(b)));
    let state = this.barrier(item, conflict, start);
    state = { ...state, reading: union(state.reading, reads), writing: union(state.writing, writes) };
    for (const op of item.ops) if (op.kind === 'reduce') state = this.reduce(op, state);
    return state;
  }

  private reduce(op: ReduceOp, start: State): State {
    let state = start;
    const plans: RoundPlan[] = [];
    const { rounds } = crossPlan(this.context.caps.exchangeBits, crossBits(this.context.tile(op.srcs[0]!), op));
    for (const _ of rounds) {
      const half = state.reading.has(halfName(0)) && !state.reading.has(halfName(1)) ? 1 : 0;
      const barrierBefore = state.reading.has(halfName(half));
      // The round has a barrier between its writes and its reads.
      state = cleared(state);
      state = { ...state, reading: union(state.reading, [halfName(half)]) };
      plans.push({ half, barrierBefore });
    }
    this.rounds.set(op, plans);
    return state;
  }

  private single(item: Item, op: OtherOp, state: State): State {
    switch (op.kind) {
      case 'acquire': {
        const { held, fresh } = pipeOf(state, op.pipe);
        const stages = this.stages(op.pipe);
        // `held` joins paths that never follow each other (a ring that copies ahead of its use), so the ring's depth bounds it; the tile validator counts exactly.
        const after = this.barrier(item, fresh > 0 && held + fresh >= stages, state);
        return withPipe(after, op.pipe, { held: Math.min(held + 1, stages), fresh: pipeOf(after, op.pipe).fresh });
      }
      case 'release': {
        const { held, fresh } = pipeOf(state, op.pipe);
        return withPipe(state, op.pipe, { held: Math.max(0, held - 1), fresh: Math.min(fresh + 1, this.stages(op.pipe)) });
      }
      case 'barrier': return cleared(state);
      // What has landed for one thread is not seen by the others before a barrier.
      case 'wait': return { ...state, writing: union(state.writing, this.context.kernel.pipes.find((p) => p.id === op.pipe)?.buffers ?? []) };
      case 'convert': {
        const scratch = convertScratch(op);
        const after = this.barrier(item, state.reading.has(scratch) || state.writing.has(scratch), state);
        return { ...cleared(after), reading: new Set([scratch]) };
      }
      case 'mma': {
        const reads = [op.a, op.b].flatMap((o) => (o.kind === 'shared' ? [o.buffer] : []));
        const after = this.barrier(item, reads.some((b) => state.writing.has(b)), state);
        return { ...after, reading: union(after.reading, reads) };
      }
      case 'copyAsync': case 'mmaWait': case 'commit': return state;
      default: return unreachable(op);
    }
  }

  private stages(pipe: string): number {
    const found = this.context.kernel.pipes.find((p) => p.id === pipe);
    if (found === undefined) throw new CompilerBug(`there is no pipe ${pipe}`);
    return found.stages;
  }
}

const pipeOf = (s: State, id: string): PipeState => s.pipes.get(id) ?? { held: 0, fresh: 0 };
const withPipe = (s: State, id: string, p: PipeState): State => ({ ...s, pipes: new Map(s.pipes).set(id, p) });
const union = (a: ReadonlySet<string>, b: Iterable<string>): ReadonlySet<string> => new Set([...a, ...b]);
const cleared = (s: State): State => ({ pipes: new Map([...s.pipes].map(([id, p]) => [id, { ...p, fresh: 0 }])), reading: new Set(), writing: new Set() });

function join(a: State, b: State): State {
  const pipes = new Map<string, PipeState>();
  for (const id of new Set([...a.pipes.keys(), ...b.pipes.keys()])) {
    const [p, q] = [pipeOf(a, id), pipeOf(b, id)];
    pipes.set(id, { held: Math.max(p.held, q.held), fresh: Math.max(p.fresh, q.fresh) });
  }
  return { pipes, reading: union(a.reading, b.reading), writing: union(a.writing, b.writing) };
}
function same(a: State, b: State): boolean {
  const text = (s: State): string => JSON.stringify([[...s.pipes].map(([id, p]) => `${id} ${p.held} ${p.fresh}`).sort(), [...s.reading].sort(), [...s.writing].sort()]);
  return text(a) === text(b);
}

/** Finds all barriers of the body. A single thread needs none. */
export function placeBarriers(context: Context, body: Block): Barriers {
  if (context.threads === 1) return { before: new Set(), rounds: new Map() };
  const analysis = new Analysis(context);
  analysis.block(body, { pipes: new Map(), reading: new Set(), writing: new Set() });
  return analysis;
}
