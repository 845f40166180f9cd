/**
 * split-streams: normal form -> normal form. Reductions that stream along one long axis are done in chunks by many groups, then merged.
 *
 *   m = max(t) x[t];  u = sum(t) h(t, m)     becomes
 *   m_chunk[c] = max(i) x[c*L + i];  u_chunk[c] = sum(i) h(c*L + i, m_chunk[c]);  m = max(c) m_chunk[c];  u = sum(c) G(m_chunk[c], m) * u_chunk[c]
 * with G the correction of stream.ts. Attention of few queries over many keys is the usual case: one group for each row of queries would leave most of the
 * machine waiting. The chunks of one set are stored by one launch. Chosen where a product of the set has few rows, all of them known.
 */
import { add, ceilDiv, type IndexExpr, isConst, mul, num, soleAtom, sub, variable } from '../ir/index-expr.ts';
import { plainAxis } from '../ir/nest.ts';
import type { Axis, Expr, Kernel, Read, Reduce, Statement, Tensor } from '../ir/tst.ts';
import { binary, readsOf, rewrite, substituteAxes } from '../ir/tst-walk.ts';
import { contractionOf } from '../partition/product.ts';
import type { Target } from '../targets/target.ts';
import { Names } from './names.ts';
import { guarded } from './split-reductions.ts';
import { newName, oldName, rescaleOf } from './stream.ts';

/** Positions of the axis in a chunk: the merge then reads some hundredths of what the chunks read. */
const chunkLength = 256;
/** Rows of a product that one group's smallest tile holds. */
export const fewRows = 16;

type Reduction = Statement & { readonly value: Reduce };
/** A reduction that others of the same axis stream with. `depth`: how many axes it has, which are the first of every follower. */
interface Stream { readonly lead: Reduction; readonly followers: readonly Reduction[]; readonly depth: number }

/** `isNamed`: does a schedule speak of the loop over the chunks of this axis? Without a schedule all are cut that are worth it. */
export function splitStreams(kernel: Kernel, target: Target, atMost: Readonly<Record<string, number>>, isNamed: (chunks: string) => boolean = () => true): Kernel {
  const streams = target.threads === 1 ? [] : streamsOf(kernel).filter((s) => isWorthIt(s, atMost) && isNamed(`${s.lead.value.axes[0]!.name}_chunk`));
  // The launch that merges reads the chunks of all streams and writes a result.
  const merged = streams.reduce((n, s) => n + 1 + s.followers.length, 1);
  return merged > (target.leastBindings ?? Infinity) ? kernel : streams.reduce((k, s) => new Splitter(k, s).run(), kernel);
}

const isReduction = (s: Statement): s is Reduction => s.value.kind === 'reduce' && s.value.axes.length === 1 && s.value.type === 'f32';

function streamsOf(kernel: Kernel): Stream[] {
  const temporaries = new Set(kernel.tensors.filter((t) => t.role === 'temporary' && t.inMemory !== true).map((t) => t.name));
  const reductions = kernel.statements.filter(isReduction).filter((s) => temporaries.has(s.target));
  return reductions.flatMap((lead) => {
    const length = lead.value.axes[0]!.extent.key;
    const users = kernel.statements.filter((s) => readsOf(s.value).some((r) => r.tensor === lead.target) && reductions.includes(s as Reduction)) as Reduction[];
    const others = users.filter((s) => s.value.axes[0]!.extent.key !== length || !follows(s, lead));
    return users.length > 0 && others.length === 0 && lead.value.op !== 'argmax' && lead.value.op !== 'argmin' ? [{ lead, followers: users, depth: lead.axes.length }] : [];
  });
}

/** Does the reduction stream with `lead`, read at the first of its axes in their order? */
function follows(s: Reduction, lead: Reduction): boolean {
  const reads = readsOf(s.value).filter((r) => r.tensor === lead.target);
  return reads.every((r) => r.index.every((i, d) => plainAxis(i) === s.axes[d]?.id))
    && rescaleOf(s.value, [lead.target], new Set([s.value.axes[0]!.id])) !== undefined;
}

