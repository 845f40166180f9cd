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
import { type DType, integerRange, isFloat, type ValueType } from './dtype.ts';
import { type CodeBlock, JsWriter } from './js-writer.ts';
import { type IndexExpr, add, affineParts, evaluate, isConst, mul, num, sub, substitute, value as valueAtom, valuesOf, view } from './index-expr.ts';
import { Facts, lowerBound, proveInside, simplify, upperBound } from './index-facts.ts';
import { unitRoundoff } from './round.ts';
import { type BinaryOp, lowestF32, type UnaryOp } from './scalar.ts';
import { u } from './tst-error.ts';
import { identityOf } from './tst-walk.ts';
import type { Axis, Expr, Read, Reduce } from './tst.ts';

export interface Grid { readonly step: number; readonly max: number }
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
interface Num { readonly v: string; readonly k: number; readonly abs: string; readonly grid: Grid | undefined }

const exactly = (v: string, grid?: Grid): Num => ({ v, k: 0, abs: '0', grid });
const fits = (grid: Grid | undefined, bits = 24): grid is Grid => grid !== undefined && grid.max <= 2 ** bits * grid.step;
const total = (abs: string, rel: string): string => (abs === '0' ? rel : `S.total(${abs}, ${rel})`);
const plus = (...xs: readonly string[]): string => xs.filter((x) => x !== '0').join(' + ') || '0';
const gridOf = (x: number): Grid | undefined => {
  if (!Number.isFinite(x)) return undefined;
  let step = 1;
  while (x % step !== 0 && step > 2 ** -40) step /= 2;
  return x % step === 0 ? { step, max: Math.abs(x) } : undefined;
};

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
  private totalConst(x: Num): string {
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
      case 'binary': return this.binary(e.op, this.compile(e.a), this.compile(e.b), e.a.type, e.type);
      case 'select': return this.select(e);
      case 'cast': return this.cast(e.to, this.compile(e.a), e.a.type);
      case 'reduce': return this.reduce(e);
      case 'softmax': throw new CompilerBug('softmax is expanded before this');
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
      case 'abs': return { ...a, v: this.w.let(`Math.abs(${a.v})`) };
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
      case 'add': case 'sub': return {
        v: this.w.let(`${a.v} ${op === 'add' ? '+' : '-'} ${b.v}`), k: exact ? 0 : 1, abs: certain ? '0' : this.w.let(plus(ea, eb)), grid: exact ? grid : undefined,
      };
      case 'mul': {
        const cross = [a.abs === '0' ? '0' : `S.times(${a.abs}, ${b.v})`, b.abs === '0' ? '0' : `S.times(${b.abs}, ${a.v})`, a.abs === '0' || b.abs === '0' ? '0' : `S.times(${a.abs}, ${b.abs})`];
        const sum = plus(...cross);
        return { v: this.w.let(`${a.v} * ${b.v}`), k: a.k + b.k + (exact ? 0 : 1), abs: sum === '0' ? '0' : this.w.let(sum), grid: exact ? grid : undefined };
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
  private logic(op: 'and' | 'or', a: Num, b: Num): Num {
    const v = this.w.let(`${a.v} ${op === 'and' ? '&&' : '||'} ${b.v} ? 1 : 0`);
    if (a.abs === '0' && b.abs === '0') return exactly(v);
    // Certain where one operand decides alone.
    const decided = (x: Num): string => `(${op === 'and' ? '!' : ''}${x.v} && !(${x.abs} > 0))`;
    return { ...exactly(v), abs: this.w.let(`${decided(a)} || ${decided(b)} || !(${a.abs} > 0 || ${b.abs} > 0) ? 0 : 1`) };
  }

  private cast(to: DType, a: Num, from: ValueType): Num {
    if (to === 'f32') return from !== 'f32' && !fits(a.grid) ? { ...a, k: a.k + 1 } : a;
    const e = this.totalConst(a);
    if (to === 'bool') return { ...exactly(this.w.let(`${a.v} !== 0 ? 1 : 0`)), abs: e === '0' ? '0' : this.w.let(`S.comparisonError(${a.v}, ${e}, 0, 0)`) };
    const f = `S.casts.${to}`;
    const v = this.w.let(`${f}(${a.v})`);
    return { v, k: 0, abs: e === '0' ? '0' : this.w.let(`S.roundingError(${f}, ${a.v}, ${e}, ${v})`), grid: rounded(to, a.grid) };
  }

  private reduce(e: Reduce): Num {
    const { w } = this;
    const integer = e.type === 'i32' && e.op !== 'argmax' && e.op !== 'argmin';
    const start = identityOf(e.op, integer ? 'i32' : 'f32', lowestF32);
    const count = e.axes.reduce((n, a) => n * evaluate(this.concrete(a.extent), () => { throw new CompilerBug('the extent of a reduction depends on an index'); }), 1);
    const acc = w.fresh('s'), more = w.fresh('m'), err = w.fresh('e'), nan = w.fresh('n');
    const head = w.mark();
    /** Runs the body for every term: its number, and whether the term counts: 1, or 0 where it perhaps does. */
    let body: Num | undefined, condition: Num | undefined;
    const terms = (use: (t: Num, maybe: string | undefined) => void): void => this.loop(e.axes, () => {
      const term = (maybe: string | undefined): void => { body = this.compile(e.body); use(body, maybe); };
      if (!e.where) { term(undefined); return; }
      condition = this.compile(e.where);
      const maybe = condition.abs === '0' ? undefined : w.let(`${condition.abs} > 0`);
      w.block(`if (${condition.v}${maybe ? ` || ${maybe}` : ''})`, () => term(maybe));
    });
    const c = (): string => condition?.v ?? '1';

    switch (e.op) {
      case 'sum': {
        let grid: Grid | undefined, uncertain = false, k = 0;
        terms((t, maybe) => {
          k = t.k; grid = t.grid; uncertain = t.abs !== '0' || maybe !== undefined;
          if (maybe) {
            w.line(`if (${maybe}) { ${err} += Math.abs(${t.v}) + ${this.total(t)}; ${more} += Math.abs(${t.v}); if (${c()}) ${acc} += ${t.v}; } else {`);
          }
          w.line(integer ? `${acc} = (${acc} + ${t.v}) | 0;` : `${acc} += ${t.v};`);
          if (!integer && !(k === 0 && fits(grid && { step: grid.step, max: grid.max * count }, significand(e.acc)))) w.line(`${more} += Math.abs(${t.v});`);
          if (t.abs !== '0') w.line(`${err} += ${t.abs};`);
          if (maybe) w.line('}');
        });
        head.add(`let ${acc} = 0, ${more} = 0, ${err} = 0;`);
        const all = grid && { step: grid.step, max: grid.max * count };
        if (integer) return { v: acc, k: 0, abs: uncertain ? err : '0', grid: all && all.max < 2 ** 31 ? all : undefined };
        if (k === 0 && fits(all, significand(e.acc))) return { v: acc, k: 0, abs: uncertain ? err : '0', grid: all };
        // One rounding a term in whatever order, and a few more for splitting, rescaling and a scale that was taken out.
        const unit = Math.max(unitRoundoff(e.acc), u);
        const factor = `${(count + 16) * unit + k * u} * ${more}`;
        const exact = grid && k === 0 ? `(${more} <= ${2 ** significand(e.acc) * grid.step} ? 0 : ${factor})` : factor;
        return { v: acc, k: 0, abs: w.let(total(uncertain ? err : '0', exact)), grid: undefined };
      }
      case 'prod': {
        let certain = true;
        terms((t, maybe) => {
          const et = this.totalConst(t);
          if (maybe) w.line(`if (${maybe}) ${err} = Infinity;`);
          if (integer) certain &&= et === '0' && !maybe; else certain = false;
          if (!integer || et !== '0') w.line(`${err} = ${err} * Math.abs(${t.v}) + ${et} * (Math.abs(${acc}) + ${err})${integer ? '' : ` + ${u} * Math.abs(${acc} * ${t.v})`};`);
          w.line(integer ? `${acc} = Math.imul(${acc}, ${t.v});` : `${acc} *= ${t.v};`);
        });
        head.add(`let ${acc} = 1, ${err} = 0;`);
        return { v: acc, k: 0, abs: certain ? '0' : err, grid: undefined };
      }
      case 'max': case 'min': {
        // `more` and `err` are the extremes of the terms' upper and lower ends: the result lies between them.
        let certain = true, grid: Grid | undefined;
        const better = e.op === 'max' ? '>' : '<';
        terms((t, maybe) => {
          const et = this.totalConst(t);
          certain &&= et === '0' && !maybe; grid = t.grid;
          const up = et === '0' ? t.v : `${t.v} + ${et}`, down = et === '0' ? t.v : `${t.v} - ${et}`;
          const [far, near] = e.op === 'max' ? [up, down] : [down, up];
          if (et !== '0' || maybe) {
            w.line(`if (${far} ${better} ${more}) ${more} = ${far};`);
            w.line(`if (${maybe ? `!${maybe} && ` : ''}${near} ${better} ${err}) ${err} = ${near};`);
          }
          w.line(`if (${maybe ? `${c()} && ` : ''}${t.v} ${better} ${acc}) ${acc} = ${t.v};`);
          if (!integer) w.line(`if (${t.v} !== ${t.v}${et === '0' ? '' : ` || ${et} !== ${et} || ${et} === Infinity`}) ${nan} = Infinity;`);
        });
        head.add(`let ${acc} = ${start}, ${more} = ${start}, ${err} = ${start}, ${nan} = 0;`);
        const range = certain ? '0' : `Math.max(Math.abs(${more} - ${acc}), Math.abs(${acc} - ${err}))`;
        const full = integer ? range : plus(range, nan);
        return { v: acc, k: 0, abs: full === '0' ? '0' : w.let(full), grid: count > 0 && !e.where ? grid : undefined };
      }
      case 'any': case 'all': {
        const stop = e.op === 'any' ? '' : '!';
        let certain = true;
        terms((t, maybe) => {
          certain &&= t.abs === '0' && !maybe;
          const doubt = [...(t.abs === '0' ? [] : [`${t.abs} > 0`]), ...(maybe ? [maybe] : [])].join(' || ');
          // A term decides; it decides for certain where nothing about it is in doubt.
          w.line(`if (${c()} && ${stop}${t.v}) { ${acc} = ${1 - start}; ${doubt ? `if (!(${doubt})) ${more} = 1;` : `${more} = 1;`} }`);
          if (doubt) w.line(`if (${doubt}) ${err} = 1;`);
        });
        head.add(`let ${acc} = ${start}, ${more} = 0, ${err} = 0;`);
        return { v: acc, k: 0, abs: certain ? '0' : w.let(`${more} ? 0 : ${err}`), grid: undefined };
      }
      case 'argmax': case 'argmin': {
        const sign = e.op === 'argmax' ? '' : '-';
        const list = w.fresh('a');
        const axis = e.axes[0];
        if (!axis || e.axes.length > 1) throw new CompilerBug(`${e.op} has one axis`);
        terms((t, maybe) => {
          const et = this.totalConst(t);
          w.line(`${list}.add(${this.names.get(`variable ${axis.id}`) ?? ''}, ${sign}${t.v}, ${et}, ${maybe ? `${maybe} ? (${c()} ? 1 : 2) : 0` : '0'});`);
        });
        head.add(`const ${list} = new S.Best();`);
        return { ...exactly(w.let(`${list}.index()`)), abs: w.let(`${list}.error()`) };
      }
      default: return unreachable(e.op);
    }
  }
}

const significand = (acc: DType): number => (acc === 'f16' ? 11 : acc === 'bf16' ? 8 : 24);

function combine(op: BinaryOp, a: Grid | undefined, b: Grid | undefined): Grid | undefined {
  if (!a || !b) return undefined;
  switch (op) {
    case 'add': case 'sub': return { step: Math.min(a.step, b.step), max: a.max + b.max };
    case 'mul': return { step: a.step * b.step, max: a.max * b.max };
    case 'min': case 'max': return { step: Math.min(a.step, b.step), max: Math.max(a.max, b.max) };
    case 'bitand': case 'shr': case 'mod': return { step: 1, max: Math.max(a.max, b.max) };
    default: return undefined;
  }
}
/** The grid after rounding: unchanged where every point of it is a value of the dtype. */
function rounded(to: DType, grid: Grid | undefined): Grid | undefined {
  const range = integerRange(to);
  if (range) return { step: 1, max: Math.min(grid?.max ?? Infinity, Math.max(-range.min, range.max)) };
  return isFloat(to) && fits(grid, significand(to)) && grid.step >= 2 ** -24 && grid.max < highestF16 ? grid : undefined;
}
const highestF16 = 65504;
