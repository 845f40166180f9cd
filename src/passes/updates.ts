/**
 * updates: checked program -> checked program in which every update sets elements that differ, from values that no longer depend on what it changes.
 *
 *   H[x[n]] += v[n]        becomes   H[b] = H[b] + sum(n where x[n] == b) v[n]        (each element gathers what goes to it)
 *   K[m, 2*i] max= v[m, i] becomes   K[m, 2*i] = max(K[m, 2*i], v[m, i])
 *   K[n] = K[n + 1]        becomes   let K_next[n] = K[n + 1];  K[n] = K_next[n]      (what is read was there before)
 *
 * Gathering makes float sums the same in every run and on every launch, without atomic operations; its time is the product of both extents. A temporary that reads
 * a tensor before an update of it and is used from there on is computed where it stands (`atOnce`).
 */
import { type IndexExpr, num, soleAtom, variable } from '../ir/index-expr.ts';
import { view } from '../ir/index-print.ts';
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { valueTypeOf } from '../ir/dtype.ts';
import type { Axis, Expr, Kernel, Read, Statement, Tensor, Update } from '../ir/tst.ts';
import { binary, combinerOf, exprKey, freeAxes, readsIn, readsOf, substituteAxes } from '../ir/tst-walk.ts';
import { Names } from './names.ts';

export function updates(kernel: Kernel): Kernel {
  return kernel.statements.some((s) => s.update !== undefined) ? new Updates(kernel).run() : kernel;
}

class Updates {
  private readonly tensors: Map<string, Tensor>;
  private readonly statements: Statement[] = [];
  private readonly names: Names;
  private readonly axisNames: Names;

