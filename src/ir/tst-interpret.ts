/**
 * The oracle: evaluates a kernel's tensor syntax trees and says how far a correct target may be from the result.
 *
 * Values are computed in f64 and rounded only where the source says so: storing to the dtype of a `let` or an output, and casts. Integers are
 * exact and wrap at 32 bits. Beside each value runs a bound of the error that any target may have which computes in f32 (tst-error.ts has
 * each operator's part), sums in any order in the accumulator's type, and commutes positive scaling with the rounding of temporaries:
 *
 *     error(sum of n terms) = sum of error(t) + (n + 16) * eps(acc) * sum |t|        (Higham, Accuracy and Stability, section 4.2)
 *     error(a * b)          = |a|*error(b) + |b|*error(a) + error(a)*error(b) + u * |a*b|
 *     error(store)          = the farthest that rounding can move any value within the error: a tie that may fall either way is counted
 *
 * With `sample`, only those elements of the outputs are computed, and of temporaries only what they need.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type DType, dtypes, isFloat } from './dtype.ts';
import { evaluate, type IndexExpr, variable } from './index-expr.ts';
import { JsWriter } from './js-writer.ts';
import { castTo, roundTo, unitRoundoff } from './round.ts';
import { ExprCompiler, roundingMoves, type Source } from './tst-compile.ts';
import { withConstants } from './tst-constants.ts';
import { type Cell, hoist } from './tst-hoist.ts';
import { pointOf } from './tst-invert.ts';
import { type Dense, type Known, type Lazy, Memo, open, type Open, scan, settle, type Stored, unravel, type Values, volume } from './tst-memory.ts';
import { scanRow, type Term, topRow } from './tst-ordered.ts';
import { type Offence, support } from './tst-support.ts';
import { updated } from './tst-update.ts';
import { type VersionedKernel, type VersionedStatement, versions } from './tst-versions.ts';
import type { Axis, Expr, Kernel, Statement } from './tst.ts';

/** `error[i]` bounds how far a correct result is from `values[i]`; Infinity or NaN: anything. `indices`: which elements, when sampled. */
export interface OracleTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: Float64Array;
  readonly error: Float64Array;
  readonly indices: ArrayLike<number> | undefined;
}
export interface InterpretOptions {
  /** Flat element indices of the outputs to compute; an output that is not listed is left out. Without it: everything. */
  readonly sample?: ReadonlyMap<string, ArrayLike<number>>;
  /** How far inputs may be from their values, for those that are results themselves; others are exact. */
  readonly errors?: ReadonlyMap<string, Float64Array>;
  /** Called for every index that leaves its tensor where the program says `check`. */
  readonly onOffence?: (offence: Offence) => void;
}

/** The outputs by name. Sizes and inputs must be complete and fit the signature; `Values` says how inputs are given. */
export function interpret(
  kernel: Kernel, sizes: Readonly<Record<string, number>>, inputs: ReadonlyMap<string, Values>, options: InterpretOptions = {},
): Map<string, OracleTensor> {
  return new Interpreter(kernel, new Map(Object.entries(sizes)), inputs, options).run();
}

/** One thing to compute for every point of the axes. `dtype`: what it is stored as; undefined keeps it as it is. */
interface Task { readonly axes: readonly Axis[]; readonly index: readonly IndexExpr[]; readonly value: Expr; readonly dtype: DType | undefined; readonly scaled: boolean; readonly last: boolean }
type Compiled = (...args: readonly unknown[]) => unknown;

const names = Object.keys(dtypes) as DType[];
const table = (f: (dtype: DType, x: number) => number): Record<string, (x: number) => number> => Object.fromEntries(names.map((d) => [d, (x: number) => f(d, x)]));
const stores = { round: table(roundTo), cast: table(castTo) };

class Interpreter {
  private readonly tensors = new Map<string, Dense | Lazy>();
  private readonly support: object;
  private readonly kernel: VersionedKernel;
  private readonly sizes: ReadonlyMap<string, number>;
  private readonly options: InterpretOptions;

