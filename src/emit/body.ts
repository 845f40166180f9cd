/** The body of a role: blocks of items in order, with the source line above each, barriers where they are needed, and the ring protocol. */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import type { SourceFile, Span } from '../diagnostics/span.ts';
import { type CodeExpr, type Stmt, binary, index } from '../ir/code.ts';
import type { Op } from '../ir/tile.ts';
import { visitOps } from '../ir/tile-uses.ts';
import { registerPlace } from './registers.ts';
import { weight } from './cleanup.ts';
import type { Barriers } from './barriers.ts';
import type { Context } from './context.ts';
import { emitConvert } from './convert.ts';
import { emitCopy } from './copy.ts';
import { emitGroup } from './group.ts';
import { IndexCode, type ValueOf } from './index-code.ts';
import { emitFma } from './mma-fma.ts';
import { emitFragments } from './mma-fragments.ts';
import { emitProductWait, emitSharedProduct } from './mma-shared.ts';
import type { BoxMaps } from './maps.ts';
import { gatheredTile, references } from './references.ts';
import { declareTile } from './registers.ts';
import { type Rings, fillBytes } from './rings.ts';
import { threadNumber } from './coordinates.ts';
import type { Block, Item, OtherOp, Structure } from './structure.ts';

/** What roles share, and whether only one thread of this role works. */
export interface RoleTools { readonly rings: Rings; readonly maps: BoxMaps; readonly isElected: boolean }

export class Body {
  private readonly context: Context;
  private readonly structure: Structure;
  private readonly barriers: Barriers;
  private readonly source: SourceFile;
  private readonly roles: RoleTools;
  /** File and line of the last comment. */
  private line = '';
  /** Rings that go on to their next stage where the block at hand ends. */
  private advancing = new Set<string>();
  /** Accumulators of asynchronous products. */
  private readonly running = new Set<number>();

  constructor(context: Context, structure: Structure, barriers: Barriers, source: SourceFile, roles: RoleTools) {
    this.context = context;
    this.roles = roles;
    this.structure = structure;
    this.barriers = barriers;
    this.source = source;
    context.stageOf = (buffer) => { const pipe = roles.rings.ofBuffer(buffer); return pipe === undefined ? undefined : roles.rings.stage(pipe); };
  }

  emit(): void {
    this.block(this.structure.body);
  }

  private block(block: Block): void {
    const outer = this.advancing;
    this.advancing = new Set();
    block.items.forEach((item, n) => {
      this.comment(item);
      if (this.barriers.before.has(item)) this.context.barrier();
      for (const tile of block.declares[n] ?? []) declareTile(this.context, tile, this.isFirstWrite(item, tile), this.structure.single.has(tile));
      if (item.kind === 'single' && item.op.kind === 'acquire' && this.roles.rings.has(item.op.pipe)) {
        const { pipe } = item.op;
        const bytes = fillBytes(this.context.kernel, pipe, block.items.slice(n + 1).flatMap((i): readonly Op[] => (i.kind === 'group' ? i.ops : [i.op])));
        this.elected(() => this.roles.rings.acquire(pipe, bytes));
      } else this.item(item);
    });
    for (const pipe of this.advancing) this.roles.rings.advance(pipe);
    this.advancing = outer;
  }

  /** What one thread of the role does, unless the role has but one that works. */
  private elected(emit: () => void): void {
    if (this.roles.isElected) { emit(); return; }
    const cond = binary('eq', threadNumber(this.context), index(0));
    this.context.put({ kind: 'if', cond, then: this.context.block([], emit), else: [] });
  }

  /** Whether the item itself writes the tile in straight line, so that the first write can declare it. */
  private isFirstWrite(item: Item, tile: number): boolean {
    switch (item.kind) {
      case 'group': return item.ops.some((op) => references(op).writes.includes(tile));
      case 'single': return item.op.kind === 'convert' && item.op.dst === tile;
      case 'for': case 'let': case 'if': return false;
      default: return unreachable(item);
    }
  }

  /** The source line of what follows, once for all that comes from the same line. */
  private comment(item: Item): void {
    const spans: Span[] = item.kind === 'group' ? item.ops.map((op) => op.span) : [item.op.span];
    for (const span of spans) {
      const source = this.source.of(span);
      const { line } = source.position(span.start);
      const text = source.line(line).trim();
      const place = `${source.name.split(/[\\/]/).at(-1) ?? ''}:${line}`;
      if (place === this.line || text === '') continue;
      this.line = place;
      this.context.put({ kind: 'comment', text: `${place}: ${text}` });
    }
  }

