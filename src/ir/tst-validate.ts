/** Checks the invariants that tst.ts lists, with their numbers; what is wrong is collected, so that one run shows everything. */
import { unreachable } from '../diagnostics/bug.ts';
import type { Span } from '../diagnostics/span.ts';
import { isDType, type ValueType, valueTypeOf } from './dtype.ts';
import { type IndexExpr, sizesOf, soleAtom, valuesOf, variablesOf } from './index-expr.ts';
import { print } from './index-print.ts';
import { contains } from './tst-walk.ts';
import type { Axis, Expr, Kernel, Read, Reduce, Statement, Tensor } from './tst.ts';

export interface Violation { readonly rule: number; readonly message: string; readonly span: Span }

export function validateKernel(k: Kernel): Violation[] {
  const v = new Validator(k);
  v.run();
  return v.found;
}

class Validator {
  readonly found: Violation[] = [];
  private readonly kernel: Kernel;
  private readonly tensors: ReadonlyMap<string, Tensor>;
  private readonly sizes: ReadonlySet<string>;
  private readonly written = new Set<string>();
  private readonly bound = new Set<string>();
  private span: Span;

  constructor(kernel: Kernel) {
    this.kernel = kernel; this.span = kernel.span;
    this.tensors = new Map(kernel.tensors.map((t) => [t.name, t]));
    this.sizes = new Set(kernel.sizes.map((s) => s.name));
  }
  private fail(rule: number, message: string): void { this.found.push({ rule, message, span: this.span }); }
  private require(ok: boolean, rule: number, message: () => string): void { if (!ok) this.fail(rule, message()); }

  run(): void {
    const { kernel } = this;
    this.require(this.tensors.size === kernel.tensors.length, 3, () => 'two tensors have one name');
    for (const t of kernel.tensors) {
      this.span = t.span;
      this.require(isDType(t.dtype), 5, () => `${t.name} has the format ${t.dtype}`);
      for (const e of [...t.shape, ...(t.limit ? [t.limit] : [])]) this.overSizes(e, `the shape of ${t.name}`);
      if (t.role === 'input' || t.role === 'inout') this.written.add(t.name);
    }
    for (const f of kernel.formats) {
      for (const name of [f.codes, f.scale, ...(f.zero === undefined ? [] : [f.zero])]) this.require(this.tensors.has(name), 5, () => `the format of ${f.tensor} names ${name}, which is no tensor`);
    }
    for (const f of kernel.facts) this.overSizes(f.expr, `the fact "${f.text}"`);
    for (const s of kernel.statements) this.statement(s);
    for (const t of kernel.tensors) { this.span = t.span; this.require(this.written.has(t.name), 3, () => `${t.role} ${t.name} is never written`); }
  }

  private overSizes(e: IndexExpr, what: string): void {
    this.require(variablesOf(e).size === 0 && valuesOf(e).size === 0, 2, () => `${what} depends on an index: ${print(e)}`);
    for (const s of sizesOf(e)) this.require(this.sizes.has(s), 2, () => `${what} names the unknown size ${s}`);
  }

  private statement(s: Statement): void {
    this.span = s.span;
    const t = this.tensors.get(s.target);
    const scope = this.bind(new Set(), s.axes);
    if (!t) { this.fail(3, `${s.target} is not declared`); return; }
    this.require(t.role !== 'input', 3, () => `${s.target} is an input and is written`);
    this.require(s.index.length === t.shape.length, 3, () => `${s.target} has ${t.shape.length} dimensions and ${s.index.length} positions`);
    const gathers = s.update?.gathers ?? {};
    for (const i of s.index) {
      this.index(i, scope, new Set(Object.keys(gathers)));
      this.require(s.update !== undefined || valuesOf(i).size === 0, 3, () => `the position ${print(i)} of ${s.target} is indirect`);
    }
    for (const g of Object.values(gathers)) { this.type(g, 'i32', `a position of ${s.target}`); this.expr(g, scope); }
    if (s.update !== undefined) {
      this.require(this.written.has(s.target), 6, () => `${s.target} is updated and has no values yet`);
      this.require(t.role === 'inout' || t.role === 'output', 6, () => `the ${t.role} ${s.target} is updated`);
      this.require(s.update.op === 'set' || t.dtype !== 'bool', 4, () => `${s.update?.op ?? ''} of bool`);
    } else this.require(t.role !== 'inout', 6, () => `${s.target} has values, and a statement that is no update writes it`);
    if (t.role === 'temporary') {
      const inOrder = s.index.length === s.axes.length && s.index.every((i, d) => { const a = soleAtom(i); return a?.kind === 'variable' && a.id === s.axes[d]?.id; });
      this.require(inOrder, 3, () => `the positions of the temporary ${s.target} are not its axes in order`);
      this.require(!this.written.has(t.name), 3, () => `the temporary ${s.target} is written twice`);
    }
    this.type(s.value, valueTypeOf(t.dtype), `the value of ${s.target}`);
    this.expr(s.value, scope);
    this.span = s.span;
    this.require(!contains(s.value, (e) => e.kind === 'read' && e.tensor === s.target && !this.written.has(s.target)), 3, () => `${s.target} is read before it is written`);
    this.written.add(s.target);
  }

