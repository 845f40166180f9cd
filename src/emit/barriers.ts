/**
 * Where barriers stand, besides those that the kernel asks for: it follows from what may still be unfinished since the last barrier on every path.
 * `acquire` needs one if a stage that it may take was released since; a read needs one after other threads' writes (a ring's `wait` makes its copies such
 * writes); outside of rings a write needs one after reads.
 *
 * Loops are analysed to a fixed point, so the answer holds for every iteration. A condition that only ever turns true (or false) as the loop goes on, such as
 * "the ring is full", splits the iterations into phases; each phase is analysed with the branches that it takes.
 */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { coefficient, isConst } from '../ir/index-expr.ts';
import type { OpOf } from '../ir/tile.ts';
import type { Context } from './context.ts';
import { crossBits, crossPlan } from './cross-threads.ts';
import type { ReduceOp, RoundPlan } from './reduce.ts';
import { sharedPipes } from './rings.ts';
import type { Block, Item, OtherOp } from './structure.ts';

/** `held`: stages acquired and not released; `fresh`: released since the last barrier. Both are upper bounds over all paths. */
interface PipeState { readonly held: number; readonly fresh: number }
interface State {
  readonly pipes: ReadonlyMap<string, PipeState>;
  /** Shared memories (by id) that some thread may not have finished reading or writing. */
  readonly reading: ReadonlySet<string>;
  readonly writing: ReadonlySet<string>;
}
const clean: State = { pipes: new Map(), reading: new Set(), writing: new Set() };

export interface Barriers {
  /** Items that a barrier precedes. */
  readonly before: ReadonlySet<Item>;
  readonly rounds: ReadonlyMap<ReduceOp, readonly RoundPlan[]>;
}

export const convertScratch = (op: OpOf<'convert'>): string => op.scratch ?? 'exchange';
const halfName = (half: number): string => `half ${half}`;

/** A condition of the loop's body that changes at most once. */
interface Turn { readonly key: string; readonly rises: boolean }
type Phase = ReadonlyMap<string, boolean>;
const mostTurns = 3;
const mostFollowed = 8;
/** Turns after which what a group left unfinished is the same from turn to turn. */
const mostTurnsApart = 3;
const conditionKey = (op: OpOf<'if'>): string => op.nonNegative.map((e) => e.key).sort().join(' & ');

/** One round of a reduction through shared memory. Rounds take the halves of the scratch memory in turn, in the order of the text. */
interface Round { readonly half: 0 | 1 }

class Analysis {
  private readonly context: Context;
  private readonly ringed: ReadonlyMap<string, string>;
  /** Pipes between roles, whose own barriers order everything, and their buffers. */
  private readonly crossing: ReadonlySet<string>;
  /** Places that could have a barrier, in the order of the text. */
  private readonly order: readonly (Item | Round)[];
  readonly rounds = new Map<ReduceOp, readonly Round[]>();
  /** Barriers that are placed already. */
  readonly placed = new Set<Item | Round>();
  private readonly needed = new Set<Item | Round>();
  private phase: Phase = new Map();

  constructor(context: Context, body: Block) {
    this.context = context;
    this.crossing = new Set(sharedPipes(context.kernel).flatMap((p) => [p.id, ...p.buffers]));
    this.ringed = new Map(context.kernel.pipes.flatMap((p) => p.buffers.map((b) => [b, p.id] as const)));
    const order: (Item | Round)[] = [];
    let count = 0;
    const number = (block: Block): void => block.items.forEach((item) => {
      order.push(item);
      if (item.kind === 'for' || item.kind === 'let') number(item.body);
      if (item.kind === 'if') { number(item.then); number(item.else); }
      if (item.kind !== 'group') return;
      for (const op of item.ops) {
        if (op.kind !== 'reduce') continue;
        const rounds = crossPlan(context.caps.exchangeBits, crossBits(context.tile(op.srcs[0]!), op)).rounds.map((): Round => ({ half: count++ % 2 === 0 ? 0 : 1 }));
        this.rounds.set(op, rounds);
        order.push(...rounds);
      }
    });
    number(body);
    this.order = order;
  }

  /**
   * Places barriers one by one, always the first that is needed: what it orders needs no second one. An earlier one may serve several later needs, never the
   * other way round.
   */
  run(body: Block): void {
    for (;;) {
      this.needed.clear();
      // The next turn of a group begins where this one ends.
      const turns = this.context.kernel.persistent ? mostTurnsApart : 1;
      for (let n = 0, state = clean; n < turns; n++) state = this.block(body, state);
      const first = this.order.find((place) => this.needed.has(place) && !this.placed.has(place));
      if (first === undefined) return;
      this.placed.add(first);
    }
  }

  block(block: Block, start: State): State {
    return block.items.reduce((state, item) => this.item(item, state), start);
  }

