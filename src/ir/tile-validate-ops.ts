/** Rules about single ops and the order of definitions: `defined`, `scope`, `uniform`, `axes`, `type`, `map`, and the ops' own in tile-validate-products.ts. */
import { unreachable } from '../diagnostics/bug.ts';
import { type DType, takes, valueTypeOf } from './dtype.ts';
import { type IndexExpr, sizesOf, valuesOf, variablesOf } from './index-expr.ts';
import { registerTable, sliceTo, threadBitsOf, threadKey } from './layout-query.ts';
import { type Layout, registerCount } from './layout.ts';
import { checkCopy, checkMma, checkReduce } from './tile-validate-products.ts';
import { gatheredTile, indicesOf, tilesOf, typeOfExpr, visitExpr } from './tile-uses.ts';
import type { Op, Role, SharedBuffer, TileDecl, TileExpr, TileKernel } from './tile.ts';
import type { Report, TileRule, ValidateOptions } from './tile-validate.ts';

export function checkOps(kernel: TileKernel, options: ValidateOptions, report: Report): void {
  for (const g of kernel.grid) {
    const known = [...sizesOf(g.count)].every((s) => kernel.sizes.includes(s)) && valuesOf(g.count).size === 0 && variablesOf(g.count).size === 0;
    if (!known) report('scope', `grid ${g.id}`, undefined, 'its count depends on more than the sizes');
  }
  for (const role of kernel.roles) new OpChecker(kernel, role, options, report).body(role.body, new Set(), new Set(kernel.grid.map((g) => g.id)));
}

/** What the checks of single ops need. */
export interface OpContext {
  readonly kernel: TileKernel;
  readonly role: Role;
  readonly options: ValidateOptions;
  fail(op: Op, rule: TileRule, message: string): void;
  tile(id: number): TileDecl | undefined;
  shared(id: string): SharedBuffer | undefined;
}

class OpChecker implements OpContext {
  readonly kernel: TileKernel;
  readonly role: Role;
  readonly options: ValidateOptions;
  private readonly report: Report;
  private readonly tiles: ReadonlyMap<number, TileDecl>;

  constructor(kernel: TileKernel, role: Role, options: ValidateOptions, report: Report) {
    this.kernel = kernel;
    this.role = role;
    this.options = options;
    this.report = report;
    this.tiles = new Map(kernel.tiles.map((t) => [t.id, t]));
  }
  fail(op: Op, rule: TileRule, message: string): void { this.report(rule, op.kind, op.span, message); }
  tile(id: number): TileDecl | undefined { return this.tiles.get(id); }
  shared(id: string): SharedBuffer | undefined { return this.kernel.shared.find((s) => s.id === id); }

  /** Adds to `defined` what is written on every path through the ops. */
  body(ops: readonly Op[], defined: Set<number>, variables: ReadonlySet<string>): void {
    for (const op of ops) {
      this.single(op, defined, variables);
      switch (op.kind) {
        // A loop may take no trips, so what it defines is gone after it.
        case 'for': this.body(op.body, new Set(defined), new Set(variables).add(op.variable)); break;
        case 'let': this.body(op.body, defined, new Set(variables).add(op.variable)); break;
        case 'if': {
          const then = new Set(defined), otherwise = new Set(defined);
          this.body(op.then, then, variables);
          this.body(op.else, otherwise, variables);
          for (const id of then) if (otherwise.has(id)) defined.add(id);
          break;
        }
        default:
      }
    }
  }

  private single(op: Op, defined: Set<number>, variables: ReadonlySet<string>): void {
    const { reads, writes } = tilesOf(op);
    const unknown = [...reads, ...writes].filter((id) => !this.tiles.has(id));
    for (const id of new Set(unknown)) this.fail(op, 'scope', `tile ${id} is not declared`);
    for (const id of new Set(reads)) if (this.tiles.has(id) && !defined.has(id)) this.fail(op, 'defined', `${this.tiles.get(id)!.name} is read before it is written on some path`);
    for (const id of new Set(writes)) {
      const decl = this.tiles.get(id);
      if (decl !== undefined && !decl.mutable && defined.has(id)) this.fail(op, 'defined', `${decl.name} is written again and is not mutable`);
      defined.add(id);
    }
    this.indices(op, variables);
    if (unknown.length === 0) this.operands(op);
  }