function isWorthIt({ lead, followers }: Stream, atMost: Readonly<Record<string, number>>): boolean {
  if ((isConst(lead.value.axes[0]!.extent) ?? Infinity) <= 2 * chunkLength) return false;
  return followers.some((s) => {
    const extent = (id: string): IndexExpr => s.axes.find((a) => a.id === id)!.extent;
    const c = contractionOf({ ...s.value, name: s.target, kept: s.axes.map((a) => a.id), rescale: undefined }, [s.value.axes[0]!.id], new Map(), (id) => isConst(extent(id)) === 1);
    if (c === undefined) return false;
    const atom = soleAtom(extent(c.m));
    // Everything beside the rows' own axes must be in one tile, since the chunks' other results are stored once.
    const beyond = s.axes.slice(lead.axes.length).every((a) => (isConst(a.extent) ?? Infinity) <= chunkLength);
    return beyond && (isConst(extent(c.m)) ?? (atom?.kind === 'size' ? atMost[atom.id] : undefined) ?? Infinity) <= fewRows;
  });
}

class Splitter {
  private readonly names: Names;
  private readonly axisNames: Names;
  private readonly tensors: Tensor[];
  private readonly made: Statement[] = [];
  private readonly parts = new Map<string, string>();
  private readonly length = num(chunkLength);

