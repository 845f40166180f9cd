/**
 * Stores by boxes: a tile goes to device memory piece by piece through shared memory. Each group of four warps writes its rows of a piece, and one of its threads
 * starts the copy, which runs while the group goes on; before a place in shared memory is written again, the copy from it has been read.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type CodeExpr, type Stmt, binary, index } from '../ir/code.ts';
import { add, mod, mul, num, substitute, variable, type IndexExpr } from '../ir/index-expr.ts';
import { stageElements } from '../ir/layout-shared.ts';
import { visitOps } from '../ir/tile-uses.ts';
import type { OpOf, Role, SharedBuffer } from '../ir/tile.ts';
import { sharedElement } from './address.ts';
import type { Context } from './context.ts';
import { Frame, type Position, asVariable, registerPart, start, threadNumber } from './coordinates.ts';
import type { RegisterLoop } from './digits.ts';
import type { BoxMaps } from './maps.ts';
import { value } from './rings.ts';

/** Threads of a group of four warps, the rows of a tile that it holds, and the number of the first group's barrier: roles have the lower ones. */
const groupThreads = 128, groupRows = 64, firstBarrier = 8;

export class BoxStore {
  private readonly buffer: SharedBuffer;
  constructor(private readonly context: Context, private readonly op: OpOf<'store'>, private readonly maps: BoxMaps) { this.buffer = context.shared(op.boxes!); }

  /** The loops over pieces, and those within one. */
  loops(all: readonly RegisterLoop[]): { readonly pieces: readonly RegisterLoop[]; readonly within: readonly RegisterLoop[] } {
    const size = (axis: string): number => this.buffer.sizes[this.buffer.axes.indexOf(axis)] ?? Infinity;
    const parts = all.flatMap((l) => {
      const inside = size(l.axis) / l.place;
      if (inside <= 1 || inside >= l.count) return [l];
      if (!Number.isInteger(l.count / inside)) throw new CompilerBug(`${this.context.kernel.name}: ${l.count} steps of ${l.place} are no whole boxes`);
      return [{ ...l, count: l.count / inside, place: l.place * inside, strides: l.strides.map((s) => s * inside) }, { ...l, count: inside }];
    });
    return { pieces: parts.filter((l) => l.place >= size(l.axis)), within: parts.filter((l) => l.place < size(l.axis)) };
  }

  /** Where the element at the frame's position lies in shared memory. */
  address(frame: Frame, p: Position): CodeExpr {
    const { axes, sizes } = this.buffer;
    const within: Position = { loops: p.loops.filter((l) => l.place < sizes[axes.indexOf(l.axis)]!) };
    return sharedElement(this.buffer, frame.code.expr(this.stage(p)), axes.map((axis) => frame.code.expr(frame.local(axis, within))));
  }

  /** Before the first piece of a tile: where pieces do not fill all places in turn, the last one of the tile before may have the first place still. */
  begin(pieces: readonly RegisterLoop[]): void {
    if (pieces.reduce((n, l) => n * l.count, 1) % this.buffer.stages !== 0) this.leader([{ kind: 'call', wrapper: 'tma_store_wait_read', constants: [0], args: [] }]);
  }
  before(): void {
    this.leader([{ kind: 'call', wrapper: 'tma_store_wait_read', constants: [this.buffer.stages - 1], args: [] }]);
    this.meet();
  }
  after(p: Position): void {
    const { context, buffer, op } = this;
    context.put({ kind: 'call', wrapper: 'fence_async_shared', constants: [], args: [] });
    this.meet();
    const frame = new Frame(context, { axes: [], layout: { dims: [] } }, start);
    const [rows] = buffer.axes;
    const at = (e: IndexExpr): IndexExpr => substitute(e, (atom) => (atom.kind !== 'variable' || !buffer.axes.includes(atom.id) ? undefined
      : add(variable(atom.id), registerPart(p, atom.id), atom.id === rows ? mul(num(groupRows), this.group()) : num(0))));
    const from = frame.code.expr(add(mul(num(stageElements(buffer)), this.stage(p)), mul(num(groupRows * buffer.sizes[1]!), this.group())));
    this.leader([
      { kind: 'call', wrapper: `tma_store_${op.view.index.length}d`, constants: [], args: [{ kind: 'address', name: this.maps.ofStore(op).name }, { kind: 'memory', memory: context.memoryName(buffer.id), index: from }, ...[...op.view.index].reverse().map((e) => value(frame.expr(at(e))))] },
    ]);
  }

  /** Pieces take the places in shared memory in turn. */
  private stage(p: Position): IndexExpr {
    const columns = this.buffer.axes[1]!, size = this.buffer.sizes[1]!;
    return this.buffer.stages === 1 ? num(0) : mod(add(...p.loops.filter((l) => l.axis === columns && l.place >= size).map((l) => mul(num(l.place / size), l.at))), num(this.buffer.stages));
  }
  private group(): IndexExpr {
    const { context } = this;
    if (context.threads <= groupThreads) return num(0);
    return asVariable(context, context.hoist('group of warps', new Set(), 'warpgroup', () => binary('shr', threadNumber(context), index(Math.log2(groupThreads)))));
  }
  private meet(): void {
    this.context.put({ kind: 'call', wrapper: 'named_barrier_sync', constants: [], args: [value(new Frame(this.context, { axes: [], layout: { dims: [] } }, start).code.expr(add(num(firstBarrier), this.group()))), value(index(groupThreads))] });
  }
  private leader(body: readonly Stmt[]): void { this.context.put({ kind: 'if', cond: isLeader(this.context), then: body, else: [] }); }
}

const isLeader = (context: Context): CodeExpr => binary('eq', context.threads <= groupThreads ? threadNumber(context) : binary('bitand', threadNumber(context), index(groupThreads - 1)), index(0));

/** At the end of a role: its shared memory is read before the group ends. */
export function finishBoxStores(context: Context, role: Role): void {
  let stores = false;
  visitOps(role.body, (op) => { stores ||= op.kind === 'store' && op.boxes !== undefined; });
  if (stores) context.put({ kind: 'if', cond: isLeader(context), then: [{ kind: 'call', wrapper: 'tma_store_wait_read', constants: [0], args: [] }], else: [] });
}
