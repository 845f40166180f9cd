/**
 * The space of schedules of one kernel for one target: structures (which launches there are, how sums are split, which instruction multiplies), and for each
 * the fields of its plan. One point has a number for the structure and for every field of any; fields that a structure lacks have no meaning there.
 */
import { evaluate } from '../ir/index-expr.ts';
import type { Expr, Reduce } from '../ir/tst.ts';
import { walk } from '../ir/tst-walk.ts';
import { canMultiply } from '../partition/product.ts';
import type { Point, SearchSpace, SubSpace } from '../search/space.ts';
import { type Block, blockText, readPrinted } from './block.ts';
import { blockOf, type Candidate, compileCandidate, type Workload } from './candidate.ts';
import { type Field, fieldsOf } from './fields.ts';
import { instancesOf } from '../schedule/apply-tune.ts';

export interface Structure { readonly name: string; readonly block: Block; readonly fields: readonly Field[] }

export class PlanSpace implements SearchSpace {
  readonly parts: readonly SubSpace[];
  private readonly names: readonly string[];
  private readonly values: ReadonlyMap<string, readonly number[]>;

  constructor(readonly structures: readonly Structure[]) {
    const values = new Map<string, Set<number>>();
    for (const s of structures) for (const f of s.fields) values.set(f.name, new Set([...(values.get(f.name) ?? []), ...f.values]));
    this.values = new Map([...values].map(([name, all]) => [name, [...all].sort((a, b) => a - b)]));
    this.names = [...this.values.keys()];
    const scale = (i: number, n: number): number => (n <= 1 ? 0 : i / (n - 1));
    const even = (n: number): number[] => Array.from({ length: n }, (_, i) => scale(i, n));
    this.parts = [{ name: 'structure', encoding: even(structures.length), wraps: true }, ...this.names.map((name) => ({ name, encoding: even(this.values.get(name)!.length), wraps: false }))];
  }

  blockAt(point: Point): Block {
    const s = this.structures[point[0]!]!;
    return s.fields.reduce((b, f) => f.set(b, nearest(f.values, this.values.get(f.name)![point[1 + this.names.indexOf(f.name)]!]!)), s.block);
  }

  /** Where the search begins: every structure with the plan that the compiler gives it. */
  starts(): number[][] {
    return this.structures.map((s, i) => [i, ...this.names.map((name) => { const f = s.fields.find((x) => x.name === name); return f === undefined ? 0 : this.values.get(name)!.indexOf(f.values[f.own]!); })]);
  }
}

/** A structure has fewer values of a field than all structures together. */
const nearest = (values: readonly number[], wanted: number): number => values.reduce((a, b) => (Math.abs(Math.log2((b + 0.5) / (wanted + 0.5))) < Math.abs(Math.log2((a + 0.5) / (wanted + 0.5))) ? b : a));