  constructor(kernel: Kernel, sizes: ReadonlyMap<string, number>, inputs: ReadonlyMap<string, Values>, options: InterpretOptions) {
    this.kernel = versions(withConstants(kernel)); this.sizes = sizes; this.options = options;
    this.support = { ...support(options.onOffence ?? (() => {})), stores };
    for (const t of kernel.tensors) {
      if (t.role !== 'input' && t.role !== 'inout') continue;
      const values = inputs.get(t.name), stored = this.stored(t.name);
      if (!values) throw new CompilerBug(`no values for ${t.name}`);
      if (values.length !== volume(stored.shape)) throw new CompilerBug(`${t.name} has ${values.length} values for the shape ${stored.shape.join(' x ')}`);
      const errors = options.errors?.get(t.name);
      const isExact = errors === undefined || errors.every((e) => e === 0);
      this.tensors.set(t.name, { kind: 'dense', ...stored, values, errors: isExact ? undefined : errors, grid: isExact ? scan(values) : undefined });
    }
  }

  run(): Map<string, OracleTensor> {
    const { sample } = this.options, { statements } = this.kernel;
    if (sample) for (const name of new Set(statements.map((s) => s.target))) this.define(name);
    else statements.forEach((s, i) => this.evaluate(s, statements.slice(i + 1).some((later) => later.target === s.target)));
    const result = new Map<string, OracleTensor>();
    for (const t of this.kernel.tensors) {
      const indices = sample?.get(t.name);
      if ((t.role !== 'output' && t.role !== 'inout') || t.name.includes('#') || (sample && !indices)) continue;
      const found = this.tensors.get(this.kernel.last(t.name)) ?? open(this.stored(t.name));
      const { shape, dtype } = found;
      if (found.kind === 'dense') {
        result.set(t.name, { dtype, shape, values: Float64Array.from(found.values), error: found.errors ?? new Float64Array(found.values.length), indices: undefined });
        continue;
      }
      const n = indices?.length ?? 0, values = new Float64Array(n), error = new Float64Array(n);
      for (let i = 0; i < n; i++) { values[i] = found.at.at(indices?.[i] ?? 0); error[i] = found.at.error; }
      result.set(t.name, { dtype, shape, values, error, indices });
    }
    return result;
  }

  private number(e: IndexExpr): number {
    return evaluate(e, (kind, id) => {
      const n = this.sizes.get(id);
      if (kind !== 'size' || n === undefined) throw new CompilerBug(`${kind} ${id} has no value`);
      return n;
    });
  }
  private stored(name: string): Stored {
    const t = this.kernel.tensors.find((x) => x.name === name);
    if (!t) throw new CompilerBug(`unknown tensor ${name}`);
    return { shape: t.shape.map((e) => this.number(e)), dtype: t.dtype, limit: t.limit && this.number(t.limit) };
  }
  private extents(axes: readonly Axis[]): number[] { return axes.map((a) => this.number(a.extent)); }

  private evaluate(s: VersionedStatement, more: boolean): void {
    if (s.update !== undefined) { this.evaluateUpdate(s); return; }
    const { cells, value } = hoist(s, this.kernel.statements.indexOf(s));
    for (const c of cells) this.tensors.set(c.name, this.cell(c));
    const old = this.tensors.get(s.target);
    const target = old && isOpen(old) ? old : open(this.stored(s.target));
    this.fill({ axes: s.axes, index: s.index, value, dtype: target.dtype, scaled: this.scaled(s), last: this.isOutput(s) }, target);
    this.tensors.set(s.target, more ? target : settle(target));
    for (const c of cells) this.tensors.delete(c.name);
  }