  private bind(scope: ReadonlySet<string>, axes: readonly Axis[]): Set<string> {
    const inner = new Set(scope);
    for (const a of axes) {
      this.require(!this.bound.has(a.id), 1, () => `the axis ${a.id} is bound twice`);
      this.bound.add(a.id);
      inner.add(a.id);
      this.overSizes(a.extent, `the extent of ${a.id}`);
    }
    return inner;
  }
  private index(i: IndexExpr, scope: ReadonlySet<string>, gathers: ReadonlySet<string>): void {
    for (const id of variablesOf(i)) this.require(scope.has(id), 2, () => `${print(i)} uses the axis ${id}, which is not bound here`);
    for (const id of valuesOf(i)) this.require(gathers.has(id), 3, () => `${print(i)} uses the value ${id}, which nothing gives`);
    for (const id of sizesOf(i)) this.require(this.sizes.has(id), 2, () => `${print(i)} names the unknown size ${id}`);
  }
  private type(e: Expr, type: ValueType, what: string): void { this.require(e.type === type, 4, () => `${what} is ${e.type} and should be ${type}`); }

  private expr(e: Expr, scope: ReadonlySet<string>): void {
    switch (e.kind) {
      case 'const': this.require(e.type === 'f32' || Number.isInteger(e.value), 4, () => `the ${e.type} constant ${e.value}`); return;
      case 'index': this.index(e.index, scope, new Set()); this.require(e.type === 'i32', 4, () => 'an index is i32'); return;
      case 'read': this.read(e, scope); return;
      case 'unary': this.unary(e); this.expr(e.a, scope); return;
      case 'binary': this.binary(e); this.expr(e.a, scope); this.expr(e.b, scope); return;
      case 'select': {
        this.type(e.cond, 'bool', 'a condition');
        this.type(e.then, e.type, 'the first arm of a conditional'); this.type(e.else, e.type, 'the second arm of a conditional');
        this.expr(e.cond, scope); this.expr(e.then, scope); this.expr(e.else, scope);
        return;
      }
      case 'cast': {
        this.require(isDType(e.to), 5, () => `a cast to the format ${e.to}`);
        if (isDType(e.to)) this.require(valueTypeOf(e.to) === e.type, 4, () => `a cast to ${e.to} gives ${e.type}`);
        this.expr(e.a, scope);
        return;
      }
      case 'reduce': this.reduce(e, scope); return;
      case 'scan': case 'topk': {
        this.span = e.span;
        this.index(e.at, scope, new Set());
        const inner = this.bind(scope, [e.axis]);
        if (e.kind === 'topk') this.overSizes(e.count, `the number of values that ${e.kind} gives`);
        this.require(e.body.type !== 'bool', 4, () => `${e.kind} of bool`);
        this.require(e.type === (e.kind === 'topk' ? 'i32' : e.body.type), 4, () => `${e.kind} gives ${e.type}`);
        if (e.where) { this.type(e.where, 'bool', 'a condition'); this.expr(e.where, inner); }
        this.expr(e.body, inner);
        return;
      }
      case 'softmax': {
        // The axis is bound around the softmax, and by it.
        this.span = e.span;
        this.require(scope.has(e.axis.id), 2, () => `softmax keeps the axis ${e.axis.id}, which is not bound around it`);
        this.overSizes(e.axis.extent, `the extent of ${e.axis.id}`);
        this.type(e.body, 'f32', 'the body of softmax');
        if (e.where) { this.type(e.where, 'bool', 'a condition'); this.expr(e.where, scope); }
        this.expr(e.body, scope);
        return;
      }
      default: unreachable(e);
    }
  }