/** Structures that compile, with their default fields; `rejected` says why others do not. */
export function structuresOf(w: Workload): { readonly structures: readonly Structure[]; readonly rejected: readonly { readonly name: string; readonly reason: string }[] } {
  const rejected: { name: string; reason: string }[] = [], structures: Structure[] = [], seen = new Set<string>();
  const runs = new Set<string>();
  const add = (name: string, candidate: Candidate): Block | undefined => {
    if (!candidate.ok) { rejected.push({ name, reason: candidate.reason }); return undefined; }
    if (seen.has(candidate.schedule)) return undefined;
    seen.add(candidate.schedule);
    const printed = readPrinted(candidate.schedule);
    const isPlain = printed.tensorize.every((t) => t.intrinsic.startsWith('fma')), ahead: Block = { ...printed, pipelines: printed.pipelines.map((p) => ({ ...p, depth: 2 })) };
    // Where copies cannot run ahead at these sizes they may at others, so nothing is demanded; operands of multiply-adds are widened as they are staged, unless they are stored as they are multiplied.
    const block = isPlain && (printed.tensorize.length === 0 || compileCandidate(w, blockText(ahead)).ok) ? printed : { ...printed, pipelines: printed.pipelines.filter((p) => p.depth > 1) }, again = compileCandidate(w, blockText(block));
    if (!again.ok) { rejected.push({ name, reason: `its printed plans are no schedule: ${again.reason}` }); return undefined; }
    for (const loop of candidate.runs) runs.add(loop);
    // Products of shared memory come with as many columns as the tile allows, so no number of columns is demanded where the rows are those that are taken anyway.
    const free = { ...block, tensorize: [] }, isFree = block.roles !== undefined && compileCandidate(w, blockText(free)).ok;
    structures.push({ name, block: isFree ? free : block, fields: fieldsOf(block, w.target, (loop) => extentOf(w, loop)) });
    return block;
  };
  const empty = readPrinted(`schedule ${w.kernel.name} for ${writtenTarget(w)} {}`);
  const own = blockOf(w);
  // A block with open sizes says what there is to try: its values, and nothing else.
  const asked = own === undefined ? [] : instancesOf(own, mostInstances);
  if (asked.length > 1) {
    for (const { name, block } of asked) add(name, compileCandidate(w, block));
    return { structures: structures.map((s) => ({ ...s, fields: [] })), rejected };
  }
  if (own !== undefined) add('source', compileCandidate(w, own));
  const first = compileCandidate(w, undefined);
  // What the compiler takes by itself may have launches for few rows, which a block has not.
  const base = add('default', first.ok ? compileCandidate(w, first.schedule) : first) ?? add('plain', compileCandidate(w, blockText(empty)));
  if (base === undefined) return { structures, rejected };
  // Of the launches of the base: those that other structures add are not there when it is changed.
  const together = [...runs];
  const attempt = (name: string, change: Partial<Block>): void => { add(name, compileCandidate(w, blockText({ ...empty, structure: base.structure, ...change }))); };
  if (base.structure.length > 0) attempt('plain', { structure: [] });
  for (const i of instructions(w, base)) attempt(`by ${i}`, { tensorize: [{ intrinsic: i, loops: [] }] });
  for (const loop of splittable(w, base)) for (const parts of [2, 4, 8, 16].filter((n) => n * shortestPart <= extentOf(w, loop))) {
    const before = rejected.length;
    attempt(`split ${loop} by ${parts}`, { structure: [...base.structure.filter((l) => !l.startsWith('split ')), `split ${loop} by ${parts}`] });
    // What cannot be split into few parts cannot be split into more.
    if (rejected.length > before) break;
  }
  // Loops walked as one run have no tiles; with threads of their own they have. One that is named, with the elements a thread that it has anyway, parts them.
  const apart = (loops: readonly string[]): string[] => [...base.structure, ...loops.map((loop) => `tile ${loop} by atom 1`)];
  for (const loop of together) attempt(`${loop} apart`, { structure: apart([loop]) });
  if (together.length > 1) attempt('all apart', { structure: apart(together) });
  const lets = w.kernel.tensors.filter((t) => t.role === 'temporary').map((t) => t.name).filter((n) => !n.includes('.'));
  for (const name of lets) for (const verb of ['launch', 'inline']) attempt(`${verb} ${name}`, { structure: [...base.structure, `${verb} ${name}`] });
  return { structures, rejected };
}

/** Choices of open sizes that are looked at. */
const mostInstances = 512;

const writtenTarget = (w: Workload): string => { const [family, variant] = w.target.name.split(':'); return variant === undefined ? w.target.name : `${family}(${variant})`; };
/** Parts of a sum that are shorter than this cost more to add up than they save. */
const shortestPart = 8;
/** The longest loop that goes by the name in the source, at the sizes to be fast at; Infinity for those that passes make. */
function extentOf(w: Workload, loop: string): number {
  const name = loop.slice(loop.indexOf('.') + 1), value = (kind: string, id: string): number => (kind === 'size' ? w.sizes[id] ?? 0 : 0);
  const axes = w.kernel.statements.flatMap((s) => [...s.axes, ...reducesOf(s.value).flatMap((e) => e.axes)]).filter((a) => a.name === name);
  return axes.length === 0 ? Infinity : Math.max(...axes.map((a) => evaluate(a.extent, value)));
}
function reducesOf(value: Expr): readonly Reduce[] {
  const found: Reduce[] = [];
  walk(value, (e) => { if (e.kind === 'reduce') found.push(e); });
  return found;
}
/** Sums that a group of a product takes in steps, those around it, or loops that threads share. */
function splittable(w: Workload, b: Block): string[] {
  const stepped = new Set(b.tensorize.flatMap((t) => t.loops.slice(2))), kept = new Set(b.tensorize.flatMap((t) => t.loops.slice(0, 2)));
  if (stepped.size === 0) return b.tiles.flat().filter((t) => t.grid > 1).map((t) => t.loop);
  const summed = new Set(w.kernel.statements.flatMap((s) => reducesOf(s.value).flatMap((e) => e.axes.map((a) => a.name))));
  return [...stepped, ...b.tiles.flat().filter((t) => t.grid === 1 && summed.has(t.loop) && !stepped.has(t.loop) && !kept.has(t.loop)).map((t) => t.loop)];
}
/** Other instructions for the products of the plan; those that cannot multiply any operands are not tried. */
function instructions(w: Workload, base: Block): string[] {
  if (base.tensorize.length === 0) return [];
  const used = new Set(base.tensorize.map((t) => t.intrinsic));
  const types = [...new Set(w.kernel.tensors.map((t) => t.dtype))];
  const sums = [{ type: 'f32', acc: 'f32' }, { type: 'f32', acc: 'f16' }, { type: 'i32', acc: 'i32' }] as const;
  return w.target.intrinsics.filter((i) => !used.has(i.name) && i.operands !== 'shared' && (i.m * i.n === 1 || types.some((a) => sums.some((s) => canMultiply(i, a, a, s))))).map((i) => i.name);
}
