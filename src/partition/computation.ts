/**
 * What partitioning matches: one statement as a tensor syntax tree in a normal form. Root: a combiner over summed indices; below it one product of
 * operands; each operand an access whose children are its dimensions; each dimension a sum of indices. Workloads and intrinsics have the same form,
 * so matching compares like with like (HASCO, ISCA 2021, section 3).
 */
import { affineParts, add, type IndexExpr, isConst, mul, substitute, variable, variablesOf } from '../ir/index-expr.ts';
import { print } from '../ir/index-print.ts';
import type { Axis, Expr, Kernel, Read, ReduceOp, Statement } from '../ir/tst.ts';
import { constant, freeAxes, isConstant, multiply, readsOf } from '../ir/tst-walk.ts';

/** One dimension of an access: Σ coefficient·index + rest. `tangled`: indices it uses in another way (inside a division or a gathered value). */
export interface Dimension {
  readonly coefficients: ReadonlyMap<string, IndexExpr>;
  readonly tangled: ReadonlySet<string>;
  readonly rest: IndexExpr;
  readonly whole: IndexExpr;
}

/** A factor of the product: a read, or a value computed from reads, which the interface computes while it loads the tile. */
export interface Operand {
  readonly name: string;
  readonly expr: Expr;
  /** The read that has most indices: its dimensions are the operand's. */
  readonly dimensions: readonly Dimension[];
  /** Dimensions of the other reads in it, each of which must agree. */
  readonly others: readonly (readonly Dimension[])[];
  readonly axes: ReadonlySet<string>;
}

export interface Computation {
  /** What stands on the left in the source. */
  readonly name: string;
  readonly statement: Statement;
  readonly combiner: ReduceOp;
  readonly spatial: readonly Axis[];
  readonly reduction: readonly Axis[];
  readonly operands: readonly Operand[];
  readonly output: readonly Dimension[];
}

export const axesOf = (c: Computation): readonly Axis[] => [...c.spatial, ...c.reduction];

/** The statement as a computation; undefined where it is no reduction. `accumulates`: the left side is added to, so a map counts as a sum over nothing. */
export function computationOf(statement: Statement, name: string, accumulates = false): Computation | undefined {
  const { value } = statement;
  if (value.kind !== 'reduce' && !accumulates) return undefined;
  const [op, axes, body, where] = value.kind === 'reduce' ? [value.op, value.axes, value.body, value.where] as const : ['sum' as const, [], value, undefined] as const;
  const factors = where === undefined ? factorsOf(body) : guarded(factorsOf(body), where);
  return {
    name, statement, combiner: op, spatial: statement.axes, reduction: axes,
    operands: merged(factors).map(operandOf), output: statement.index.map((i) => dimensionOf(i, [...statement.axes])),
  };

  function operandOf(expr: Expr): Operand {
    const all = [...statement.axes, ...axes];
    const reads = outerReads(expr).map((r) => ({ read: r, dimensions: r.index.map((i) => dimensionOf(i, all, r)) }))
      .sort((a, b) => leaves(b.dimensions) - leaves(a.dimensions));
    const [first, ...others] = reads;
    return { name: first?.read.tensor ?? 'a number', expr, dimensions: first?.dimensions ?? [], others: others.map((o) => o.dimensions), axes: freeAxes(expr) };
  }
}
const leaves = (dimensions: readonly Dimension[]): number => dimensions.reduce((n, d) => n + d.coefficients.size + d.tangled.size, 0);

/** Reads that are no index of another read. */
function outerReads(e: Expr): Read[] {
  const inner = new Set(readsOf(e).flatMap((r) => Object.values(r.gathers).flatMap(readsOf)));
  return readsOf(e).filter((r) => !inner.has(r));
}

