/** Rules about accesses to memory: `bounds`, `vector`, `word`, `owner`. */
import { type DType, bitsOf } from './dtype.ts';
import { type IndexExpr, add, affineParts, isConst, mul, num, sub, substitute, valuesOf, variable, variablesOf } from './index-expr.ts';
import { print } from './index-print.ts';
import { type Facts, divisibleBy, proveEqual, proveInside, proveNonNegative, simplify } from './index-facts.ts';
import { rowPitch, stageElements } from './layout-shared.ts';
import { runBits, vectorBits } from './layout-query.ts';
import type { Layout } from './layout.ts';
import { gatheredTile } from './tile-uses.ts';
import { doubleStore } from './tile-validate-samples.ts';
import { type Place, localOf, visitPlaces } from './tile-validate-place.ts';
import type { Op, OpOf, SharedBuffer, TileDecl, TileKernel, View } from './tile.ts';
import type { Report, TileFailure, TileRule, ValidateOptions } from './tile-validate.ts';

export function checkMemory(kernel: TileKernel, options: ValidateOptions, report: Report): void {
  for (const { rule, op, span, message } of memoryFailures(kernel, options)) report(rule, op, span, message);
}

const known = new WeakMap<TileKernel, { readonly options: ValidateOptions; readonly failures: readonly TileFailure[] }>();
/** What is not proved of a kernel's accesses; proofs are dear, and lowering asks for them before the validator does. */
export function memoryFailures(kernel: TileKernel, options: ValidateOptions): readonly TileFailure[] {
  const old = known.get(kernel);
  if (old?.options === options) return old.failures;
  const failures: TileFailure[] = [];
  const report: Report = (rule, op, span, message) => { failures.push({ rule, message, op, span }); };
  for (const role of kernel.roles) visitPlaces(kernel, role, options, (op, place) => new MemoryChecker(kernel, options, report, op, place).check());
  known.set(kernel, { options, failures });
  return failures;
}

/** Dimensions in which the view of an op at its place is not proved inside its tensor. */
export const outsideOf = (kernel: TileKernel, options: ValidateOptions, op: Op, place: Place, view: View): number[] => new MemoryChecker(kernel, options, () => undefined, op, place).outside(view);

/** Whether the elements of the op's vectors are not proved to move together. */
export function vectorFailures(kernel: TileKernel, options: ValidateOptions, op: Op, place: Place): boolean {
  let failed = false;
  new MemoryChecker(kernel, options, (rule) => { failed ||= rule === 'vector'; }, op, place).check();
  return failed;
}

/** A view at its place: every expression with axes as base + local coordinate. */
interface Placed { readonly index: readonly IndexExpr[]; readonly guard: readonly IndexExpr[]; readonly shape: readonly IndexExpr[]; readonly facts: Facts }
/** The elements of a vector: expressions with the vector's first local coordinate as vector * q, and the variable whose steps lead through it. */
interface Vector { readonly axis: string; readonly at: (e: IndexExpr, n: number) => IndexExpr; readonly facts: Facts; readonly placed: Placed }

class MemoryChecker {
  private readonly kernel: TileKernel;
  private readonly options: ValidateOptions;
  private readonly report: Report;
  private readonly op: Op;
  private readonly place: Place;

  constructor(kernel: TileKernel, options: ValidateOptions, report: Report, op: Op, place: Place) {
    this.kernel = kernel;
    this.options = options;
    this.report = report;
    this.op = op;
    this.place = place;
  }
  private fail(rule: TileRule, message: string): void { this.report(rule, this.op.kind, this.op.span, message); }
  private tile(id: number): TileDecl { return this.kernel.tiles.find((t) => t.id === id)!; }
  private shared(id: string): SharedBuffer { return this.kernel.shared.find((s) => s.id === id)!; }

  check(): void {
    const { op } = this;
    switch (op.kind) {
      case 'load': return this.access(op.view, this.tile(op.dst).axes, this.tile(op.dst).layout);
      case 'store': {
        const { axes, layout } = this.tile(op.src);
        this.access(op.view, axes, layout);
        if (op.boxes !== undefined) this.pitches(op.view);
        else this.words(op, axes, layout);
        if (op.scatter !== true) this.owners(op);
        return;
      }
      case 'copyAsync': {
        const buffer = this.shared(op.buffer);
        if (op.via === 'tma') { this.pitches(op.view); return this.bounds(op.view, this.placed(op.view)); }
        this.access(op.view, buffer.axes, op.layout);
        return this.sharedVector(buffer, op.layout, buffer.axes, op.view.vector);
      }
      case 'storeShared': case 'loadShared': {
        const t = this.tile(op.kind === 'loadShared' ? op.dst : op.src), buffer = this.shared(op.buffer);
        this.sharedVector(buffer, t.layout, t.axes, op.vector, op.kind === 'loadShared' && t.packed ? runBits : vectorBits);
        const perStore = this.perStore(buffer.dtype);
        if (op.kind === 'storeShared' && perStore > 1 && !this.sharedNeighbours(buffer, t.layout, t.axes, perStore)) this.fail('word', `${perStore} threads store parts of a word of ${buffer.id}`);
        return;
      }
      case 'mma':
        for (const o of [op.a, op.b]) if (o.kind === 'global') this.bounds(o.view, this.placed(o.view));
        return;
      default:
    }
  }

