/**
 * fuse: normal form -> nests, one a launch.
 *
 * A reduction is computed inside the launch that uses it where that repeats no work: its result is used at the place where it is made (an epilogue), or
 * inside a loop over one of its own axes (attention's scores), or for all of the axes it lacks at once (a row's maximum for the whole row). Reductions
 * over equal axes that do not depend on each other, or stream (stream.ts), share one loop. Everything else is a launch of its own through memory,
 * and the notes say why.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { isConst, mul, num, variable } from '../ir/index-expr.ts';
import { type FusedKernel, type FusionNotes, type LoopGroup, type LoopName, type Nest, type Part, plainAxis, type Scratch, type Store } from '../ir/nest.ts';
import type { Axis, Expr, Kernel, Read, Reduce, Statement } from '../ir/tst.ts';
import { expressionsIn, readsIn, readsOf, rewrite, substituteAxes } from '../ir/tst-walk.ts';
import { Names } from './names.ts';
import { rescaleOf } from './stream.ts';

const keptInMemory = 'it is kept in memory: many groups compute it for few that use it, or a schedule says so';
/** Recomputing a reduction once per tile of an axis it lacks is accepted up to this known extent: the tile covers it. */
export const widestTile = 256;

/** `mustInline`: reductions that a schedule wants inside the launch that uses them, whatever that repeats. */
export function fuse(kernel: Kernel, mustInline: (statement: string) => boolean = () => false): FusedKernel {
  return new Fusion(kernel, mustInline).run();
}

interface Level { readonly parent: Level | undefined; readonly axes: ReadonlySet<string>; readonly groups: LoopGroup[]; readonly instances: Map<string, string> }
/** Who asks for a value: the axes its own result needs, and the loop it runs. */
interface Requester { readonly kept: ReadonlySet<string>; readonly loop: readonly Axis[] }

class Fusion {
  private readonly nests: Nest[] = [];
  private readonly scratch = new Map<string, Scratch>();
  private readonly notes: FusionNotes = { fused: [], streamed: [], rejected: [] };
  private readonly reductions: ReadonlyMap<string, Statement>;
  private readonly stored: ReadonlyMap<string, Statement>;
  private readonly names: Names;
  /** Temporaries whose own launch is being built. */
  private readonly making = new Set<string>();

