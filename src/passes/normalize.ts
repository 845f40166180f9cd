/**
 * normalize: checked program -> checked program in normal form.
 *
 * After it every statement is either a map (its value has no reduction) or one reduction whose body is a map, and every output is a map:
 *   Y[m, n] = relu(sum(k) A[m, k]*B[k, n])      becomes   Y_sum[m, n] = sum(k) A[m, k]*B[k, n];  Y[m, n] = relu(Y_sum[m, n])
 * A hoisted reduction is indexed by just the axes it uses, so what does not vary along an axis is computed once for it. Softmax is spelled out,
 * with m the maximum and l the sum of exponentials over the positions kept (all zeros where none is):
 *   softmax(t where c) P   =   if c then exp(P - m) * r else 0,   r = if l > 0 then 1/l else 0
 */
import { variable } from '../ir/index-expr.ts';
import type { Axis, Expr, Kernel, Reduce, Statement, Tensor } from '../ir/tst.ts';
import { binary, constant, freeAxes, mapChildren, mapStatement, multiply, select, substituteAxes } from '../ir/tst-walk.ts';
import { Names } from './names.ts';

type Softmax = Extract<Expr, { kind: 'softmax' }>;

export function normalize(kernel: Kernel): Kernel {
  return new Normalizer(kernel).run();
}

class Normalizer {
  private readonly statements: Statement[] = [];
  private readonly tensors: Tensor[];
  private readonly names: Names;
  private owner = '';

  constructor(private readonly kernel: Kernel) {
    // What is proved of a temporary's integers is known of what is read from memory alone.
    this.tensors = kernel.tensors.map((t) => (t.role === 'temporary' && t.limit !== undefined ? { ...t, inMemory: true } : t));
    this.names = new Names([...kernel.tensors.map((t) => t.name), ...kernel.sizes.map((s) => s.name)]);
  }

  run(): Kernel {
    for (const s of this.kernel.statements) {
      this.owner = s.target;
      const isLet = this.kernel.tensors.find((t) => t.name === s.target)?.role === 'temporary';
      const value = isLet && s.value.kind === 'reduce' ? this.reduction(s.value, s.axes) : this.flatten(s.value, s.axes);
      this.statements.push({ ...mapStatement({ ...s, value }, (e) => (e === value ? value : this.flatten(e, s.axes))) });
    }
    return { ...this.kernel, tensors: this.tensors, statements: this.statements, written: this.kernel.written ?? this.kernel.statements.map((s) => s.target) };
  }

  private flatten(e: Expr, scope: readonly Axis[]): Expr {
    switch (e.kind) {
      case 'softmax': return this.softmax(e, scope);
      case 'reduce': return this.hoist(this.reduction(e, scope), e.op, scope, e);
      default: return mapChildren(e, (child) => this.flatten(child, scope));
    }
  }

  private reduction(e: Reduce, scope: readonly Axis[]): Reduce {
    const inside = [...scope, ...e.axes];
    return { ...e, where: e.where && this.flatten(e.where, inside), body: this.flatten(e.body, inside) };
  }

  /** A new id, which none of the axes around has: passes before have made ids in the same way. */
  private axisBeside(axis: Axis, scope: readonly Axis[]): string {
    for (;;) {
      const id = this.names.axis(axis.name);
      if (id !== axis.id && !scope.some((a) => a.id === id)) return id;
    }
  }
  private softmax(e: Softmax, scope: readonly Axis[]): Expr {
    const inside = [...scope.filter((a) => a.id !== e.axis.id), e.axis];
    const where = e.where && this.flatten(e.where, inside);
    const flat = this.flatten(e.body, inside);
    const body = flat.kind === 'read' ? flat : this.hoist(flat, 'score', inside, e);
    const over = (op: 'max' | 'sum', value: Expr): Expr => {
      const axis = { ...e.axis, id: this.axisBeside(e.axis, scope) };
      const rename = new Map([[e.axis.id, variable(axis.id)]]);
      const reduce: Reduce = { kind: 'reduce', op, axes: [axis], where: where && substituteAxes(where, rename), body: substituteAxes(value, rename), acc: 'f32', type: 'f32', span: e.span };
      return this.hoist(reduce, op, scope.filter((a) => a.id !== e.axis.id), e);
    };
    const shifted: Expr = { kind: 'unary', op: 'exp', type: 'f32', a: binary('sub', body, over('max', body)) };
    const total = over('sum', shifted);
    const rcp: Expr = { kind: 'unary', op: 'rcp', a: total, type: 'f32' };
    const scale = select(binary('lt', constant(0), total, 'bool'), rcp, constant(0));
    const value = multiply(shifted, scale);
    return where ? select(where, value, constant(0)) : value;
  }

  /** Gives the expression a name: a temporary over just the axes it uses. */
  private hoist(e: Expr, hint: string, scope: readonly Axis[], from: { readonly span: Statement['span'] }): Expr {
    const free = freeAxes(e);
    const used = scope.filter((a) => free.has(a.id));
    const axes = used.map((a) => ({ ...a, id: this.names.axis(a.name) }));
    const name = this.names.tensor(`${this.owner}_${hint}`);
    const value = substituteAxes(e, new Map(used.map((a, i) => [a.id, variable(axes[i]!.id)])));
    this.tensors.push({ name, role: 'temporary', dtype: e.type, shape: axes.map((a) => a.extent), limit: undefined, span: from.span });
    this.statements.push({ target: name, axes, index: axes.map((a) => variable(a.id)), value, span: from.span });
    return { kind: 'read', tensor: name, index: used.map((a) => variable(a.id)), gathers: {}, bounds: 'proved', fill: undefined, type: e.type, span: from.span };
  }
}