  private placed(view: View): Placed {
    const buffer = this.kernel.buffers.find((b) => b.name === view.buffer)!;
    const index = view.index.map((e) => this.place.at(e)), guard = view.guard.map((e) => this.place.at(e));
    return { index, guard, shape: buffer.shape, facts: this.place.knowing([...index, ...guard]) };
  }
  private access(view: View, axes: readonly string[], l: Layout): void {
    const placed = this.placed(view);
    this.bounds(view, placed);
    if (view.vector > 1) this.vector(view, axes, l, placed);
  }

  /** Rule `copy`: boxes are copied from rows that begin at multiples of 16 bytes. */
  private pitches(view: View): void {
    const { dtype, shape } = this.kernel.buffers.find((b) => b.name === view.buffer)!;
    let pitch: IndexExpr = num(bitsOf(dtype));
    for (let d = shape.length - 1; d > 0; d--) {
      pitch = mul(pitch, shape[d]!);
      if (!divisibleBy(pitch, 128, this.place.facts)) { this.fail('copy', `rows of ${view.buffer} are not known to be multiples of 16 bytes apart`); return; }
    }
  }
  private bounds(view: View, placed: Placed): void {
    for (const d of this.outside(view, placed)) this.fail('bounds', `${print(view.index[d]!)} is not proved inside dimension ${d} of ${view.buffer} (0 .. ${print(placed.shape[d]!)})`);
  }
  outside(view: View, { index, guard, shape, facts } = this.placed(view)): number[] {
    const inside = guard.reduce((f, g) => f.withNonNegative(g), facts);
    return index.flatMap((e, d) => (view.clamp.includes(d) || proveInside(e, shape[d]!, inside) ? [] : [d]));
  }

  /** The axis along which `count` registers are neighbours, with the means to step through them. */
  private stepping(count: number, axes: readonly string[], l: Layout, placed: Placed): Vector[] {
    const bits = Math.log2(count);
    if (!Number.isInteger(bits)) return [];
    return axes.flatMap((axis, d) => {
      if (vectorBits(l, d) < bits) return [];
      const local = localOf(axis), quotient = `${local}/${count}`;
      const tile = this.kernel.axes.find((a) => a.id === axis)!.tile;
      const at = (e: IndexExpr, n: number): IndexExpr => substitute(e, (a) => (a.kind === 'variable' && a.id === local ? add(mul(num(count), variable(quotient)), num(n)) : undefined));
      return [{ axis, at, facts: placed.facts.withVariable(quotient, num(tile / count)), placed }];
    });
  }
  /** Whether memory addresses go up by one along the vector, from a multiple of its length. */
  private neighbours(v: Vector, count: number): boolean {
    const { index, shape } = v.placed;
    const last = index.length - 1;
    const steps = index.every((e, d) => Array.from({ length: count - 1 }, (_, n) => n + 1).every((n) => proveEqual(sub(v.at(e, n), v.at(e, 0)), num(d === last ? n : 0), v.facts)));
    return steps && this.aligned(v, count, index, shape);
  }
  private aligned(v: Vector, count: number, index: readonly IndexExpr[], shape: readonly IndexExpr[]): boolean {
    const flat = index.reduce((sum, e, d) => add(mul(sum, shape[d]!), v.at(e, 0)), num(0));
    return divisibleBy(flat, count, v.facts);
  }

  private vector(view: View, axes: readonly string[], l: Layout, placed: Placed): void {
    const buffer = this.kernel.buffers.find((b) => b.name === view.buffer)!;
    const bytes = (view.vector * bitsOf(buffer.dtype)) / 8;
    if (bytes > this.options.limits.vectorBytes) this.fail('vector', `${bytes} bytes at once; the target moves at most ${this.options.limits.vectorBytes}`);
    const ways = this.stepping(view.vector, axes, l, placed);
    if (ways.length === 0) { this.fail('vector', `no axis has ${view.vector} neighbours in the lowest registers`); return; }
    const gathered = new Set([...view.index, ...view.guard].flatMap((e) => [...valuesOf(e)]).flatMap((id) => this.kernel.tiles.find((t) => t.id === gatheredTile(id))?.axes ?? []));
    const way = ways.find((v) => !gathered.has(v.axis) && this.neighbours(v, view.vector));
    if (way === undefined) { this.fail('vector', `${view.vector} elements of ${view.buffer} are not proved neighbours and aligned`); return; }
    for (const [n, g] of placed.guard.entries()) if (!this.alike(way, g, view.vector)) this.fail('vector', `the guard ${print(view.guard[n]!)} >= 0 may cut a vector of ${view.vector}`);
    const last = placed.index.length - 1;
    const inside = placed.guard.reduce((f, g) => f.withNonNegative(g), placed.facts);
    if (view.clamp.includes(last) && !proveInside(placed.index[last]!, placed.shape[last]!, inside)) this.fail('vector', 'a clamp moves single elements of a vector');
  }
  /** Whether a guard holds for all elements of a vector or for none. */
  private alike({ at, facts }: Vector, guard: IndexExpr, count: number): boolean {
    const first = at(guard, 0), last = at(guard, count - 1);
    const step = isConst(simplify(sub(at(guard, 1), first), facts));
    if (step === 0) return Array.from({ length: count }, (_, n) => n).every((n) => proveEqual(at(guard, n), first, facts));
    if (step !== 1 && step !== -1) return proveNonNegative(first, facts) && proveNonNegative(last, facts);
    // The value falls to last = first - (count - 1): from a multiple of count minus one it stays >= 0 if it began so. Rising is the mirror image.
    const [low, high] = step === -1 ? [last, first] : [first, last];
    return divisibleBy(low, count, facts) || proveNonNegative(low, facts.withNonNegative(high));
  }