  private read(e: Read, scope: ReadonlySet<string>): void {
    this.span = e.span;
    const t = this.tensors.get(e.tensor);
    if (!t) { this.fail(3, `${e.tensor} is not declared`); return; }
    this.require(this.written.has(e.tensor), 3, () => `${e.tensor} is read before it is written`);
    this.require(e.index.length === t.shape.length, 3, () => `${e.tensor} has ${t.shape.length} dimensions and is read at ${e.index.length} positions`);
    this.require(e.type === valueTypeOf(t.dtype), 4, () => `a read of ${t.dtype} gives ${e.type}`);
    this.require((e.bounds === 'fill') === (e.fill !== undefined), 3, () => `a read of ${e.tensor} has bounds ${e.bounds} and ${e.fill ? 'a' : 'no'} value for outside`);
    if (e.fill) { this.type(e.fill, e.type, `the value outside of ${e.tensor}`); this.expr(e.fill, scope); }
    const gathers = new Set(Object.keys(e.gathers));
    for (const i of e.index) this.index(i, scope, gathers);
    for (const g of Object.values(e.gathers)) { this.type(g, 'i32', `an index into ${e.tensor}`); this.expr(g, scope); }
  }
  private unary(e: Extract<Expr, { kind: 'unary' }>): void {
    const integers = e.op === 'neg' || e.op === 'abs';
    const want: ValueType = e.op === 'not' ? 'bool' : integers && e.a.type === 'i32' ? 'i32' : 'f32';
    this.type(e.a, want, `the operand of ${e.op}`);
    this.require(e.type === want, 4, () => `${e.op} gives ${e.type}`);
  }
  private binary(e: Extract<Expr, { kind: 'binary' }>): void {
    this.type(e.b, e.a.type, `the right side of ${e.op}`);
    const result = ((): ValueType => {
      switch (e.op) {
        case 'eq': case 'ne': return 'bool';
        case 'lt': case 'le': this.require(e.a.type !== 'bool', 4, () => `${e.op} of bool`); return 'bool';
        case 'and': case 'or': this.type(e.a, 'bool', `the left side of ${e.op}`); return 'bool';
        case 'bitand': case 'shr': case 'shl': this.type(e.a, 'i32', `the left side of ${e.op}`); return 'i32';
        case 'pow': case 'cutdiv': this.type(e.a, 'f32', `the left side of ${e.op}`); return 'f32';
        case 'add': case 'sub': case 'mul': case 'div': case 'floordiv': case 'mod': case 'min': case 'max':
          this.require(e.a.type !== 'bool', 4, () => `${e.op} of bool`);
          return e.a.type;
        default: return unreachable(e.op);
      }
    })();
    this.require(e.type === result, 4, () => `${e.op} gives ${e.type} and should give ${result}`);
  }
  private reduce(e: Reduce, scope: ReadonlySet<string>): void {
    this.span = e.span;
    const inner = this.bind(scope, e.axes);
    this.require(e.axes.length > 0, 1, () => `${e.op} has no axis`);
    if (e.where) { this.type(e.where, 'bool', 'a condition'); this.expr(e.where, inner); }
    const logical = e.op === 'any' || e.op === 'all', choice = e.op === 'argmax' || e.op === 'argmin';
    if (logical) this.type(e.body, 'bool', `the body of ${e.op}`);
    else this.require(e.body.type !== 'bool', 4, () => `${e.op} of bool`);
    if (choice) this.require(e.axes.length === 1, 1, () => `${e.op} has one axis`);
    const result: ValueType = choice ? 'i32' : logical ? 'bool' : e.body.type;
    this.require(e.type === result, 4, () => `${e.op} gives ${e.type} and should give ${result}`);
    this.require(choice || valueTypeOf(e.acc) === result, 4, () => `${e.op} of ${result} is accumulated in ${e.acc}`);
    this.expr(e.body, inner);
  }
}