  constructor(private readonly kernel: Kernel, readonly mustInline: (statement: string) => boolean) {
    const temporaries = kernel.statements.filter((s) => kernel.tensors.find((t) => t.name === s.target)?.role === 'temporary');
    this.reductions = new Map(temporaries.filter((s) => s.value.kind === 'reduce').map((s) => [s.target, s]));
    this.stored = new Map(temporaries.filter((s) => s.value.kind !== 'reduce').map((s) => [s.target, s]));
    this.names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name)]);
  }

  run(): FusedKernel {
    const outputs = new Set(this.kernel.tensors.filter((t) => t.role === 'output' || t.role === 'inout').map((t) => t.name));
    const atOnce = new Set(this.kernel.tensors.filter((t) => t.atOnce === true).map((t) => t.name));
    let roots: Statement[] = [];
    const flush = (): void => { if (roots.length > 0) this.nest(roots); roots = []; };
    for (const s of this.kernel.statements.filter((x) => outputs.has(x.target) || atOnce.has(x.target))) {
      if (atOnce.has(s.target)) { flush(); this.materialise({ tensor: s.target }, 'a later statement changes what it reads'); continue; }
      // An update changes memory that others may read, so it is a launch of its own.
      if (s.update !== undefined) { flush(); this.nest([s]); continue; }
      const first = roots[0];
      const readsOutput = readsOf(s.value).some((r) => outputs.has(r.tensor)) || this.needs(s).some((t) => roots.some((r) => r.target === t));
      if (first === undefined || readsOutput || !sameExtents(first.axes, s.axes) || this.isInMemory(s.target) || this.isInMemory(first.target)) flush();
      roots.push(s);
    }
    flush();
    return { kernel: this.kernel, nests: this.nests, scratch: [...this.scratch.values()], notes: this.notes };
  }

  /** Everything that a statement's value is made of, through the temporaries that it reads: a launch must not write what one of those still reads. */
  private needs(s: Statement): string[] {
    const found = new Set<string>();
    const visit = (of: Statement): void => {
      for (const { tensor } of readsIn(of)) {
        if (found.has(tensor)) continue;
        found.add(tensor);
        const made = this.reductions.get(tensor) ?? this.stored.get(tensor);
        if (made !== undefined) visit(made);
      }
    };
    visit(s);
    return [...found];
  }

  /** One launch that stores all of `roots`; each has the first of the axes of `roots[0]`, by extent. */
  private nest(roots: readonly Statement[]): void {
    const spatial = roots[0]!.axes;
    const values = roots.map((s) => ({ ...s, rename: new Map(s.axes.map((a, i) => [a.id, variable(spatial[i]!.id)])) }));
    const builder = new NestBuilder(this, spatial, values.flatMap((s) => expressionsIn(s).map((e) => substituteAxes(e, s.rename))));
    const found = builder.values[Symbol.iterator]();
    const next = (): Expr => { const { value } = found.next(); if (value === undefined) throw new CompilerBug('fuse: a value is missing'); return value; };
    const stores: Store[] = values.map((s) => {
      const store: Store = { tensor: s.target, span: s.span, value: next(), index: s.index.map((x) => substituteIndex(x, s.rename)), ...(s.axes.length < spatial.length ? { axes: spatial.slice(0, s.axes.length).map((a) => a.id) } : {}) };
      const { update } = s;
      if (update === undefined) return store;
      return { ...store, scatter: { gathers: Object.fromEntries(Object.keys(update.gathers).map((id) => [id, next()])), mayLeave: update.mayLeave } };
    });
    this.nests.push({ name: roots.map((s) => s.target).join('_'), spatial, serial: builder.serial, groups: builder.groups, serialGroups: builder.serialGroups, stores, loops: [...builder.loops, ...roots.flatMap((s) => s.axes.map((a, i) => ({ statement: s.target, name: a.name, axis: spatial[i]!.id })))] });
  }

  /** The read's tensor computed by a launch of its own; gives the tensor in memory to read instead. */
  materialise(read: Pick<Read, 'tensor'>, reason: string): string {
    const known = this.scratch.get(read.tensor);
    if (known !== undefined) return known.name;
    const s = this.reductions.get(read.tensor) ?? this.stored.get(read.tensor);
    if (s === undefined) throw new CompilerBug(`fuse: ${read.tensor} is no temporary`);
    const group = this.kernel.tensors.find((t) => t.name === read.tensor)!.storedWith;
    const mates = group === undefined ? [s] : this.kernel.statements.filter((x) => this.kernel.tensors.find((t) => t.name === x.target)!.storedWith === group);
    const roots = mates.map((x) => this.inScratch(x, reason)).sort((a, b) => b.axes.length - a.axes.length);
    for (const x of mates) this.making.add(x.target);
    this.nest(roots);
    for (const x of mates) this.making.delete(x.target);
    return this.scratch.get(read.tensor)!.name;
  }

  /** The statement that leaves a temporary's value in memory of its own. */
  private inScratch(s: Statement, reason: string): Statement {
    const tensor = this.kernel.tensors.find((t) => t.name === s.target)!;
    const scratch: Scratch = { name: this.names.tensor(`${s.target}_mem`), dtype: tensor.dtype, shape: tensor.shape, limit: tensor.limit };
    this.scratch.set(s.target, scratch);
    this.notes.rejected.push({ candidate: `fuse ${s.target} into its use`, reason });
    const value: Expr = s.value.kind === 'reduce' ? { kind: 'read', tensor: s.target, index: s.index, gathers: {}, bounds: 'proved', fill: undefined, type: s.value.type, span: s.span } : s.value;
    return { ...s, target: scratch.name, value };
  }

  isTemporary(name: string): boolean { return this.reductions.has(name) || this.stored.has(name); }
  isInMemory(name: string): boolean { return !this.making.has(name) && this.kernel.tensors.find((t) => t.name === name)?.inMemory === true; }
  reduction(name: string): Statement | undefined { return this.reductions.get(name); }
  noteFused(name: string, where: string): void { this.notes.fused.push(`${name} into ${where}`); }
  noteStreamed(name: string, parts: readonly string[]): void { this.notes.streamed.push(`${name} with ${parts.join(', ')}`); }
  noteRejected(candidate: string, reason: string): void { this.notes.rejected.push({ candidate, reason }); }
}

