/**
 * Compiles a value of the tensor syntax tree to JavaScript that gives a number and a bound of its error.
 *
 * A number x is carried as its value v in f64 and an error of k*u*|v| + abs, u = 2^-24: the constant k is known here and costs nothing at
 * run time, `abs` is code, often '0'. So the inner loop of a matrix product is two additions, of a*b and of |a*b|.
 *
 * Where all values are known to be multiples of `step` and at most `max`, and max <= 2^24*step, f32 computes exactly in any order: then there is no
 * error at all (`grid`). Small whole numbers as inputs thus make a check that only equality passes.
 */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import type { DType, ValueType } from './dtype.ts';
import { type IndexExpr, add, affineParts, isConst, mul, num, sub, substitute, value as valueAtom, valuesOf } from './index-expr.ts';
import { view } from './index-print.ts';
import { Facts, lowerBound, proveInside, simplify, upperBound } from './index-facts.ts';
import { type CodeBlock, JsWriter } from './js-writer.ts';
import { unitRoundoff } from './round.ts';
import type { BinaryOp, UnaryOp } from './scalar.ts';
import { compileReduce } from './tst-compile-reduce.ts';
import { distributing, isSum, regrouping } from './tst-regroup.ts';
import { flushCode, u } from './tst-error.ts';
import { combine, exactly, fits, type Grid, gridOf, type Num, plus, rounded, total } from './tst-number.ts';
import { contains } from './tst-walk.ts';
import type { Axis, Expr, Read } from './tst.ts';

/** How generated code reaches a tensor: `values` and `errors` name arrays, or `lazy` names an object with `at(i)` and then `error`. */
export interface Source {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: string;
  readonly errors: string | undefined;
  readonly lazy: boolean;
  readonly grid: Grid | undefined;
  readonly limit: number | undefined;
}
export class ExprCompiler {
  private readonly w: JsWriter;
  private readonly sizes: ReadonlyMap<string, number>;
  private readonly source: (tensor: string) => Source;
  /** Axis ids and gathered values under their names in the code. */
  private readonly names = new Map<string, string>();
  private readonly loops: { id: string; before: CodeBlock }[] = [];
  private facts = Facts.none;

  constructor(w: JsWriter, sizes: ReadonlyMap<string, number>, source: (tensor: string) => Source) {
    this.w = w; this.sizes = sizes; this.source = source;
  }

  concrete(e: IndexExpr): IndexExpr {
    return substitute(e, (a) => {
      if (a.kind !== 'size') return undefined;
      const n = this.sizes.get(a.id);
      if (n === undefined) throw new CompilerBug(`size ${a.id} has no value`);
      return num(n);
    });
  }

  /** Binds an axis to a name that exists in the code already. */
  bind(axis: Axis, name: string): void {
    this.names.set(`variable ${axis.id}`, name);
    this.facts = this.facts.withVariable(axis.id, this.concrete(axis.extent));
  }
  nameOf(axis: Axis): string { return this.names.get(`variable ${axis.id}`) ?? ''; }
  loop(axes: readonly Axis[], body: () => void): void {
    const [axis, ...others] = axes;
    if (!axis) { body(); return; }
    const outer = this.facts, name = this.w.fresh('x'), limit = this.index(this.concrete(axis.extent), undefined);
    const before = this.w.mark();
    this.bind(axis, name);
    this.loops.push({ id: axis.id, before });
    this.w.block(`for (let ${name} = 0; ${name} < ${limit}; ${name}++)`, () => this.loop(others, body));
    this.loops.pop();
    this.facts = outer;
  }

  total(x: Num): string {
    return x.k === 0 ? x.abs : total(x.abs, `${x.k * u} * Math.abs(${x.v})`);
  }
  totalConst(x: Num): string {
    const t = this.total(x);
    return /^[\w.]+$/.test(t) ? t : this.w.let(t);
  }

