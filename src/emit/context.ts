/** What all emission functions of one kernel share: names, scopes with hoisted values, variables of index expressions, and declarations by id. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { name, type CodeExpr, type CodeType, type Memory, type Place, type Stmt, type WrapperArg } from '../ir/code.ts';
import type { AxisInfo, GlobalBuffer, Op, OpOf, SharedBuffer, TileDecl, TileKernel } from '../ir/tile.ts';
import type { Capabilities } from './capabilities.ts';
import { Names } from './names.ts';
import type { RoundPlan } from './reduce.ts';

/** Registers of one tile: a scalar variable, or an array of `length` registers (words for packed tiles). */
export interface TileStorage { readonly form: 'scalar' | 'array'; readonly name: string; readonly type: CodeType; readonly length: number; declared: boolean; readonly constant: boolean }

/** Counters of register loops end a sum: `m + dm`. */
export type NamedPlace = Extract<CodeExpr, { kind: 'name' }>;

/** The threads that run the code at hand: all of the group, or those of one of several roles. `barrier`: the number of the role's own barrier. */
export interface Crew { readonly name: string; readonly first: number; readonly threads: number; readonly barrier: number | undefined }

/** `isRoot`: where a role begins; nothing leaves it. */
interface Scope { readonly isRoot: boolean; readonly bound: Set<string>; readonly hoisted: Stmt[]; readonly body: Stmt[]; readonly values: Map<string, CodeExpr>; readonly depth: number }

export class Context {
  readonly kernel: TileKernel;
  readonly caps: Capabilities;
  private crew: Crew;
  readonly names = new Names();
  /** Variables of index expressions (grid, loops, coordinates, register loops) as code. */
  readonly variables = new Map<string, CodeExpr>();
  /** Sizes as code, by their names in the kernel. */
  readonly sizes = new Map<string, CodeExpr>();
  /** Names of register loops' counters. */
  readonly counters = new Set<string>();
  readonly tiles = new Map<number, TileStorage>();
  readonly memories: Memory[] = [];
  /** Wrappers' and buffers' names by buffer name or id. */
  readonly memoryNames = new Map<string, string>();
  /** The stage that the role at hand is at, of a buffer that crosses roles. */
  stageOf: (buffer: string) => CodeExpr | undefined = () => undefined;
  /** Names for divisions, by what is divided by what. */
  readonly digitNames = new Map<string, string>();
  /** The bound variables that a hoisted name depends on. */
  private readonly behind = new Map<string, ReadonlySet<string>>();
  /** Plans for reductions through shared memory, from `barriers.ts`. */
  /** The operations that write each tile. */
  definitions: ReadonlyMap<number, readonly Op[]> = new Map();
  rounds: ReadonlyMap<OpOf<'reduce'>, readonly RoundPlan[]> = new Map();
  private readonly scopes: Scope[] = [];
  private readonly axesById: ReadonlyMap<string, AxisInfo>;
  private readonly tilesById: ReadonlyMap<number, TileDecl>;

  constructor(kernel: TileKernel, caps: Capabilities, crew: Crew) {
    this.kernel = kernel;
    this.caps = caps;
    this.crew = crew;
    this.axesById = new Map(kernel.axes.map((a) => [a.id, a]));
    this.tilesById = new Map(kernel.tiles.map((t) => [t.id, t]));
  }

  /** Threads of the role at hand. */
  get threads(): number { return this.crew.threads; }
  /** Number in the group of the role's first thread. */
  get firstThread(): number { return this.crew.first; }
  /** Tells what belongs to the role from what another has; empty where there is one role. */
  get roleKey(): string { return this.crew.barrier === undefined ? '' : `${this.crew.name} `; }
  /** Code from here on is that of another role. */
  enter(crew: Crew): void { this.crew = crew; }

  /** All threads of the role wait for each other. */
  barrier(): void {
    const { barrier, threads } = this.crew;
    const value = (n: number): WrapperArg => ({ kind: 'value', value: { kind: 'const', type: 'index', value: n } });
    this.put(barrier === undefined ? { kind: 'barrier' } : { kind: 'call', wrapper: 'named_barrier_sync', constants: [], args: [value(barrier), value(threads)] });
  }