  private cell(c: Cell): Dense {
    const cell = open({ shape: this.extents(c.axes), dtype: c.type, limit: undefined });
    if (c.rows === undefined) this.fill({ axes: c.axes, index: c.axes.map((a) => variable(a.id)), value: c.value, dtype: undefined, scaled: false, last: false }, cell);
    else this.rows(c.rows, c.type, cell);
    return settle(cell);
  }
  /** Scans and top-k, row by row. */
  private rows({ op, of, counts }: NonNullable<Cell['rows']>, type: DType, into: Open): void {
    const from = this.tensors.get(of), mask = counts === undefined ? undefined : this.tensors.get(counts);
    if (from === undefined) throw new CompilerBug(`there is no cell ${of}`);
    const at = (t: Dense | Lazy, i: number): Known => (t.kind === 'lazy' ? { v: t.at.at(i), e: t.at.error } : { v: t.values[i]!, e: t.errors?.[i] ?? 0 });
    const length = from.shape.at(-1) ?? 1, width = into.shape.at(-1) ?? 1;
    for (let row = 0; row * width < into.values.length; row++) {
      const terms = Array.from({ length }, (_, n): Term => ({ value: at(from, row * length + n), counts: mask === undefined ? { v: 1, e: 0 } : at(mask, row * length + n) }));
      const found = op === 'scan' ? scanRow(terms, type) : topRow(terms, width);
      found.forEach(({ v, e }, n) => { into.values[row * width + n] = v; into.errors[row * width + n] = e; });
    }
  }

  /** Whether the rounding of the stored value may change places with a positive factor, as tst-compile.ts has it for casts. */
  private scaled(s: Statement): boolean {
    const t = this.kernel.tensors.find((x) => x.name === s.target);
    if (t?.role !== 'temporary' || t.inMemory === true) return false;
    return s.value.kind === 'cast' ? s.value.to === t.dtype && roundingMoves(t.dtype, s.value.a) : roundingMoves(t.dtype, s.value);
  }

  private isOutput(s: Statement): boolean { return this.kernel.tensors.some((t) => t.name === s.target && t.role === 'output'); }

  private fill(task: Task, into: Open): void {
    const w = new JsWriter(), used = new Map<string, Dense | Lazy>();
    const compiler = this.compiler(w, used);
    compiler.loop(task.axes, () => {
      const { v, e } = this.store(compiler, w, task);
      let stride = 1, flat = '0';
      for (let d = into.shape.length - 1; d >= 0; d--) {
        flat += ` + ${stride} * ${compiler.index(compiler.concrete(task.index[d]!), undefined)}`;
        stride *= into.shape[d]!;
      }
      const at = w.let(flat);
      w.line(`V[${at}] = ${v}; E[${at}] = ${e};`);
    });
    this.build(w, used, ['V', 'E'])(into.values, into.errors);
  }

  /** Compiles the value and its rounding: code of both numbers. */
  private store(compiler: ExprCompiler, w: JsWriter, task: Task): { v: string; e: string } {
    // An output's own rounding comes last.
    const x = task.last && task.value.kind === 'cast' ? compiler.cast(task.value, false) : compiler.compile(task.value);
    const total = compiler.total(x);
    if (task.dtype === undefined) return { v: x.v, e: total };
    const f = `S.stores.${task.value.type === 'f32' && !isFloat(task.dtype) ? 'cast' : 'round'}.${task.dtype}`;
    const v = w.let(`${f}(${x.v})`);
    // 1% for the products of errors that the bounds of the operators leave out; integers have none.
    const slack = task.value.type === 'f32' ? 1.01 : 1;
    // A target that applies a factor after the rounding has no value of the narrow type, so nothing rounds its error away.
    if (task.scaled && task.value.kind === 'cast') return { v, e: `${slack} * (${total})` };
    const e = total === '0' ? '0' : w.let(`S.roundingError(${f}, ${x.v}, ${slack} * (${total}), ${v})`);
    return { v, e: task.scaled ? `${e} + ${2 * unitRoundoff(task.dtype)} * Math.abs(${v}) + S.steppedError('${task.dtype}', ${x.v})` : e };
  }