  /** Axes whose coordinates an op's element expressions may use besides those of one coordinate. */
  private elementAxes(op: Op): readonly string[] {
    switch (op.kind) {
      case 'load': case 'map': return this.tile(op.dst)?.axes ?? [];
      case 'store': return this.tile(op.src)?.axes ?? [];
      case 'copyAsync': return this.shared(op.buffer)?.axes ?? [];
      case 'mma': return [op.a, op.b].flatMap((o) => (o.kind === 'global' ? [...o.axes] : []));
      default: return [];
    }
  }

  private indices(op: Op, variables: ReadonlySet<string>): void {
    const { elements, uniform } = indicesOf(op);
    const axes = this.elementAxes(op);
    for (const e of elements) this.index(op, e, variables, axes);
    for (const e of uniform) {
      this.index(op, e, variables, []);
      for (const id of valuesOf(e)) {
        const decl = this.tile(gatheredTile(id));
        if (decl !== undefined && (decl.layout.dims.some((_, d) => threadBitsOf(decl.layout, d).length > 0) || registerCount(decl.layout) !== 1)) this.fail(op, 'uniform', `it depends on ${decl.name}, which differs between threads or registers`);
      }
    }
  }
  private index(op: Op, e: IndexExpr, variables: ReadonlySet<string>, axes: readonly string[]): void {
    for (const s of sizesOf(e)) if (!this.kernel.sizes.includes(s)) this.fail(op, 'scope', `size ${s} is not declared`);
    for (const id of variablesOf(e)) {
      if (variables.has(id)) continue;
      const axis = this.kernel.axes.find((a) => a.id === id);
      if (axis === undefined) { this.fail(op, 'scope', `${id} is no variable here`); continue; }
      if (axis.tile > 1 && !axes.includes(id)) this.fail(op, axes.length === 0 ? 'uniform' : 'scope', `${id} has ${axis.tile} coordinates and is no axis of the op`);
      for (const below of variablesOf(axis.base)) if (!variables.has(below) && !this.kernel.axes.some((a) => a.id === below)) this.fail(op, 'scope', `${id} begins at a coordinate with ${below}, which is no variable here`);
    }
  }

