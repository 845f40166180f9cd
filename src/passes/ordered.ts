/**
 * ordered: checked program -> checked program without scans and top-k, which become sums that any number of threads can share.
 *
 *   scan(j to t) x        =   P[t/L] + sum(i: L where i <= t % L) x[(t/L)*L + i]
 *                             S[c] = sum(i: L) x[c*L + i],   P[c] = sum(b where b < c) S[b]                           (L = 128)
 *
 *   topk(c -> t) x        =   the c with rank[c] == t,   rank[c] = sum(b where x[b] > x[c] or (x[b] == x[c] and b < c)) 1
 *
 * A row longer than a piece is ranked in two rounds: within pieces of L positions, then among the best min(T, L) of each piece, of which all T winners are some.
 * Ranks are whole numbers, so every target gives the same positions. The time is C·L + (C/L·min(T, L))² for each row of C values.
 */
import type { DType } from '../ir/dtype.ts';
import { add, ceilDiv, floorDiv, type IndexExpr, isConst, min, mod, mul, num, substitute, value, variable } from '../ir/index-expr.ts';
import type { Axis, Expr, Kernel, Reduce, Scan, Statement, Tensor, TopK } from '../ir/tst.ts';
import { binary, constant, contains, expressionsIn, freeAxes, mapChildren, mapStatement, select, substituteAxes } from '../ir/tst-walk.ts';
import { Names } from './names.ts';

const scanPiece = 128;
/** Rows up to this length are ranked in one round; longer ones in pieces of `rankPiece`. */
const shortRow = 4096;
const rankPiece = 1024;
/** A rank that no position asks for. */
const unranked = 2 ** 31 - 1;

export function ordered(kernel: Kernel): Kernel {
  const isOrdered = (e: Expr): boolean => e.kind === 'scan' || e.kind === 'topk';
  return kernel.statements.some((s) => expressionsIn(s).some((e) => contains(e, isOrdered))) ? new Ordered(kernel).run() : kernel;
}

/** A tensor over the axes that its values depend on, and one more. `place`: where in the tensor a point lies, if not at its coordinates in that order. */
interface Row { readonly tensor: string; readonly own: readonly Axis[]; readonly type: Expr['type']; readonly place?: (point: readonly IndexExpr[]) => readonly IndexExpr[] }

const moved = (index: IndexExpr, to: ReadonlyMap<string, IndexExpr>): IndexExpr => substitute(index, (atom) => (atom.kind === 'variable' ? to.get(atom.id) : undefined));

class Ordered {
  private readonly tensors: Tensor[];
  private readonly statements: Statement[] = [];
  private readonly names: Names;
  private readonly axisNames: Names;
  private owner = '';
  /** Tensors that stay as they are for the whole kernel, in memory. */
  private readonly kept: ReadonlySet<string>;