  constructor(private readonly kernel: Kernel, private readonly stream: Stream) {
    this.names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name)]);
    this.axisNames = new Names(kernel.statements.flatMap((s) => [...s.axes, ...(s.value.kind === 'reduce' ? s.value.axes : [])].map((a) => a.id)));
    this.tensors = [...kernel.tensors];
  }

  run(): Kernel {
    const { lead, followers } = this.stream;
    const statements = this.kernel.statements.flatMap((s) => {
      if (s !== lead && !followers.includes(s as Reduction)) return [s];
      const chunked = this.chunk(s as Reduction);
      return [...this.made.splice(0), chunked, this.merge(s as Reduction, chunked.target)];
    });
    const used = new Set(statements.flatMap((s) => readsOf(s.value)).map((r) => r.tensor));
    const isKept = (name: string): boolean => used.has(name) || this.tensors.find((t) => t.name === name)?.role !== 'temporary';
    return { ...this.kernel, tensors: this.tensors.filter((t) => isKept(t.name)), statements: statements.filter((s) => isKept(s.target)) };
  }

  private get count(): IndexExpr { return ceilDiv(this.stream.lead.value.axes[0]!.extent, this.length); }
  private copy(like: Axis, extent: IndexExpr): Axis { return { ...like, id: this.axisNames.axis(like.name), extent }; }
  private copies(axes: readonly Axis[]): Axis[] { return axes.map((a) => this.copy(a, a.extent)); }
  private chunksOf(like: Axis): Axis {
    const name = `${like.name}_chunk`;
    return { ...like, id: this.axisNames.axis(name), name, extent: this.count, pieces: { kind: 'chunks', of: like.name } };
  }
  private insert<T>(own: readonly T[], chunk: T): T[] { return [...own.slice(0, this.stream.depth), chunk, ...own.slice(this.stream.depth)]; }

  /** The reduction over one chunk, kept along a new axis behind those of the leading one. */
  private chunk(s: Reduction): Statement {
    const e = s.value, t = e.axes[0]!;
    const c = this.chunksOf(t), i = this.copy(t, this.length), own = this.copies(s.axes);
    const position = add(mul(variable(c.id), this.length), variable(i.id));
    const to = new Map([...s.axes.map((a, d) => [a.id, variable(own[d]!.id)] as const)]);
    const inside = (x: Expr): Expr => this.inChunk(substituteAxes(x, to), t.id, c, i);
    const isExact = (isConst(t.extent) ?? -1) % chunkLength === 0;
    const index = (of: IndexExpr): Expr => ({ kind: 'index', index: of, type: 'i32' });
    const conditions = [...(isExact ? [] : [binary('le', index(position), index(sub(t.extent, num(1))), 'bool')]), ...(e.where ? [inside(e.where)] : [])];
    const axes = this.insert(own, c), name = this.names.tensor(`${s.target}_chunk`);
    this.parts.set(s.target, name);
    this.tensors.push({ name, role: 'temporary', dtype: e.type === 'f32' ? 'f32' : 'i32', shape: axes.map((a) => a.extent), limit: undefined, inMemory: true, storedWith: this.parts.get(this.stream.lead.target)!, span: s.span });
    const where = conditions.length === 0 ? undefined : conditions.reduce((a, b) => binary('and', a, b, 'bool'));
    return { ...s, target: name, axes, index: axes.map((a) => variable(a.id)), value: { ...e, axes: [i], where, body: inside(e.body) } };
  }

  /** The expression at position c*L + i of the axis `t`: what else is reduced along `t` has its own chunks, and memory is guarded beyond the end. */
  private inChunk(e: Expr, t: string, c: Axis, i: Axis): Expr {
    const split = rewrite(e, (x) => {
      if (x.kind !== 'read') return undefined;
      if (x.tensor === this.stream.lead.target) return { ...x, tensor: this.parts.get(x.tensor)!, index: [...x.index, variable(c.id)] };
      const at = x.index.findIndex((index) => plainAxis(index) === t);
      const made = at < 0 ? undefined : this.kernel.statements.find((s) => s.target === x.tensor && s.value.kind === 'reduce' && this.tensors.find((y) => y.name === s.target)?.role === 'temporary' && s.axes[at]!.extent.key === this.stream.lead.value.axes[0]!.extent.key);
      return made && { ...x, tensor: this.operand(made as Reduction, at), index: [...x.index.slice(0, at), variable(c.id), variable(i.id), ...x.index.slice(at + 1)] };
    });
    return substituteAxes(guarded(split, t), new Map([[t, add(mul(variable(c.id), this.length), variable(i.id))]]));
  }

  /** A reduction that the streamed ones read along their axis, such as scores, with that axis in two. */
  private operand(s: Reduction, at: number): string {
    const key = `${s.target}.${at}`, known = this.parts.get(key);
    if (known !== undefined) return known;
    const own = this.copies(s.axes), name = this.names.tensor(`${s.target}_part`);
    this.parts.set(key, name);
    const c = this.chunksOf(s.axes[at]!), i = this.copy(s.axes[at]!, this.length);
    const to = new Map(s.axes.flatMap((a, d) => (d === at ? [] : [[a.id, variable(own[d]!.id)] as const])));
    const value = this.inChunk(substituteAxes(s.value, to), s.axes[at]!.id, c, i);
    const axes = [...own.slice(0, at), c, i, ...own.slice(at + 1)];
    this.tensors.push({ ...this.tensors.find((t) => t.name === s.target)!, name, shape: axes.map((a) => a.extent) });
    this.made.push({ ...s, target: name, axes, index: axes.map((a) => variable(a.id)), value });
    return name;
  }

  private merge(s: Reduction, chunks: string): Statement {
    const { lead } = this.stream;
    const c = this.chunksOf(s.value.axes[0]!);
    const own = s.axes.map((a) => variable(a.id));
    const read: Read = { kind: 'read', tensor: chunks, index: this.insert(own, variable(c.id)), gathers: {}, bounds: 'proved', fill: undefined, type: s.value.type, span: s.span };
    const rescale = s === lead ? undefined : rescaleOf(s.value, [lead.target], new Set([s.value.axes[0]!.id]));
    const factor = rescale && rewrite(rescale.factor, (x) => {
      if (x.kind !== 'read') return undefined;
      if (x.tensor === oldName(lead.target)) return { ...x, tensor: this.parts.get(lead.target)!, index: [...x.index, variable(c.id)] };
      return x.tensor === newName(lead.target) ? { ...x, tensor: lead.target } : undefined;
    });
    const body = rescale === undefined || factor === undefined ? read : binary(rescale.kind === 'multiply' ? 'mul' : 'add', factor, read);
    return { ...s, value: { ...s.value, axes: [c], where: undefined, body } };
  }
}