  private operands(op: Op): void {
    switch (op.kind) {
      case 'load': case 'store': {
        const decl = this.tile(op.kind === 'load' ? op.dst : op.src)!;
        const buffer = this.kernel.buffers.find((b) => b.name === op.view.buffer);
        if (buffer === undefined) { this.fail(op, 'scope', `buffer ${op.view.buffer} is not declared`); return; }
        if (op.view.index.length !== buffer.shape.length) this.fail(op, 'axes', `${buffer.name} has ${buffer.shape.length} dimensions, the view ${op.view.index.length} indices`);
        if (op.kind === 'store' && buffer.role === 'input') this.fail(op, 'owner', `${buffer.name} is an input`);
        if (!this.widens(op, decl, buffer.dtype)) this.storable(op, decl.dtype, buffer.dtype);
        this.gathers(op, decl.layout, decl.axes);
        return;
      }
      case 'storeShared': case 'loadShared': {
        const decl = this.tile(op.kind === 'loadShared' ? op.dst : op.src)!;
        const buffer = this.shared(op.buffer);
        if (buffer === undefined) { this.fail(op, 'scope', `shared buffer ${op.buffer} is not declared`); return; }
        if (!sameSet(decl.axes, buffer.axes)) this.fail(op, 'axes', `${decl.name} has axes ${decl.axes.join()}, ${buffer.id} ${buffer.axes.join()}`);
        if (!this.widens(op, decl, buffer.dtype)) this.storable(op, decl.dtype, buffer.dtype);
        return;
      }
      case 'map': {
        const decl = this.tile(op.dst)!;
        this.expr(op, op.expr, decl);
        this.gathers(op, decl.layout, decl.axes);
        return;
      }
      case 'convert': {
        const from = this.tile(op.src)!, to = this.tile(op.dst)!;
        if (!sameSet(from.axes, to.axes)) this.fail(op, 'axes', `${from.name} has axes ${from.axes.join()}, ${to.name} ${to.axes.join()}`);
        if (op.scratch !== undefined && this.shared(op.scratch) === undefined) this.fail(op, 'scope', `shared buffer ${op.scratch} is not declared`);
        this.storable(op, from.dtype, to.dtype);
        return;
      }
      case 'reduce': return checkReduce(this, op);
      case 'mma': return checkMma(this, op);
      case 'copyAsync': {
        checkCopy(this, op);
        const buffer = this.shared(op.buffer);
        if (buffer !== undefined) this.gathers(op, op.layout, buffer.axes);
        return;
      }
      case 'acquire': case 'commit': case 'wait': case 'release':
        if (!this.kernel.pipes.some((p) => p.id === op.pipe)) this.fail(op, 'scope', `pipe ${op.pipe} is not declared`);
        return;
      case 'for': case 'let': case 'if': case 'mmaWait': case 'barrier': return;
      default: unreachable(op);
    }
  }

  /** Storing rounds within one value type; only maps cast. */
  /** A packed tile may hold what it loads in a wider type. */
  private widens(op: Op, decl: TileDecl, from: DType): boolean {
    return (op.kind === 'load' || op.kind === 'loadShared') && decl.packed && takes(decl.dtype, from);
  }
  private storable(op: Op, from: DType, to: DType): void {
    if (valueTypeOf(from) !== valueTypeOf(to)) this.fail(op, 'type', `${valueTypeOf(from)} values where ${to} is`);
  }
  private gathers(op: Op, l: Layout, axes: readonly string[]): void {
    for (const id of new Set(indicesOf(op).elements.flatMap((e) => [...valuesOf(e)]))) {
      const decl = this.tile(gatheredTile(id));
      if (decl === undefined) continue;
      if (valueTypeOf(decl.dtype) !== 'i32') this.fail(op, 'type', `${decl.name} is used as an index and holds ${decl.dtype}`);
      this.held(op, decl, l, axes);
    }
  }
  /** Rule `map`. */
  private held(op: Op, decl: TileDecl, l: Layout, axes: readonly string[]): void {
    const missing = decl.axes.filter((a) => !axes.includes(a));
    if (missing.length > 0) { this.fail(op, 'axes', `${decl.name} has the axis ${missing.join()}, the result has not`); return; }
    if (registerTable(l, axes, decl.layout, decl.axes) !== undefined) return;
    const want = threadKey(sliceTo(l, axes, decl.axes)), have = threadKey(decl.layout);
    this.fail(op, 'map', `${decl.name} is spread over threads as ${have || 'none'}, the result as ${want || 'none'}`);
  }

  private expr(op: Op, e: TileExpr, result: TileDecl): void {
    if (e.type !== valueTypeOf(result.dtype)) this.fail(op, 'type', `${e.type} values for ${result.name}, which holds ${result.dtype}`);
    visitExpr(e, (x) => {
      if (x.kind === 'tile') {
        const decl = this.tile(x.tile);
        if (decl === undefined) return;
        if (valueTypeOf(decl.dtype) !== x.type) this.fail(op, 'type', `${decl.name} holds ${decl.dtype} and is read as ${x.type}`);
        this.held(op, decl, result.layout, result.axes);
      } else typeOfExpr(x, (message) => this.fail(op, 'type', message));
    });
  }
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((x) => b.includes(x));