const substituteIndex = (index: Statement['index'][number], rename: ReadonlyMap<string, ReturnType<typeof variable>>): Statement['index'][number] => {
  const e = substituteAxes({ kind: 'index', index, type: 'i32' }, rename);
  return e.kind === 'index' ? e.index : index;
};
const sameExtents = (a: readonly Axis[], b: readonly Axis[]): boolean => a.length === b.length && a.every((x, i) => x.extent.key === b[i]!.extent.key);

class NestBuilder {
  readonly groups: LoopGroup[] = [];
  readonly serialGroups: LoopGroup[] = [];
  readonly serial: ReadonlySet<string>;
  readonly values: readonly Expr[];
  readonly loops: LoopName[] = [];
  private readonly axes = new Map<string, Axis>();
  private readonly partNames: Names;

  constructor(private readonly fusion: Fusion, private readonly spatial: readonly Axis[], values: readonly Expr[]) {
    for (const a of spatial) this.axes.set(a.id, a);
    this.partNames = new Names([]);
    this.loopIds = new Names(spatial.map((a) => a.id));
    const grid = this.gridAxes(values);
    this.serial = new Set(spatial.filter((a) => !grid.has(a.id)).map((a) => a.id));
    const root: Level = { parent: undefined, axes: grid, groups: this.groups, instances: new Map() };
    const leaf: Level = this.serial.size === 0 ? root : { parent: root, axes: new Set(spatial.map((a) => a.id)), groups: this.serialGroups, instances: new Map() };
    const requester: Requester = { kept: leaf.axes, loop: [] };
    this.values = values.map((v) => this.resolve(v, leaf, requester));
  }

  /** The axes spread over the grid: those of the widest reduction that the stored values use. */
  private gridAxes(values: readonly Expr[]): ReadonlySet<string> {
    const all = new Set(this.spatial.map((a) => a.id));
    const needed = values.flatMap(readsOf).map((r) => (this.fusion.reduction(r.tensor) ? this.aligned(r, this.fusion.reduction(r.tensor)!) : undefined));
    const widest = needed.filter((v) => v !== undefined).sort((a, b) => b.length - a.length)[0];
    if (widest === undefined || widest.length === 0) return all;
    return new Set(widest);
  }

  private fitsTile(axes: readonly Axis[]): boolean {
    const n = isConst(axes.map((a) => a.extent).reduce((p, x) => mul(p, x), num(1)));
    return n !== undefined && n <= widestTile;
  }

  /** The axes a read stands at, when it reads its tensor at distinct plain axes of matching extents. */
  private aligned(read: Read, s: Statement): string[] | undefined {
    const ids = read.index.map(plainAxis);
    const ok = ids.every((id, d) => id !== undefined && this.axes.get(id)?.extent.key === s.axes[d]!.extent.key) && new Set(ids).size === ids.length;
    return ok && Object.keys(read.gathers).length === 0 ? ids.map((id) => id!) : undefined;
  }

  /** Replaces reads of temporaries by reads of parts of this nest, or of memory. */
  private resolve(e: Expr, level: Level, requester: Requester, only: (r: Read) => boolean = () => true): Expr {
    return rewrite(e, (x) => {
      if (x.kind !== 'read' || !this.fusion.isTemporary(x.tensor) || !only(x)) return undefined;
      const gathers = Object.fromEntries(Object.entries(x.gathers).map(([id, v]) => [id, this.resolve(v, level, requester, only)]));
      const fill = x.fill && this.resolve(x.fill, level, requester, only);
      const name = this.instance(x, level, requester);
      return { ...x, gathers, fill, tensor: name };
    });
  }