  /** JavaScript for an index; what does not change in the innermost loop is computed before it. */
  index(e: IndexExpr, gathers: ReadonlyMap<string, string> | undefined): string {
    const innermost = this.loops.at(-1);
    if (innermost && e.terms.length > 1) {
      const parts = affineParts(e, (id) => id === innermost.id);
      if (parts && valuesOf(parts.rest).size === 0 && isConst(parts.rest) === undefined && parts.coefficients.size > 0) {
        const base = this.w.letIn(innermost.before, this.js(parts.rest, gathers));
        return this.js(add(valueAtom(base), sub(e, parts.rest)), new Map([...(gathers ?? []), [base, base]]));
      }
    }
    return this.js(e, gathers);
  }
  private js(e: IndexExpr, gathers: ReadonlyMap<string, string> | undefined): string {
    const v = view(e), go = (x: IndexExpr): string => this.js(x, gathers);
    switch (v.kind) {
      case 'num': return v.value < 0 ? `(${v.value})` : String(v.value);
      case 'atom': {
        const name = v.atom.kind === 'value' ? gathers?.get(v.atom.id) : this.names.get(`${v.atom.kind} ${v.atom.id}`);
        if (name === undefined) throw new CompilerBug(`${v.atom.kind} ${v.atom.id} is not bound`);
        return name;
      }
      case 'sum': return `(${v.terms.map(go).join(' + ')})`;
      case 'product': return v.factors.map(go).join(' * ');
      case 'floordiv': return `Math.floor(${go(v.a)} / (${go(v.b)}))`;
      case 'mod': return `S.modulo(${go(v.a)}, ${go(v.b)})`;
      case 'min': case 'max': return `Math.${v.kind}(${v.args.map(go).join(', ')})`;
      default: return unreachable(v);
    }
  }

  compile(e: Expr): Num {
    switch (e.kind) {
      case 'const': return e.type === 'f32' && Math.fround(e.value) !== e.value ? { ...exactly(`(${e.value})`), k: 1 } : exactly(`(${e.value})`, gridOf(e.value));
      case 'index': {
        const i = simplify(this.concrete(e.index), this.facts);
        const hi = upperBound(i, this.facts), lo = lowerBound(i, this.facts);
        const max = hi && lo ? Math.max(Math.abs(isConst(hi) ?? Infinity), Math.abs(isConst(lo) ?? Infinity)) : Infinity;
        return exactly(this.w.let(this.index(i, undefined)), max < 2 ** 31 ? { step: 1, max } : undefined);
      }
      case 'read': return this.read(e);
      case 'unary': return this.unary(e.op, this.compile(e.a), e.type);
      case 'binary': {
        const a = this.compile(e.a), b = this.compile(e.b), x = this.binary(e.op, a, b, e.a.type, e.type);
        return this.regrouped(x, this.apart(e, a, b, x));
      }
      case 'select': return this.select(e);
      case 'cast': return this.cast(e, roundingMoves(e.to, e.a));
      case 'reduce': return compileReduce(this, this.w, e);
      case 'softmax': case 'scan': case 'topk': throw new CompilerBug(`${e.kind} is expanded before this`);
      default: return unreachable(e);
    }
  }