  /** The points that go to each element, and what each brings. Where an index is in doubt nothing is known of any element. */
  private targets(s: VersionedStatement): { readonly points: ReadonlyMap<number, number[]>; readonly doubtful: boolean; readonly term: (flat: number) => Known } {
    const shape = this.stored(s.target).shape, extents = this.extents(s.axes);
    const w = new JsWriter(), used = new Map<string, Dense | Lazy>();
    const compiler = this.compiler(w, used);
    compiler.loop(s.axes, () => {
      const gathers = new Map(Object.entries(s.update?.gathers ?? {}).map(([id, e]) => {
        const n = compiler.compile(e);
        if (n.abs !== '0') w.line(`if (${n.abs} > 0) R.doubtful = true;`);
        return [id, w.let(n.v)] as const;
      }));
      const at = s.index.map((i) => w.let(compiler.index(compiler.concrete(i), gathers)));
      const inside = at.map((x, d) => `${x} >= 0 && ${x} < ${shape[d]!}`).join(' && ');
      const point = s.axes.reduce((flat, a, d) => `(${flat}) * ${extents[d]!} + ${compiler.nameOf(a)}`, '0');
      const target = at.reduce((flat, x, d) => `(${flat}) * ${shape[d]!} + ${x}`, '0');
      w.line(inside === '' ? `R.add(${target}, ${point});` : `if (${inside}) R.add(${target}, ${point});`);
    });
    const points = new Map<number, number[]>();
    const result = { doubtful: false, add: (target: number, point: number): void => { const known = points.get(target); if (known) known.push(point); else points.set(target, [point]); } };
    this.build(w, used, ['R'])(result);
    const f = this.element({ axes: s.axes, index: [], value: s.value, dtype: undefined, scaled: false, last: true });
    return { points, doubtful: result.doubtful, term: (flat) => ({ ...f(unravel(flat, extents)) }) };
  }

  private evaluateUpdate(s: VersionedStatement): void {
    const { cells, value } = hoist(s, this.kernel.statements.indexOf(s));
    for (const c of cells) this.tensors.set(c.name, this.cell(c));
    const old = this.tensors.get(s.before ?? s.target);
    if (old?.kind !== 'dense') throw new CompilerBug(`${s.target} is updated before it has values`);
    const values = Float64Array.from(old.values), errors = old.errors === undefined ? new Float64Array(values.length) : Float64Array.from(old.errors);
    const { points, doubtful, term } = this.targets({ ...s, value });
    for (const [at, from] of points) {
      const { v, e } = updated(s.update?.op ?? 'set', old.dtype, { v: values[at]!, e: errors[at]! }, from.map(term));
      values[at] = v; errors[at] = e;
    }
    if (doubtful) errors.fill(Infinity);
    this.tensors.set(s.target, settle({ ...this.stored(s.target), kind: 'dense', values, errors, grid: undefined }));
    for (const c of cells) this.tensors.delete(c.name);
  }

  /** The same, element by element when asked. */
  private defineUpdate(s: VersionedStatement): void {
    const stored = this.stored(s.target);
    const value = this.lazyCells(s);
    const old = this.tensors.get(s.before ?? s.target);
    let found: ReturnType<Interpreter['targets']> | undefined;
    this.tensors.set(s.target, { kind: 'lazy', ...stored, at: new Memo((i) => {
      found ??= this.targets({ ...s, value });
      if (old === undefined) throw new CompilerBug(`${s.target} is updated before it has values`);
      const before: Known = old.kind === 'lazy' ? { v: old.at.at(i), e: old.at.error } : { v: old.values[i]!, e: old.errors?.[i] ?? 0 };
      const from = found.points.get(i);
      const after = from === undefined ? before : updated(s.update?.op ?? 'set', stored.dtype, before, from.map(found.term));
      return found.doubtful ? { v: after.v, e: Infinity } : after;
    }) });
  }