  private item(item: Item, state: State): State {
    switch (item.kind) {
      case 'group': return this.group(item, state);
      case 'single': return this.single(item, item.op, state);
      case 'if': {
        const known = this.phase.get(conditionKey(item.op));
        if (known !== undefined) return this.block(known ? item.then : item.else, state);
        return join(this.block(item.then, state), this.block(item.else, state));
      }
      case 'let': return this.block(item.body, state);
      case 'for': return this.loop(item, state);
      default: return unreachable(item);
    }
  }

  private loop(item: Extract<Item, { kind: 'for' }>, start: State): State {
    const count = isConst(item.op.count);
    // A few turns are followed one by one: they fill a ring so far and no further.
    if (count !== undefined && count <= mostFollowed) return Array.from({ length: count }).reduce<State>((state) => this.block(item.body, state), start);
    const turns = turnsOf(item);
    const phases = Array.from({ length: 2 ** turns.length }, (_, n): Phase => new Map(turns.map((t, bit) => [t.key, ((n >> bit) & 1) === 1])));
    const follows = (a: Phase, b: Phase): boolean => turns.every((t) => a.get(t.key) === b.get(t.key) || b.get(t.key) === t.rises);
    const outer = this.phase;
    const ends = new Map<Phase, State>();
    let changed = true;
    for (let round = 0; changed; round++) {
      if (round > 200) throw new CompilerBug(`kernel ${this.context.kernel.name}: barriers of loop ${item.op.variable} are not found`);
      changed = false;
      for (const phase of phases) {
        const entry = [...ends].filter(([p]) => follows(p, phase)).reduce((s, [, end]) => join(s, end), start);
        this.phase = new Map([...outer, ...phase]);
        const end = this.block(item.body, entry);
        const old = ends.get(phase);
        if (old !== undefined && same(old, join(old, end))) continue;
        ends.set(phase, old === undefined ? end : join(old, end));
        changed = true;
      }
    }
    this.phase = outer;
    return [...ends.values()].reduce(join, start);
  }

  private barrier(place: Item | Round, needed: boolean, state: State): State {
    if (needed) this.needed.add(place);
    return needed || this.placed.has(place) ? cleared(state) : state;
  }

  private group(item: Extract<Item, { kind: 'group' }>, start: State): State {
    const reads = item.ops.flatMap((op) => (op.kind === 'loadShared' && !this.crossing.has(op.buffer) ? [op.buffer] : []));
    const writes = item.ops.flatMap((op) => (op.kind === 'storeShared' && !this.crossing.has(op.buffer) ? [op.buffer] : []));
    // Stages of a ring are free to be written between acquire and commit.
    const conflict = reads.some((b) => start.writing.has(b)) || writes.some((b) => !this.ringed.has(b) && (start.reading.has(b) || start.writing.has(b)));
    let state = this.barrier(item, conflict, start);
    state = { ...state, reading: union(state.reading, reads), writing: union(state.writing, writes) };
    for (const op of item.ops) if (op.kind === 'reduce') state = this.reduce(op, state);
    return state;
  }

  private reduce(op: ReduceOp, start: State): State {
    let state = start;
    for (const round of this.rounds.get(op) ?? []) {
      const half = halfName(round.half);
      state = this.barrier(round, state.reading.has(half), state);
      // The round itself has a barrier between its writes and its reads.
      state = { ...cleared(state), reading: new Set([half]) };
    }
    return state;
  }

  private single(item: Item, op: OtherOp, state: State): State {
    if ('pipe' in op && this.crossing.has(op.pipe)) return state;
    switch (op.kind) {
      case 'acquire': {
        const { held, fresh } = pipeOf(state, op.pipe);
        const stages = this.stages(op.pipe);
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
        const reads = [op.a, op.b].flatMap((o) => (o.kind === 'shared' && !this.crossing.has(o.buffer) ? [o.buffer] : []));
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

/** Conditions of the body's own branches that are affine in the loop's counter with a known sign. */
function turnsOf(item: Extract<Item, { kind: 'for' }>): Turn[] {
  const turns = new Map<string, Turn>();
  const look = (block: Block): void => {
    for (const inner of block.items) {
      if (inner.kind === 'let' && inner.op.variable !== item.op.variable) look(inner.body);
      if (inner.kind !== 'if') continue;
      const slopes = inner.op.nonNegative.map((e) => { const c = coefficient(e, item.op.variable); return c === undefined ? undefined : isConst(c); });
      const rises = slopes.every((s) => s !== undefined && s >= 0);
      const falls = slopes.every((s) => s !== undefined && s <= 0);
      if (rises || falls) turns.set(conditionKey(inner.op), { key: conditionKey(inner.op), rises });
      look(inner.then);
      look(inner.else);
    }
  };
  look(item.body);
  return [...turns.values()].slice(0, mostTurns);
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
  const analysis = new Analysis(context, body);
  analysis.run(body);
  const before = new Set<Item>();
  const rounds = new Map<ReduceOp, readonly RoundPlan[]>();
  for (const place of analysis.placed) if ('kind' in place) before.add(place);
  for (const [op, list] of analysis.rounds) rounds.set(op, list.map((r) => ({ half: r.half, barrierBefore: analysis.placed.has(r) })));
  return { before, rounds };
}