  private read(e: Read): Num {
    const t = this.source(e.tensor);
    const gathers = new Map<string, string>();
    const uncertain: string[] = [];
    let facts = this.facts;
    for (const [id, x] of Object.entries(e.gathers)) {
      const n = this.compile(x);
      const name = /^\w+$/.test(n.v) ? n.v : this.w.let(n.v);
      gathers.set(id, name);
      if (n.abs !== '0') uncertain.push(`${n.abs} > 0`);
      const limit = x.kind === 'read' ? this.source(x.tensor).limit : undefined;
      if (limit !== undefined) facts = facts.withValue(id, num(0), num(limit - 1));
    }
    let stride = 1, flat = num(0);
    const conditions: string[] = [];
    for (let d = t.shape.length - 1; d >= 0; d--) {
      const n = t.shape[d]!;
      let i = simplify(this.concrete(e.index[d]!), facts);
      if (!proveInside(i, num(n), facts)) {
        const code = this.w.let(this.js(i, gathers));
        if (e.bounds === 'clamp' || e.bounds === 'check') {
          if (e.bounds === 'check') this.w.line(`if (!(${code} >= 0 && ${code} < ${n})) S.offence(${JSON.stringify(e.tensor)}, ${d}, ${code}, ${n}, ${e.span.start});`);
          const clamped = this.w.let(`Math.min(Math.max(${code}, 0), ${n - 1})`);
          gathers.set(clamped, clamped);
          i = valueAtom(clamped);
          if (n === 0) conditions.push('false');
        } else {
          conditions.push(`${code} >= 0 && ${code} < ${n}`);
        }
      }
      flat = add(flat, mul(num(stride), i));
      stride *= n;
    }
    if (e.bounds === 'proved' && conditions.length > 0) {
      this.w.line(`if (!(${conditions.join(' && ')})) S.outside(${JSON.stringify(e.tensor)}, ${e.span.start});`);
      conditions.length = 0;
    }
    const code = this.index(flat, gathers);
    const fetch = (): Num => {
      const raw = this.w.let(t.lazy ? `${t.values}.at(${code})` : `${t.values}[${code}]`);
      const v = t.dtype === 'u32' ? this.w.let(`${raw} | 0`) : raw;
      const abs = t.lazy ? this.w.let(`${t.values}.error`) : t.errors === undefined ? '0' : `${t.errors}[${code}]`;
      return { v, k: 0, abs, grid: t.grid };
    };
    const found = conditions.length === 0 ? fetch() : this.choose(conditions.join(' && '), fetch, () => (e.fill ? this.compile(e.fill) : exactly('0', gridOf(0))));
    if (uncertain.length === 0) return found;
    // Which element is meant is not certain, so nothing is known of it.
    return { ...found, abs: this.w.let(`${uncertain.join(' || ')} ? Infinity : ${this.total(found)}`), grid: undefined };
  }

  /** One of two, only that one evaluated. */
  private choose(condition: string, a: () => Num, b: () => Num): Num {
    const v = this.w.fresh('t'), abs = this.w.fresh('e');
    const declaration = this.w.mark();
    const arm = (f: () => Num): Num => { const x = f(); this.w.line(`${v} = ${x.v};`); this.w.line(`${abs} = ${x.abs};`); return x; };
    let x: Num | undefined, y: Num | undefined;
    this.w.block(`if (${condition})`, () => { x = arm(a); });
    this.w.block('else', () => { y = arm(b); });
    if (!x || !y) throw new CompilerBug('an arm was not compiled');
    declaration.add(`let ${v} = 0, ${abs} = 0;`);
    const grid = x.grid && y.grid ? { step: Math.min(x.grid.step, y.grid.step), max: Math.max(x.grid.max, y.grid.max) } : undefined;
    return { v, k: Math.max(x.k, y.k), abs: x.abs === '0' && y.abs === '0' ? '0' : abs, grid };
  }
  private select(e: Extract<Expr, { kind: 'select' }>): Num {
    const c = this.compile(e.cond);
    if (c.abs === '0') return this.choose(c.v, () => this.compile(e.then), () => this.compile(e.else));
    const a = this.compile(e.then), b = this.compile(e.else);
    const ea = this.totalConst(a), eb = this.totalConst(b);
    return {
      v: this.w.let(`${c.v} ? ${a.v} : ${b.v}`), k: 0, grid: undefined,
      abs: this.w.let(`${c.abs} > 0 ? Math.max(${ea}, ${eb}) + Math.abs(${a.v} - ${b.v}) : ${c.v} ? ${ea} : ${eb}`),
    };
  }