  private item(item: Item): void {
    switch (item.kind) {
      case 'group': return emitGroup(this.context, item.ops, this.structure.local, this.roles.maps);
      case 'single': return this.single(item.op);
      case 'for': {
        const { op } = item;
        const bound = this.uniform().expr(op.count);
        const count = weight(bound) > 4 ? this.context.let(`${op.variable}_count`, bound) : bound;
        const outer = this.context.variables.get(op.variable);
        const { line } = this;
        this.context.forLoop(op.variable, [op.variable], (variable) => { this.context.variables.set(op.variable, variable); this.block(item.body); },
          (variable, body) => ({ kind: 'for', variable, count, registers: false, unroll: op.unroll, body }));
        this.leave(op.variable, outer, line);
        return;
      }
      case 'let': {
        const { op } = item;
        const value = this.uniform().expr(op.value);
        const outer = this.context.variables.get(op.variable);
        // A name or number needs no second name. What follows may bind the variable anew, so the names of the body stay taken.
        this.context.variables.set(op.variable, value.kind === 'name' || value.kind === 'const' ? value : this.context.let(op.variable, value));
        this.context.put(...this.context.block([op.variable], () => this.block(item.body), false));
        this.leave(op.variable, outer, this.line);
        return;
      }
      case 'if': {
        const cond = this.uniform().allNonNegative(item.op.nonNegative);
        if (cond === undefined) throw new CompilerBug('an if without conditions');
        const then = this.inner(item.then);
        this.context.put({ kind: 'if', cond, then, else: this.inner(item.else) });
        return;
      }
      default: return unreachable(item);
    }
  }
  private inner(block: Block): Stmt[] {
    const { line } = this;
    const stmts = this.context.block([], () => this.block(block));
    this.leave(undefined, undefined, line);
    return stmts;
  }
  /** After a block: its variable means what it meant before; what follows stands apart from it, so its source line is named again. */
  private leave(variable: string | undefined, outer: CodeExpr | undefined, line: string): void {
    if (this.line !== line) this.line = '';
    if (variable === undefined) return;
    if (outer === undefined) this.context.variables.delete(variable);
    else this.context.variables.set(variable, outer);
  }

  /** Index expressions outside of element-wise code; `value(tN)` is a tile with one element. */
  private uniform(): IndexCode {
    const valueOf: ValueOf = (id): CodeExpr => registerPlace(this.context, gatheredTile(id), { kind: 'const', type: 'index', value: 0 });
    return new IndexCode(this.context, valueOf);
  }

  private single(op: OtherOp): void {
    switch (op.kind) {
      case 'copyAsync': return op.via === 'tma' ? this.elected(() => this.roles.maps.copy(this.context, this.roles.rings, op)) : emitCopy(this.context, op);
      case 'convert': return emitConvert(this.context, op);
      case 'mma': {
        const intrinsic = this.context.caps.intrinsic(op.intrinsic);
        if (intrinsic === undefined) throw new CompilerBug(`target ${this.context.kernel.target} has no intrinsic ${op.intrinsic}`);
        if (op.isAsync !== (intrinsic.shared !== undefined)) throw new CompilerBug(`intrinsic ${op.intrinsic} is ${op.isAsync ? 'not ' : ''}asynchronous`);
        if (op.isAsync) { this.running.add(op.acc); return emitSharedProduct(this.context, this.roles.rings, op, intrinsic); }
        return intrinsic.wrapper === 'fma' ? emitFma(this.context, op) : emitFragments(this.context, op, intrinsic);
      }
      case 'commit':
        if (this.roles.rings.has(op.pipe)) this.roles.rings.advance(op.pipe);
        if (this.isAsync(op.pipe)) this.context.put({ kind: 'call', wrapper: 'cp_async_commit', constants: [], args: [] });
        return;
      case 'wait':
        if (this.roles.rings.has(op.pipe)) {
          if (this.advancing.has(op.pipe)) this.roles.rings.advance(op.pipe);
          this.advancing.add(op.pipe);
          this.roles.rings.wait(op.pipe);
        }
        if (this.isAsync(op.pipe)) this.context.put({ kind: 'call', wrapper: 'cp_async_wait', constants: [op.ahead], args: [] });
        // What threads have brought is for a unit that sees shared memory by another way.
        if (!this.roles.rings.has(op.pipe) && this.isForProducts(op.pipe)) this.context.put({ kind: 'call', wrapper: 'fence_async_shared', constants: [], args: [] });
        return;
      case 'barrier':
        if (this.context.threads > 1) this.context.barrier();
        return;
      case 'release':
        if (this.roles.rings.has(op.pipe)) this.roles.rings.release(op.pipe);
        return;
      case 'mmaWait': return emitProductWait(this.context, op.pending, this.running);
      case 'acquire': return;
      default: return unreachable(op);
    }
  }
  /** Whether asynchronous products read the stages. */
  private isForProducts(pipe: string): boolean {
    const buffers = new Set(this.context.kernel.pipes.find((p) => p.id === pipe)?.buffers);
    return this.context.kernel.roles.some((role) => { let found = false; visitOps(role.body, (op) => { found ||= op.kind === 'mma' && op.isAsync && [op.a, op.b].some((o) => o.kind === 'shared' && buffers.has(o.buffer)); }); return found; });
  }
  /** Whether any copy into the ring is asynchronous. */
  private isAsync(pipe: string): boolean {
    const buffers = new Set(this.context.kernel.pipes.find((p) => p.id === pipe)?.buffers);
    const visit = (block: Block): boolean => block.items.some((item) => {
      switch (item.kind) {
        case 'group': return false;
        case 'single': return item.op.kind === 'copyAsync' && item.op.via === 'cp_async' && buffers.has(item.op.buffer);
        case 'for': case 'let': return visit(item.body);
        case 'if': return visit(item.then) || visit(item.else);
        default: return unreachable(item);
      }
    });
    return visit(this.structure.body);
  }
}