  private lazyCells(s: VersionedStatement): Expr {
    const { cells, value } = hoist(s, this.kernel.statements.indexOf(s));
    for (const c of cells) {
      const shape = this.extents(c.axes);
      if (c.rows !== undefined) {
        // Rows need all of their terms, so the whole cell is computed when any of it is asked for.
        const { rows } = c;
        let whole: Open | undefined;
        this.tensors.set(c.name, { kind: 'lazy', shape, dtype: c.type, limit: undefined, at: new Memo((i) => {
          if (whole === undefined) { whole = open({ shape, dtype: c.type, limit: undefined }); this.rows(rows, c.type, whole); }
          return { v: whole.values[i]!, e: whole.errors[i]! };
        }) });
        continue;
      }
      const f = this.element({ axes: c.axes, index: [], value: c.value, dtype: undefined, scaled: false, last: false });
      this.tensors.set(c.name, { kind: 'lazy', shape, dtype: c.type, limit: undefined, at: new Memo((i) => f(unravel(i, shape))) });
    }
    return value;
  }

  private define(name: string): void {
    const own = this.kernel.statements.find((s) => s.target === name && s.update !== undefined);
    if (own !== undefined) { this.defineUpdate(own); return; }
    const stored = this.stored(name);
    const pieces = this.kernel.statements.filter((s) => s.target === name).map((s) => {
      const value = this.lazyCells(s);
      const extents = this.extents(s.axes);
      const point = pointOf(s.index, s.axes.map((a, i) => ({ id: a.id, extent: extents[i]! })), this.sizes);
      return { point, f: this.element({ axes: s.axes, index: s.index, value, dtype: stored.dtype, scaled: this.scaled(s), last: this.isOutput(s) }) };
    });
    // The last statement that writes an element has the last word.
    pieces.reverse();
    this.tensors.set(name, { kind: 'lazy', ...stored, at: new Memo((i) => {
      const where = unravel(i, stored.shape);
      for (const { point, f } of pieces) {
        const p = point(where);
        if (p) return f(p);
      }
      return { v: 0, e: Infinity };
    }) });
  }

  private element(task: Task): (point: readonly number[]) => Known {
    let made: Compiled | undefined;
    const answer = { v: 0, e: 0 };
    return (point) => {
      if (!made) {
        const w = new JsWriter(), used = new Map<string, Dense | Lazy>();
        const compiler = this.compiler(w, used);
        task.axes.forEach((a, i) => compiler.bind(a, w.let(`P[${i}]`)));
        const { v, e } = this.store(compiler, w, task);
        w.line(`A.v = ${v}; A.e = ${e};`);
        made = this.build(w, used, ['P', 'A']);
      }
      made(point, answer);
      return answer;
    };
  }

  private compiler(w: JsWriter, used: Map<string, Dense | Lazy>): ExprCompiler {
    const given = new Map<string, string>();
    return new ExprCompiler(w, this.sizes, (tensor): Source => {
      const t = this.tensors.get(tensor);
      if (!t) throw new CompilerBug(`${tensor} is read before it is written`);
      const name = given.get(tensor) ?? `T${given.size}`;
      given.set(tensor, name);
      used.set(name, t);
      return {
        shape: t.shape, dtype: t.dtype, limit: t.limit, lazy: t.kind === 'lazy', values: name,
        errors: t.kind === 'dense' && t.errors ? `${name}E` : undefined, grid: t.kind === 'dense' ? t.grid : undefined,
      };
    });
  }

  /** A function of the named parameters, closed over the tensors it reads. */
  private build(w: JsWriter, used: ReadonlyMap<string, Dense | Lazy>, parameters: readonly string[]): Compiled {
    const bound: [string, unknown][] = [['S', this.support]];
    for (const [name, t] of used) bound.push([name, t.kind === 'lazy' ? t.at : t.values], [`${name}E`, t.kind === 'lazy' ? undefined : t.errors]);
    const code = `"use strict"; return function (${parameters.join(', ')}) {\n${w.root.text()}\n};`;
    const outer = new Function(...bound.map(([name]) => name), code) as Compiled;
    return outer(...bound.map(([, x]) => x)) as Compiled;
  }
}

const isOpen = (t: Dense | Lazy): t is Open => t.kind === 'dense' && t.errors !== undefined && t.values instanceof Float64Array;