  private unary(op: UnaryOp, a: Num, type: ValueType): Num {
    switch (op) {
      case 'neg': return { ...a, v: this.w.let(type === 'i32' ? `-${a.v} | 0` : `-${a.v}`) };
      case 'abs': return { ...a, v: this.w.let(type === 'i32' ? `Math.abs(${a.v}) | 0` : `Math.abs(${a.v})`) };
      case 'not': return { ...exactly(this.w.let(`${a.v} ? 0 : 1`)), abs: a.abs };
      default: break;
    }
    const v = this.w.let(`S.evalUnary('${op}', ${a.v})`);
    const e = this.totalConst(a);
    const whole = op === 'floor' || op === 'ceil' || op === 'round';
    if (whole && e === '0') return exactly(v, a.grid && { step: Math.max(1, a.grid.step), max: a.grid.max + 1 });
    return { v, k: 0, abs: this.w.let(`S.unaryError('${op}', ${a.v}, ${e}, ${v})`), grid: undefined };
  }

  private binary(op: BinaryOp, a: Num, b: Num, operands: ValueType, type: ValueType): Num {
    if (op === 'and' || op === 'or') return this.logic(op, a, b);
    const ea = this.totalConst(a), eb = this.totalConst(b), certain = ea === '0' && eb === '0';
    if (type === 'bool') {
      return { ...exactly(this.w.let(`S.evalBinary('${op}', ${a.v}, ${b.v})`)), abs: certain ? '0' : this.w.let(`S.comparisonError(${a.v}, ${ea}, ${b.v}, ${eb})`) };
    }
    const grid = combine(op, a.grid, b.grid);
    if (operands !== 'f32') {
      const v = op === 'add' || op === 'sub' ? `(${a.v} ${op === 'add' ? '+' : '-'} ${b.v}) | 0` : op === 'mul' ? `Math.imul(${a.v}, ${b.v})` : `S.evalBinary('${op}', ${a.v}, ${b.v}, true)`;
      return { v: this.w.let(v), k: 0, abs: certain ? '0' : this.w.let(`S.integerError('${op}', ${a.v}, ${ea}, ${b.v}, ${eb})`), grid: grid && grid.max < 2 ** 31 ? grid : undefined };
    }
    const exact = fits(grid);
    switch (op) {
      case 'add': case 'sub': {
        const v = this.w.let(`${a.v} ${op === 'add' ? '+' : '-'} ${b.v}`);
        return { v, k: exact ? 0 : 1, abs: certain ? '0' : this.w.let(plus(ea, eb, flushCode(v))), grid: exact ? grid : undefined };
      }
      case 'mul': {
        const cross = [a.abs === '0' ? '0' : `S.times(${a.abs}, ${b.v})`, b.abs === '0' ? '0' : `S.times(${b.abs}, ${a.v})`, a.abs === '0' || b.abs === '0' ? '0' : `S.times(${a.abs}, ${b.abs})`];
        const v = this.w.let(`${a.v} * ${b.v}`), sum = certain ? '0' : plus(...cross, flushCode(v));
        return { v, k: a.k + b.k + (exact ? 0 : 1), abs: sum === '0' ? '0' : this.w.let(sum), grid: exact ? grid : undefined };
      }
      // Targets may drop a NaN here or keep it: the other operand, with nothing known.
      case 'min': case 'max': {
        const v = this.w.let(`S.${op}imum(${a.v}, ${b.v})`);
        const e = ea === eb ? ea : ea === '0' ? eb : eb === '0' ? ea : `Math.max(${ea}, ${eb})`;
        return { v, k: 0, abs: this.w.let(`${a.v} === ${a.v} && ${b.v} === ${b.v} ? ${e} : Infinity`), grid };
      }
      default: {
        const v = this.w.let(`S.evalBinary('${op}', ${a.v}, ${b.v})`);
        return { v, k: 0, abs: this.w.let(`S.binaryError('${op}', ${a.v}, ${ea}, ${b.v}, ${eb}, ${v})`), grid: undefined };
      }
    }
  }
  /** Code of what x, which is e, may differ by as its terms may be taken in another order, unless no order rounds. */
  private apart(e: Extract<Expr, { kind: 'binary' }>, a: Num, b: Num, x: Num): string {
    return fits(x.grid) ? '0' : isSum(e) ? regrouping(e, a, b, (term) => this.compile(term)) : distributing(e, a, b);
  }
  private regrouped(x: Num, apart: string): Num {
    return apart === '0' ? x : { ...x, k: Math.max(1, x.k), abs: this.w.let(plus(x.abs, apart)) };
  }
  private logic(op: 'and' | 'or', a: Num, b: Num): Num {
    const v = this.w.let(`${a.v} ${op === 'and' ? '&&' : '||'} ${b.v} ? 1 : 0`);
    if (a.abs === '0' && b.abs === '0') return exactly(v);
    // Certain where one operand decides alone.
    const decided = (x: Num): string => `(${op === 'and' ? '!' : ''}${x.v} && !(${x.abs} > 0))`;
    return { ...exactly(v), abs: this.w.let(`${decided(a)} || ${decided(b)} || !(${a.abs} > 0 || ${b.abs} > 0) ? 0 : 1`) };
  }