  /** Elements that must be stored by one thread. */
  private perStore(dtype: DType): number { return this.options.limits.ownedWords === true ? this.options.limits.storeBits / bitsOf(dtype) : 1; }
  /** Rule `word` for device memory. */
  private words(op: OpOf<'store'>, axes: readonly string[], l: Layout): void {
    const buffer = this.kernel.buffers.find((b) => b.name === op.view.buffer)!;
    const perStore = this.perStore(buffer.dtype);
    if (perStore <= 1) return;
    const placed = this.placed(op.view);
    if (!this.stepping(perStore, axes, l, placed).some((v) => this.neighbours(v, perStore))) this.fail('word', `the ${perStore} elements of a word of ${buffer.name} are not proved one thread's`);
  }

  private sharedVector(buffer: SharedBuffer, l: Layout, axes: readonly string[], vector: number, bitsAlong = vectorBits): void {
    if (vector <= 1) return;
    const bytes = (vector * bitsOf(buffer.dtype)) / 8;
    if (bytes > this.options.limits.vectorBytes || (buffer.swizzle > 0 && bytes > 16)) this.fail('vector', `${bytes} bytes of ${buffer.id} at once`);
    if (!this.sharedNeighbours(buffer, l, axes, vector, bitsAlong)) this.fail('vector', `${vector} registers are not neighbours and aligned in ${buffer.id}`);
  }
  private sharedNeighbours(buffer: SharedBuffer, l: Layout, axes: readonly string[], count: number, bitsAlong = vectorBits): boolean {
    const last = buffer.axes.at(-1);
    if (last === undefined) return false;
    return bitsAlong(l, axes.indexOf(last)) >= Math.log2(count) && rowPitch(buffer) % count === 0 && stageElements(buffer) % count === 0;
  }

  /** Rule `owner`: the store's index tells all elements of all groups apart. */
  private owners(op: OpOf<'store'>): void {
    const { axes } = this.tile(op.src);
    const index = op.view.index.map((e) => this.place.at(e));
    const ranges = new Map<string, IndexExpr>();
    for (const axis of axes) { const { tile } = this.kernel.axes.find((a) => a.id === axis)!; if (tile > 1) ranges.set(localOf(axis), num(tile)); }
    for (const g of this.kernel.grid) if (isConst(g.count) !== 1) ranges.set(g.id, g.count);
    const missing = [...ranges.keys()].filter((id) => !index.some((e) => variablesOf(e).has(id)));
    if (missing.length > 0) { this.fail('owner', `elements of ${op.view.buffer} do not depend on ${missing.map((m) => m.replace('.local', '')).join(' and ')}: several threads store to one`); return; }
    if (toldApart(index, ranges, this.place.knowing(index))) return;
    const twice = doubleStore(this.kernel, this.options, op);
    if (twice !== undefined) this.fail('owner', `${op.view.buffer}: ${twice}`);
  }
}

/**
 * Whether an index is a mixed-radix number in each dimension: every variable in one dimension, and each coefficient larger than all that the
 * smaller ones can reach. Enough, not necessary.
 */
function toldApart(index: readonly IndexExpr[], ranges: ReadonlyMap<string, IndexExpr>, facts: Facts): boolean {
  const seen = new Set<string>();
  for (const e of index) {
    const parts = affineParts(e, (id) => ranges.has(id));
    if (parts === undefined) return false;
    const weights: { weight: number; range: IndexExpr }[] = [];
    for (const [id, c] of parts.coefficients) {
      const weight = isConst(c);
      if (weight === undefined || weight === 0 || seen.has(id)) return false;
      seen.add(id);
      weights.push({ weight: Math.abs(weight), range: ranges.get(id)! });
    }
    weights.sort((a, b) => a.weight - b.weight);
    let reach: IndexExpr = num(0);
    for (const { weight, range } of weights) {
      if (!proveNonNegative(sub(num(weight - 1), reach), facts)) return false;
      reach = add(reach, mul(num(weight), sub(range, num(1))));
    }
  }
  return [...ranges.keys()].every((id) => seen.has(id));
}