function dimensionOf(index: IndexExpr, axes: readonly Axis[], read?: Read): Dimension {
  const ids = new Set(axes.map((a) => a.id));
  const gathered = new Set(Object.entries(read?.gathers ?? {}).filter(([id]) => index.key.includes(`g{${id}}`)).flatMap(([, e]) => [...freeAxes(e)]));
  const parts = affineParts(index, (id) => ids.has(id));
  if (parts === undefined) return { coefficients: new Map(), tangled: new Set([...variablesOf(index), ...gathered].filter((id) => ids.has(id))), rest: index, whole: index };
  // Kept indices first, each in the order of the statement, as one would write them.
  const coefficients = new Map(axes.flatMap((a) => { const f = parts.coefficients.get(a.id); return f === undefined ? [] : [[a.id, f] as const]; }));
  return { coefficients, tangled: gathered, rest: parts.rest, whole: index };
}

function factorsOf(e: Expr): Expr[] {
  if (e.kind === 'binary' && e.op === 'mul') return [...factorsOf(e.a), ...factorsOf(e.b)];
  return isConstant(e, 1) ? [] : [e];
}

/** Where the condition fails nothing is added, so one factor becomes 0 there: the first that varies along all that the condition uses. */
function guarded(factors: readonly Expr[], where: Expr): Expr[] {
  const needed = freeAxes(where);
  const at = Math.max(0, factors.findIndex((f) => [...needed].every((id) => freeAxes(f).has(id))));
  return factors.map((f, i) => (i === at ? { kind: 'select', cond: where, then: f, else: constant(0, f.type), type: f.type } : f));
}

/** A plain number is a scale of the first operand, and belongs to it. */
function merged(factors: readonly Expr[]): Expr[] {
  const isNumber = (f: Expr): boolean => freeAxes(f).size === 0 && readsOf(f).length === 0;
  const [first, ...others] = factors.filter((f) => !isNumber(f));
  return first === undefined ? [...factors] : [factors.filter(isNumber).reduce((product, f) => multiply(f, product), first), ...others];
}

/** Every reduction of a kernel in normal form, in order. */
export function computationsOf(kernel: Kernel): Computation[] {
  const written = new Set(kernel.tensors.map((t) => t.name));
  const reductions = kernel.statements.filter((s) => s.value.kind === 'reduce');
  const stems = reductions.map((s) => stemOf(s.target, written));
  return reductions.flatMap((s, i) => {
    const stem = stems[i] ?? s.target;
    return computationOf(s, stems.filter((x) => x === stem).length === 1 ? stem : s.target) ?? [];
  });
}
/** `C_sum`, which normalisation made for `C`, is called `C`. */
function stemOf(target: string, tensors: ReadonlySet<string>): string {
  const stem = /^(.*)_(?:sum|prod|max|min)(_\d+)?$/.exec(target)?.[1];
  return stem !== undefined && tensors.has(stem) ? stem : target;
}

/** The name a user gave the index. */
export const nameOfAxis = (c: Computation, id: string): string => axesOf(c).find((a) => a.id === id)?.name ?? id;

/** A dimension as a user would write it. */
export function printDimension(c: Computation, d: Dimension): string {
  const known = printed.get(d) ?? dimensionText(c, d);
  printed.set(d, known);
  return known;
}
const printed = new WeakMap<Dimension, string>();
function dimensionText(c: Computation, d: Dimension): string {
  const text = (e: IndexExpr): string => print(e, (atom) => (atom.kind === 'variable' ? nameOfAxis(c, atom.id) : atom.id));
  const [first, ...terms] = [...d.coefficients].map(([id, factor]) => text(mul(factor, variable(id))));
  if (first === undefined || d.tangled.size > 0) return text(d.whole);
  const rest = isConst(d.rest) === 0 ? [] : [text(d.rest)];
  return [...terms, ...rest].reduce((sum, t) => (t.startsWith('-') ? `${sum} - ${t.slice(1)}` : `${sum} + ${t}`), first);
}

/** The index with axes replaced by other expressions. */
export const replaceAxes = (e: IndexExpr, by: ReadonlyMap<string, IndexExpr>): IndexExpr => substitute(e, (a) => (a.kind === 'variable' ? by.get(a.id) : undefined));
export const scaled = (e: IndexExpr, factor: IndexExpr, offset: IndexExpr): IndexExpr => add(mul(e, factor), offset);