  private instance(read: Read, level: Level, requester: Requester): string {
    const s = this.fusion.reduction(read.tensor);
    if (s === undefined) return this.fusion.materialise(read, this.fusion.isInMemory(read.tensor) ? keptInMemory : 'it is read through an index known only at run time');
    const at = this.aligned(read, s);
    if (at === undefined) return this.fusion.materialise(read, 'it is read at other places than it is made (a shifted, repeated or gathered index)');
    let home = level;
    while (home.parent !== undefined && at.every((id) => home.parent!.axes.has(id))) home = home.parent;
    const key = `${s.target}[${at.join(',')}]`;
    for (let l: Level | undefined = home; l !== undefined; l = l.parent) {
      const known = l.instances.get(key);
      if (known !== undefined) return known;
    }
    const reduce = s.value as Reduce;
    const obstacle = this.obstacle(s, at, home, requester, reduce);
    if (obstacle !== undefined) return this.fusion.materialise(read, obstacle);
    return this.place(s, reduce, at, home, key);
  }

  /** Why the reduction should not be computed here; undefined when it should. */
  private obstacle(s: Statement, at: readonly string[], home: Level, requester: Requester, reduce: Reduce): string | undefined {
    if (this.fusion.isInMemory(s.target)) return keptInMemory;
    if (this.fusion.mustInline(s.target)) return undefined;
    const missing = [...requester.kept, ...requester.loop.map((a) => a.id)].filter((id) => !at.includes(id) && !this.serial.has(id)).map((id) => this.axes.get(id)!);
    if (at.length === 0 && missing.length > 0) return 'one value serves the whole tensor';
    if (missing.length === 0 || this.fitsTile(missing)) return undefined;
    const lacksLoop = missing.every((a) => !requester.loop.includes(a));
    const lacking = missing.filter((a) => !requester.loop.includes(a));
    // In the requester's own loop (streaming): the value is a by-product of a pass that runs anyway.
    const together = sameExtents(requester.loop, reduce.axes) || this.complete(home).some((g) => sameExtents(g.axes, reduce.axes));
    if (together || (lacksLoop && lacking.length === 0) || this.fitsTile(lacking)) return undefined;
    return `it does not vary along ${lacking.map((a) => a.name).join(', ')} and would be computed again for each tile of it`;
  }

  /** Adds the reduction to a loop of `home`, joining one over equal axes where that is legal. */
  private place(s: Statement, own: Reduce, at: readonly string[], home: Level, key: string): string {
    const name = this.partNames.tensor(s.target);
    // Until it is known in which loop it runs, the reduction has axes that nothing else in the nest has: statements may call theirs alike.
    const reduce: Reduce = { ...own, axes: own.axes.map((a) => this.known({ ...a, id: this.loopIds.tensor(`${a.id}'`) })) };
    const names = new Map([...s.axes.map((a, d) => [a.id, variable(at[d]!)] as const), ...own.axes.map((a, i) => [a.id, variable(reduce.axes[i]!.id)] as const)]);
    const placed = [own.body, ...(own.where ? [own.where] : [])].map((e) => substituteAxes(e, names));
    const requester: Requester = { kept: new Set(at), loop: reduce.axes };
    const ownIds = new Set(reduce.axes.map((a) => a.id));
    const free = (r: Read): boolean => !r.index.some((i) => i.terms.some((t) => t.factors.some((f) => f.kind === 'variable' && ownIds.has(f.id))));
    // What does not vary along the loop is computed beside it, first.
    const [body, where] = placed.map((e) => this.resolve(e, home, requester, free));
    if (body === undefined) throw new CompilerBug(`fuse: ${s.target} has no body`);
    const used = new Set([body, ...(where ? [where] : [])].flatMap(readsOf).map((r) => r.tensor));

    const later = this.reached(placed.flatMap(readsOf).filter((r) => !free(r)));
    const joined = this.joinable(reduce, body, where, used, later, home, name);
    const rename = new Map(reduce.axes.map((a, i) => [a.id, variable((joined?.group.axes[i] ?? this.fresh(own.axes[i]!)).id)]));
    const axes = reduce.axes.map((_, i) => this.axes.get(plainAxis([...rename.values()][i]!)!)!);
    const group = joined?.group ?? { axes, parts: [], inner: [] };
    if (joined === undefined) home.groups.splice(this.complete(home).length, 0, group);
    const inside = this.levelInside(group, home);
    const within: Requester = { kept: new Set(at), loop: group.axes };
    const finish = (e: Expr): Expr => this.resolve(substituteAxes(e, rename), inside, within);
    const wasOpen = this.open.has(group);
    this.open.add(group);
    this.targets.set(name, s.target);
    const part: Part = { name, op: reduce.op, acc: reduce.acc, type: reduce.type, kept: at, where: where && finish(where), body: finish(body), rescale: joined?.rescale, span: s.span };
    if (!wasOpen) this.open.delete(group);
    group.parts.push(part);
    this.loops.push(...s.axes.map((a, d) => ({ statement: s.target, name: a.name, axis: at[d]! })), ...reduce.axes.map((a, i) => ({ statement: s.target, name: a.name, axis: axes[i]!.id })));
    home.instances.set(key, name);
    this.fusion.noteFused(s.target, home.parent === undefined ? 'the launch' : `the loop over ${[...home.axes].filter((id) => !home.parent!.axes.has(id)).join(', ')}`);
    return name;
  }