  constructor(private readonly kernel: Kernel) {
    this.tensors = new Map(kernel.tensors.map((t) => [t.name, t]));
    this.names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name)]);
    this.axisNames = new Names(kernel.statements.flatMap((s) => s.axes.map((a) => a.id)));
  }

  run(): Kernel {
    for (const s of this.kernel.statements) {
      if (s.update === undefined) this.statements.push(s);
      else this.update(s, s.update);
    }
    this.computeInTime();
    return { ...this.kernel, tensors: [...this.tensors.values()], statements: this.statements };
  }

  private update(s: Statement, update: Update): void {
    const set = update.op === 'set' ? s : this.combined(s, update, update.op);
    const gathers = Object.fromEntries(Object.entries(set.update?.gathers ?? {}).map(([id, e]) => [id, readsOf(e).some((r) => r.tensor === s.target) ? this.kept(e, set, 'at') : e]));
    const isElsewhere = readsOf(set.value).some((r) => r.tensor === s.target && !isSameElement(r, set));
    this.statements.push({ ...set, value: isElsewhere ? this.kept(set.value, set, 'next') : set.value, update: { op: 'set', gathers, mayLeave: set.update?.mayLeave ?? false } });
  }

  /** The old value and everything that goes to the element, as one value for it. */
  private combined(s: Statement, update: Update, op: 'add' | 'max' | 'min'): Statement {
    const target = this.tensors.get(s.target);
    if (target === undefined) throw new CompilerBug(`updates: ${s.target} is no tensor`);
    const combine = combinerOf(op === 'add' ? 'sum' : op);
    const type = valueTypeOf(target.dtype);
    const old = (index: readonly IndexExpr[]): Read => ({ kind: 'read', tensor: s.target, index, gathers: {}, bounds: 'proved', fill: undefined, type, span: s.span });
    // A dimension at an axis alone keeps it; along others every element looks for the points that go to it.
    const owners = new Set<string>();
    const places = s.index.map((position, d) => {
      const atom = soleAtom(position);
      const axis = atom?.kind === 'variable' && !owners.has(atom.id) ? s.axes.find((a) => a.id === atom.id) : undefined;
      if (axis !== undefined) { owners.add(axis.id); return { axis, position: undefined }; }
      return { axis: { id: this.axisNames.axis('at'), name: 'at', extent: target.shape[d]!, span: s.span }, position };
    });
    const rest = s.axes.filter((a) => !owners.has(a.id));
    // What lies outside is not written, whatever is read for it.
    if (rest.length === 0) return { ...s, value: binary(combine, { ...old(s.index), gathers: update.gathers, bounds: update.mayLeave ? 'clamp' : 'proved' }, s.value) };
    const index = places.map((p) => variable(p.axis.id));
    const hits = places.flatMap((p): Expr[] => (p.position === undefined ? [] : [binary('eq', valueOfIndex(p.position, update.gathers), { kind: 'index', index: variable(p.axis.id), type: 'i32' }, 'bool')]));
    const all: Expr = {
      kind: 'reduce', op: op === 'add' ? 'sum' : op, axes: rest, where: hits.length === 0 ? undefined : hits.reduce((a, b) => binary('and', a, b, 'bool')),
      body: s.value, acc: type, type, span: s.span,
    };
    return { ...s, axes: places.map((p) => p.axis), index, value: binary(combine, old(index), all), update: { op: 'set', gathers: {}, mayLeave: false } };
  }

  /** The expression kept in memory, computed before the statement changes anything. */
  private kept(e: Expr, s: Statement, hint: string): Expr {
    const free = freeAxes(e);
    const used = s.axes.filter((a) => free.has(a.id));
    const axes: Axis[] = used.map((a) => ({ ...a, id: this.axisNames.axis(a.name) }));
    const name = this.names.tensor(`${s.target}_${hint}`);
    this.tensors.set(name, { name, role: 'temporary', dtype: e.type, shape: axes.map((a) => a.extent), limit: undefined, inMemory: true, atOnce: true, span: s.span });
    this.statements.push({ target: name, axes, index: axes.map((a) => variable(a.id)), value: substituteAxes(e, new Map(used.map((a, i) => [a.id, variable(axes[i]!.id)]))), span: s.span });
    return { kind: 'read', tensor: name, index: used.map((a) => variable(a.id)), gathers: {}, bounds: 'proved', fill: undefined, type: e.type, span: s.span };
  }

  private computeInTime(): void {
    /** What each temporary reads, itself or through others, of tensors that change. */
    const sources = new Map<string, Set<string>>();
    const changing = new Set(this.statements.flatMap((s) => (s.update === undefined ? [] : [s.target])));
    this.statements.forEach((s, n) => {
      if (s.update === undefined) {
        const own = new Set(readsIn(s).flatMap((r) => (changing.has(r.tensor) ? [r.tensor] : [...(sources.get(r.tensor) ?? [])])));
        if (this.tensors.get(s.target)?.role === 'temporary') sources.set(s.target, own);
        return;
      }
      const later = new Set(this.statements.slice(n).flatMap((x) => readsIn(x).map((r) => r.tensor)));
      for (const [name, from] of sources) {
        const tensor = this.tensors.get(name);
        if (!from.has(s.target) || !later.has(name) || tensor === undefined) continue;
        this.tensors.set(name, { ...tensor, inMemory: true, atOnce: true });
        sources.set(name, new Set());
      }
    });
  }
}

function isSameElement(r: Read, s: Statement): boolean {
  const gathers = s.update?.gathers ?? {};
  return r.bounds === 'proved' && r.index.length === s.index.length && r.index.every((i, d) => i.key === s.index[d]!.key)
    && Object.entries(r.gathers).every(([id, e]) => { const own = gathers[id]; return own !== undefined && exprKey(own) === exprKey(e); });
}

/** Index arithmetic as a value, run-time integers included. */
function valueOfIndex(e: IndexExpr, gathers: Readonly<Record<string, Expr>>): Expr {
  const go = (x: IndexExpr): Expr => valueOfIndex(x, gathers);
  const fold = (op: 'add' | 'mul' | 'min' | 'max', parts: readonly IndexExpr[]): Expr => parts.map(go).reduce((a, b) => binary(op, a, b));
  const v = view(e);
  switch (v.kind) {
    case 'num': return { kind: 'index', index: num(v.value), type: 'i32' };
    case 'atom': {
      if (v.atom.kind !== 'value') return { kind: 'index', index: e, type: 'i32' };
      const gather = gathers[v.atom.id];
      if (gather === undefined) throw new CompilerBug(`updates: nothing gives ${v.atom.id}`);
      return gather;
    }
    case 'sum': return fold('add', v.terms);
    case 'product': return fold('mul', v.factors);
    case 'floordiv': case 'mod': return binary(v.kind, go(v.a), go(v.b));
    case 'min': case 'max': return fold(v.kind, v.args);
    default: return unreachable(v);
  }
}