  /** Rounds to f32 at once, as a target does that computes in f32: a sum or product of exact operands is then known exactly. */
  private fround(e: Expr): Num {
    const sum = e.kind === 'binary' && (e.op === 'add' || e.op === 'sub' || e.op === 'mul') ? e : undefined;
    const operands = sum === undefined ? undefined : [this.compile(sum.a), this.compile(sum.b)] as const;
    const plain = sum === undefined || operands === undefined ? this.compile(e) : this.binary(sum.op, ...operands, 'f32', 'f32');
    const others = sum === undefined || operands === undefined ? '0' : this.apart(sum, ...operands, plain);
    const x = this.regrouped(plain, others);
    const v = this.w.let(`Math.fround(${x.v})`);
    if (others === '0' && operands?.every((o) => o.k === 0 && o.abs === '0')) return exactly(v, x.grid);
    return { ...x, v, k: x.k + 1 };
  }

  /** `moves`: the rounding may take place before or after a positive factor. */
  cast(expr: Extract<Expr, { kind: 'cast' }>, moves: boolean): Num {
    const { to } = expr;
    if (to === 'f32' && expr.a.type === 'f32') return this.fround(expr.a);
    const a = this.compile(expr.a);
    if (to === 'f32') return expr.a.type !== 'f32' && !fits(a.grid) ? { ...a, k: a.k + 1 } : a;
    const e = this.totalConst(a);
    if (to === 'bool') return { ...exactly(this.w.let(`${a.v} !== 0 ? 1 : 0`)), abs: e === '0' ? '0' : this.w.let(`S.comparisonError(${a.v}, ${e}, 0, 0)`) };
    const f = `S.casts.${to}`;
    const v = this.w.let(`${f}(${a.v})`);
    const own = e === '0' ? '0' : this.w.let(`S.roundingError(${f}, ${a.v}, ${e}, ${v})`);
    return moves ? { v, k: 2 * (unitRoundoff(to) / u), abs: this.w.let(`${own} + S.steppedError('${to}', ${a.v})`), grid: undefined } : { v, k: 0, abs: own, grid: rounded(to, a.grid) };
  }
}

/**
 * Positive scaling commutes with rounding to a narrow float: a target may round a product or quotient before a factor is applied (as streamed softmax
 * does, whose sum is known only at the end). Each rounding is within half a unit of its own value, so both are within one of each other.
 */
export function roundingMoves(to: DType, e: Expr): boolean {
  return (to === 'f16' || to === 'bf16') && contains(e, (x) => x.kind === 'softmax' || (x.kind === 'binary' && (x.op === 'mul' || x.op === 'div')));
}