  axis(id: string): AxisInfo {
    const found = this.axesById.get(id);
    if (found === undefined) throw new CompilerBug(`kernel ${this.kernel.name} has no axis ${id}`);
    return found;
  }
  tile(id: number): TileDecl {
    const found = this.tilesById.get(id);
    if (found === undefined) throw new CompilerBug(`kernel ${this.kernel.name} has no tile ${id}`);
    return found;
  }
  buffer(text: string): GlobalBuffer {
    const found = this.kernel.buffers.find((b) => b.name === text);
    if (found === undefined) throw new CompilerBug(`kernel ${this.kernel.name} has no buffer ${text}`);
    return found;
  }
  shared(id: string): SharedBuffer {
    const found = this.kernel.shared.find((s) => s.id === id);
    if (found === undefined) throw new CompilerBug(`kernel ${this.kernel.name} has no shared buffer ${id}`);
    return found;
  }
  memoryName(id: string): string {
    const found = this.memoryNames.get(id);
    if (found === undefined) throw new CompilerBug(`memory ${id} was not declared`);
    return found;
  }
  storage(tile: number): TileStorage {
    const found = this.tiles.get(tile);
    if (found === undefined) throw new CompilerBug(`tile ${tile} (${this.tile(tile).name}) is used where it is not defined`);
    return found;
  }

  put(...stmts: readonly Stmt[]): void {
    this.top.body.push(...stmts);
  }

  /**
   * Runs `emit` in a new scope that binds the index variables `bound` and returns what it put, hoisted values first. Statements that the caller puts into the
   * block around it (`isBlock` false) keep their names taken there.
   */
  block(bound: readonly string[], emit: () => void, isBlock = true, isRoot = this.scopes.length === 0): Stmt[] {
    if (isBlock) this.names.open();
    this.scopes.push({ isRoot, bound: new Set(bound), hoisted: [], body: [], values: new Map(), depth: this.names.depth });
    emit();
    const { hoisted, body } = this.scopes.pop()!;
    if (isBlock) this.names.close();
    return [...hoisted, ...body];
  }

  /** A register loop over `count` with a fresh variable; a single step is no loop. */
  loop(wanted: string, count: number, body: (variable: CodeExpr) => void): void {
    if (count === 1) { body({ kind: 'const', type: 'index', value: 0 }); return; }
    this.forLoop(wanted, [], (variable) => { this.counters.add(variable.name); body(variable); },
      (text, inner) => ({ kind: 'for', variable: text, count: { kind: 'const', type: 'index', value: count }, registers: true, unroll: true, body: inner }));
  }

  /** A loop whose counter is named within it alone, so that loops in sequence may use the same name. */
  forLoop(wanted: string, bound: readonly string[], body: (variable: NamedPlace) => void, make: (variable: string, body: readonly Stmt[]) => Stmt): void {
    this.names.open();
    const text = this.names.fresh(wanted);
    const inner = this.block(bound, () => body({ kind: 'name', type: 'index', name: text }));
    this.names.close();
    this.put(make(text, inner));
  }

  /** A new immutable value at the present place. */
  let(wanted: string, value: CodeExpr): Place {
    const text = this.names.fresh(wanted);
    this.put({ kind: 'let', name: text, value });
    return name(value.type, text);
  }

  /**
   * The value as a name, computed once at the outermost scope where the index variables `uses` are bound; equal keys share it.
   * Scopes of register loops bind nothing, so values leave them.
   */
  hoist(key: string, uses: ReadonlySet<string>, wanted: string, value: () => CodeExpr): CodeExpr {
    let at = this.scopes.length - 1;
    while (!this.scopes[at]!.isRoot && ![...this.scopes[at]!.bound].some((v) => uses.has(v))) at--;
    const scope = this.scopes[at]!;
    const known = scope.values.get(key);
    if (known !== undefined) return known;
    const computed = value();
    const text = this.names.freshAt(scope.depth, wanted);
    scope.hoisted.push({ kind: 'let', name: text, value: computed });
    const result = name(computed.type, text);
    scope.values.set(key, result);
    this.behind.set(`%${text}`, uses);
    return result;
  }

  /** The bound variables behind an index expression's variables; undefined where one of them is no hoisted name and may change within a scope. */
  boundBehind(ids: Iterable<string>): ReadonlySet<string> | undefined {
    const found = new Set<string>();
    for (const id of ids) {
      if (!id.startsWith('%')) { found.add(id); continue; }
      const behind = this.behind.get(id);
      if (behind === undefined) return undefined;
      for (const b of behind) found.add(b);
    }
    return found;
  }

  private get top(): Scope {
    const top = this.scopes.at(-1);
    if (top === undefined) throw new CompilerBug('emission outside of any scope');
    return top;
  }
}