  /** Groups whose bodies are being resolved: what these ask for must be there before the loop begins. */
  private readonly open = new Set<LoopGroup>();
  private readonly targets = new Map<string, string>();
  /** The groups of a level before the one that is being resolved. */
  private complete(home: Level): readonly LoopGroup[] {
    const at = home.groups.findIndex((g) => this.open.has(g));
    return at < 0 ? home.groups : home.groups.slice(0, at);
  }
  /** Reductions that are read here, or in the bodies of those: what is computed within the loop uses them. */
  private reached(reads: readonly Read[], found = new Set<string>()): ReadonlySet<string> {
    for (const { tensor } of reads) {
      const s = this.fusion.reduction(tensor);
      if (s === undefined || found.has(tensor)) continue;
      found.add(tensor);
      this.reached(expressionsIn(s).flatMap(readsOf), found);
    }
    return found;
  }

  /** A group of `home` whose loop the reduction can share: equal extents, and it stands after everything the body uses. `later`: what is yet to be computed within the loop. */
  private joinable(reduce: Reduce, body: Expr, where: Expr | undefined, used: ReadonlySet<string>, later: ReadonlySet<string>, home: Level, name: string): { group: LoopGroup; rescale: Part['rescale'] } | undefined {
    const groups = this.complete(home);
    for (let i = groups.length - 1; i >= 0; i--) {
      const group = groups[i]!;
      if (group.parts.some((p) => later.has(this.targets.get(p.name) ?? ''))) return undefined;
      const own = group.parts.filter((p) => used.has(p.name)).map((p) => p.name);
      if (sameExtents(group.axes, reduce.axes)) {
        if (own.length === 0) return { group, rescale: undefined };
        const rescale = rescaleOf({ ...reduce, body, where }, own, new Set(reduce.axes.map((a) => a.id)));
        if (rescale !== undefined) { this.fusion.noteStreamed(name, own); return { group, rescale }; }
        this.fusion.noteRejected(`one pass for ${name} and ${own.join(', ')}`, `it does not stream: no correction free of ${reduce.axes.map((a) => a.name).join(', ')} turns its terms for one value of ${own.join(', ')} into those for another`);
      }
      if (own.length > 0 || this.usesDeep(group, used)) return undefined;
    }
    return undefined;
  }
  private usesDeep(group: LoopGroup, used: ReadonlySet<string>): boolean {
    return group.inner.some((g) => g.parts.some((p) => used.has(p.name)) || this.usesDeep(g, used));
  }

  private readonly insideLevels = new Map<LoopGroup, Level>();
  private levelInside(group: LoopGroup, home: Level): Level {
    const known = this.insideLevels.get(group);
    if (known !== undefined) return known;
    const level: Level = { parent: home, axes: new Set([...home.axes, ...group.axes.map((a) => a.id)]), groups: group.inner, instances: new Map() };
    this.insideLevels.set(group, level);
    return level;
  }

  /** Axes are bound once in a nest: a second instance of the same reduction gets fresh ones, and so does one whose axis is called like one of another statement. */
  private readonly loopIds: Names;
  private fresh(axis: Axis): Axis { return this.known({ ...axis, id: this.loopIds.tensor(axis.id) }); }
  private known(axis: Axis): Axis {
    this.axes.set(axis.id, axis);
    return axis;
  }
}