  constructor(private readonly kernel: Kernel) {
    this.tensors = [...kernel.tensors];
    this.names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name)]);
    this.axisNames = new Names([]);
    this.kept = new Set(kernel.tensors.filter((t) => t.role === 'input').map((t) => t.name));
  }

  run(): Kernel {
    for (const s of this.kernel.statements) {
      this.owner = s.target;
      this.statements.push(mapStatement(s, (e) => this.expand(e, s.axes)));
    }
    return { ...this.kernel, tensors: this.tensors, statements: this.statements };
  }

  private expand(e: Expr, scope: readonly Axis[]): Expr {
    const inside = e.kind === 'reduce' ? [...scope, ...e.axes] : e.kind === 'scan' || e.kind === 'topk' ? [...scope, e.axis] : scope;
    const x = mapChildren(e, (child) => this.expand(child, inside));
    return x.kind === 'scan' ? this.scan(x, scope) : x.kind === 'topk' ? this.topk(x, scope) : x;
  }

  /* ---- building ---- */

  private axis(name: string, extent: IndexExpr, like: Axis): Axis { return { id: this.axisNames.axis(`${this.owner}.${name}`), name, extent, span: like.span }; }
  private at(index: IndexExpr): Expr { return { kind: 'index', index, type: 'i32' }; }
  private read(row: Omit<Row, 'own'>, point: readonly IndexExpr[], like: Axis, gathers: Readonly<Record<string, Expr>> = {}, bounds: 'proved' | 'clamp' = 'proved'): Expr {
    return { kind: 'read', tensor: row.tensor, index: row.place?.(point) ?? point, gathers, bounds, fill: undefined, type: row.type, span: like.span };
  }

  /** A temporary over the scope's axes that the value needs and `last`, of which `value` is given fresh ones. */
  private row(hint: string, own: readonly Axis[], last: readonly Axis[], make: (own: readonly Axis[], last: readonly Axis[]) => Expr, options: { readonly inMemory?: boolean; readonly dtype?: DType } = {}): Row {
    const axes = own.map((a) => this.axis(a.name, a.extent, a)), ends = last.map((a) => this.axis(a.name, a.extent, a));
    const e = make(axes, ends);
    const name = this.names.tensor(`${this.owner}_${hint}`);
    const all = [...axes, ...ends];
    this.tensors.push({ name, role: 'temporary', dtype: options.dtype ?? e.type, shape: all.map((a) => a.extent), limit: undefined, ...(options.inMemory ? { inMemory: true } : {}), span: last[0]?.span ?? own[0]?.span ?? this.kernel.span });
    this.statements.push({ target: name, axes: all, index: all.map((a) => variable(a.id)), value: e, span: last[0]?.span ?? this.kernel.span });
    return { tensor: name, own, type: e.type };
  }

  /** The terms in memory, since several steps read them and all must see the same numbers. */
  private terms(e: Scan | TopK, scope: readonly Axis[], body: Expr, hint: string): Row {
    const free = new Set([...freeAxes(e.body), ...(e.where === undefined ? [] : freeAxes(e.where))]);
    const own = scope.filter((a) => free.has(a.id));
    const { kept } = this;
    if (body.kind === 'read' && body.bounds === 'proved' && kept.has(body.tensor) && Object.keys(body.gathers).length === 0) {
      // They are in memory already.
      const order = [...own, e.axis];
      return { tensor: body.tensor, own, type: body.type, place: (point) => body.index.map((i) => moved(i, new Map(order.map((a, d) => [a.id, point[d]!])))) };
    }
    return this.row(hint, own, [e.axis], (axes, [last]) => {
      const to = new Map([...own.map((a, i) => [a.id, variable(axes[i]!.id)] as const), [e.axis.id, variable(last!.id)] as const]);
      return substituteAxes(body, to);
    }, { inMemory: true });
  }
  private sum(axis: Axis, where: Expr | undefined, body: Expr): Reduce {
    return { kind: 'reduce', op: 'sum', axes: [axis], where, body, acc: body.type, type: body.type, span: axis.span };
  }
  private below(index: IndexExpr, extent: IndexExpr): Expr { return binary('lt', this.at(index), this.at(extent), 'bool'); }

  /* ---- scan ---- */

  private scan(e: Scan, scope: readonly Axis[]): Expr {
    const zero = constant(0, e.type);
    const x = this.terms(e, scope, e.where === undefined ? e.body : select(e.where, e.body, zero), 'scan_of');
    const outer = x.own.map((a) => variable(a.id));
    const { extent } = e.axis;
    const known = isConst(extent);
    if (known !== undefined && known <= scanPiece) {
      const j = this.axis(e.axis.name, extent, e.axis);
      return this.sum(j, binary('le', this.at(variable(j.id)), this.at(e.at), 'bool'), this.read(x, [...outer, variable(j.id)], e.axis));
    }
    const L = num(scanPiece), pieces = ceilDiv(extent, L);
    const piece = this.axis('piece', pieces, e.axis);
    const sums = this.row('scan_sums', x.own, [piece], (own, [c]) => {
      const i = this.axis(e.axis.name, L, e.axis), at = add(mul(variable(c!.id), L), variable(i.id));
      return this.sum(i, this.below(at, extent), this.read(x, [...own.map((a) => variable(a.id)), at], e.axis, {}, 'clamp'));
    }, { inMemory: true });
    const before = this.row('scan_before', x.own, [piece], (own, [c]) => {
      const b = this.axis('piece', pieces, e.axis);
      return this.sum(b, this.below(variable(b.id), variable(c!.id)), this.read(sums, [...own.map((a) => variable(a.id)), variable(b.id)], e.axis));
    }, { inMemory: true });
    const i = this.axis(e.axis.name, L, e.axis), start = floorDiv(e.at, L);
    const within = binary('le', this.at(variable(i.id)), this.at(mod(e.at, L)), 'bool');
    return binary('add', this.read(before, [...outer, start], e.axis), this.sum(i, within, this.read(x, [...outer, add(mul(start, L), variable(i.id))], e.axis, {}, 'clamp')));
  }

  /* ---- top-k ---- */

  private topk(e: TopK, scope: readonly Axis[]): Expr {
    const x = this.terms(e, scope, e.body, 'topk_of');
    const kept = e.where && this.terms(e, scope, e.where, 'topk_where');
    const { extent } = e.axis;
    const known = isConst(extent);
    return known !== undefined && known <= shortRow ? this.winner(e, this.ranks(e, x, kept, extent), x.own, extent) : this.rounds(e, x, kept);
  }

  /** `b` stands before `c`: larger, or equal and earlier. */
  private beats(b: Expr, c: Expr, atB: Expr, atC: Expr): Expr {
    return binary('or', binary('lt', c, b, 'bool'), binary('and', binary('eq', b, c, 'bool'), binary('lt', atB, atC, 'bool'), 'bool'), 'bool');
  }

  /** Ranks of all positions among those of their piece of `length`. */
  private ranks(e: TopK, x: Row, kept: Row | undefined, length: IndexExpr): Row {
    const { extent } = e.axis;
    const isWhole = length.key === extent.key;
    return this.row('topk_rank', x.own, [e.axis], (own, [c]) => {
      const at = own.map((a) => variable(a.id)), here = variable(c!.id);
      const i = this.axis(e.axis.name, length, e.axis);
      const there = isWhole ? variable(i.id) : add(mul(floorDiv(here, length), length), variable(i.id));
      const bounds = isWhole ? 'proved' : 'clamp';
      const other = this.read(x, [...at, there], e.axis, {}, bounds);
      const conditions = [...(isWhole ? [] : [this.below(there, extent)]), ...(kept === undefined ? [] : [this.read(kept, [...at, there], e.axis, {}, bounds)]), this.beats(other, this.read(x, [...at, here], e.axis), this.at(there), this.at(here))];
      const rank = this.sum(i, conditions.reduce((a, b) => binary('and', a, b, 'bool')), constant(1, 'i32'));
      return kept === undefined ? rank : select(this.read(kept, [...at, here], e.axis), rank, constant(unranked, 'i32'));
    }, { inMemory: true });
  }

  /** The position whose rank is the one asked for, -1 where none is. */
  private winner(e: TopK, ranks: Row, own: readonly Axis[], extent: IndexExpr): Expr {
    const c = this.axis(e.axis.name, extent, e.axis);
    const isIt = binary('eq', this.read(ranks, [...own.map((a) => variable(a.id)), variable(c.id)], e.axis), this.at(e.at), 'bool');
    return this.greatest([c], isIt, this.at(variable(c.id)));
  }
  private greatest(axes: readonly Axis[], where: Expr, body: Expr): Expr {
    return binary('max', { kind: 'reduce', op: 'max', axes, where, body, acc: 'i32', type: 'i32', span: axes[0]!.span }, constant(-1, 'i32'));
  }

  private rounds(e: TopK, x: Row, kept: Row | undefined): Expr {
    const { extent } = e.axis;
    // A piece has no more ranks than positions; of all positions no more are taken than there are.
    const L = num(rankPiece), pieces = ceilDiv(extent, L), best = e.where === undefined ? min(e.count, L) : min(e.count, extent, L);
    const ranks = this.ranks(e, x, kept, L);
    const ends = [this.axis('piece', pieces, e.axis), this.axis('rank', best, e.axis)];
    const at = (axes: readonly Axis[]): IndexExpr[] => axes.map((a) => variable(a.id));
    // The best of each piece: positions, then their values, lest every comparison look them up again.
    const candidates = this.row('topk_best', x.own, ends, (own, [g, r]) => {
      const i = this.axis(e.axis.name, L, e.axis), there = add(mul(variable(g!.id), L), variable(i.id));
      const isIt = binary('eq', this.read(ranks, [...at(own), there], e.axis, {}, 'clamp'), this.at(variable(r!.id)), 'bool');
      return this.greatest([i], binary('and', this.below(there, extent), isIt, 'bool'), this.at(there));
    }, { inMemory: true });
    const values = this.row('topk_best_of', x.own, ends, (own, last) => {
      const position = this.read(candidates, [...at(own), ...at(last)], e.axis);
      const id = this.axisNames.axis('position');
      return this.read(x, [...at(own), value(id)], e.axis, { [id]: position }, 'clamp');
    }, { inMemory: true });
    const second = this.row('topk_place', x.own, ends, (own, last) => {
      const others = last.map((a) => this.axis(a.name, a.extent, a));
      const here = [...at(own), ...at(last)], there = [...at(own), ...at(others)];
      const mine = this.read(candidates, here, e.axis), its = this.read(candidates, there, e.axis);
      const is = (position: Expr): Expr => binary('le', constant(0, 'i32'), position, 'bool');
      const where = binary('and', is(its), this.beats(this.read(values, there, e.axis), this.read(values, here, e.axis), its, mine), 'bool');
      const place: Reduce = { kind: 'reduce', op: 'sum', axes: others, where, body: constant(1, 'i32'), acc: 'i32', type: 'i32', span: e.span };
      return select(is(mine), place, constant(unranked, 'i32'));
    }, { inMemory: true });
    const found = ends.map((a) => this.axis(a.name, a.extent, a));
    const places = [...x.own.map((a) => variable(a.id)), ...at(found)];
    return this.greatest(found, binary('eq', this.read(second, places, e.axis), this.at(e.at), 'bool'), this.read(candidates, places, e.axis));
  }
}
