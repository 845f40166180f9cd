/** Short constructors of tensor syntax trees for tests, and the kernels that several tests use. */
import type { DType, ValueType } from '../../src/ir/dtype.ts';
import { valueTypeOf } from '../../src/ir/dtype.ts';
import { add, floorDiv, type IndexExpr, mul, num, size, sub, value, variable } from '../../src/ir/index-expr.ts';
import type { BinaryOp, UnaryOp } from '../../src/ir/scalar.ts';
import type { Axis, Bounds, Expr, Kernel, Read, Reduce, Statement, Tensor } from '../../src/ir/tst.ts';

export const nowhere = { file: 'test.tdsl', start: 0, end: 0 };
type Index = IndexExpr | string | number;
const index = (i: Index): IndexExpr => (typeof i === 'string' ? variable(i) : typeof i === 'number' ? num(i) : i);
const extent = (i: Index): IndexExpr => (typeof i === 'string' ? size(i) : index(i));

export const axis = (id: string, n: Index): Axis => ({ id, name: id, extent: extent(n), span: nowhere });
export const tensor = (name: string, role: Tensor['role'], dtype: DType, shape: readonly Index[], limit?: Index): Tensor =>
  ({ name, role, dtype, shape: shape.map(extent), limit: limit === undefined ? undefined : extent(limit), span: nowhere });
export const read = (name: string, at: readonly Index[], dtype: DType = 'f32', bounds: Bounds = 'proved', fill?: Expr, gathers: Record<string, Expr> = {}): Read =>
  ({ kind: 'read', tensor: name, index: at.map(index), gathers, bounds, fill, type: valueTypeOf(dtype), span: nowhere });
export const constant = (x: number, type: ValueType = 'f32'): Expr => ({ kind: 'const', value: x, type });
export const indexValue = (e: Index): Expr => ({ kind: 'index', index: index(e), type: 'i32' });
export const unary = (op: UnaryOp, a: Expr): Expr => ({ kind: 'unary', op, a, type: op === 'not' ? 'bool' : a.type });
const comparisons: readonly BinaryOp[] = ['eq', 'ne', 'lt', 'le', 'and', 'or'];
export const binary = (op: BinaryOp, a: Expr, b: Expr): Expr => ({ kind: 'binary', op, a, b, type: comparisons.includes(op) ? 'bool' : a.type });
export const select = (cond: Expr, then: Expr, otherwise: Expr): Expr => ({ kind: 'select', cond, then, else: otherwise, type: then.type });
export const cast = (to: DType, a: Expr): Expr => ({ kind: 'cast', to, a, type: valueTypeOf(to) });
export const reduce = (op: Reduce['op'], axes: readonly Axis[], body: Expr, where?: Expr, acc?: DType): Reduce => {
  const type = op === 'argmax' || op === 'argmin' ? 'i32' : op === 'any' || op === 'all' ? 'bool' : body.type;
  return { kind: 'reduce', op, axes, where, body, acc: acc ?? (type === 'i32' ? 'i32' : type === 'bool' ? 'bool' : 'f32'), type, span: nowhere };
};
export const softmax = (a: Axis, body: Expr, where?: Expr): Expr => ({ kind: 'softmax', axis: a, where, body, type: 'f32', span: nowhere });
export const statement = (target: string, axes: readonly Axis[], expr: Expr, at?: readonly Index[]): Statement =>
  ({ target, axes, index: at ? at.map(index) : axes.map((a) => variable(a.id)), value: expr, span: nowhere });
export const kernel = (name: string, sizes: readonly string[], tensors: readonly Tensor[], statements: readonly Statement[]): Kernel => ({
  name, doc: '', sizes: sizes.map((s) => ({ name: s, pinned: undefined, parameter: false, span: nowhere })), tensors, statements, formats: [], example: {}, facts: [], span: nowhere,
});

const [m, n, k] = [axis('m', 'M'), axis('n', 'N'), axis('k', 'K')];
export const matmul = (dtype: DType = 'f32', acc?: DType): Kernel => kernel('matmul', ['M', 'N', 'K'],
  [tensor('A', 'input', dtype, ['M', 'K']), tensor('B', 'input', dtype, ['K', 'N']), tensor('C', 'output', dtype === 'i8' ? 'i32' : dtype, ['M', 'N'])],
  [statement('C', [m, n], reduce('sum', [k], binary('mul', read('A', ['m', 'k'], dtype), read('B', ['k', 'n'], dtype)), undefined, acc))]);

/** Grouped causal attention. Axes of the second and third statement end in 2 and 3. */
export const attention = (): Kernel => {
  const axes = (suffix: string): Axis[] => [['b', 'B'], ['g', 'G'], ['r', 'R'], ['s', 'S']].map(([id, n]) => axis(`${id}${suffix}`, n!));
  const head = (suffix: string): IndexExpr => add(mul(variable(`g${suffix}`), size('R')), variable(`r${suffix}`));
  const dot = reduce('sum', [axis('d', 'D')], binary('mul', read('Q', ['b', head(''), 's', 'd']), read('K', ['b', 'g', 't', 'd'])));
  const seen = binary('le', indexValue('t2'), indexValue(sub(add(variable('s2'), size('T')), size('S'))));
  return kernel('attention', ['B', 'G', 'R', 'S', 'T', 'D'], [
    tensor('Q', 'input', 'bf16', ['B', mul(size('G'), size('R')), 'S', 'D']), tensor('K', 'input', 'bf16', ['B', 'G', 'T', 'D']), tensor('V', 'input', 'bf16', ['B', 'G', 'T', 'D']),
    tensor('O', 'output', 'bf16', ['B', mul(size('G'), size('R')), 'S', 'D']),
    tensor('P', 'temporary', 'f32', ['B', 'G', 'R', 'S', 'T']), tensor('W', 'temporary', 'bf16', ['B', 'G', 'R', 'S', 'T']),
  ], [
    statement('P', [...axes(''), axis('t', 'T')], binary('mul', dot, unary('rsqrt', cast('f32', indexValue(size('D')))))),
    statement('W', [...axes('2'), axis('t2', 'T')], softmax(axis('t2', 'T'), read('P', ['b2', 'g2', 'r2', 's2', 't2']), seen)),
    statement('O', [...axes('3'), axis('e', 'D')],
      reduce('sum', [axis('t3', 'T')], binary('mul', read('W', ['b3', 'g3', 'r3', 's3', 't3']), read('V', ['b3', 'g3', 't3', 'e']))), ['b3', head('3'), 's3', 'e']),
  ]);
};

/** Y = conv(X, F) with stride `st` and a border of `pad` zeros. */
export const conv = (): Kernel => {
  const out = (h: string, r: string): IndexExpr => add(floorDiv(sub(add(size(h), mul(num(2), size('pad'))), size(r)), size('st')), num(1));
  const at = (y: string, r: string): IndexExpr => sub(add(mul(variable(y), size('st')), variable(r)), size('pad'));
  return kernel('conv', ['C', 'H', 'R', 'O', 'st', 'pad'], [
    tensor('X', 'input', 'f32', ['C', 'H', 'H']), tensor('F', 'input', 'f32', ['O', 'C', 'R', 'R']), tensor('Y', 'output', 'f32', ['O', out('H', 'R'), out('H', 'R')]),
  ], [statement('Y', [axis('o', 'O'), axis('y', out('H', 'R')), axis('x', out('H', 'R'))],
    reduce('sum', [axis('c', 'C'), axis('r', 'R'), axis('q', 'R')],
      binary('mul', read('X', ['c', at('y', 'r'), at('x', 'q')], 'f32', 'fill', constant(0)), read('F', ['o', 'c', 'r', 'q']))))]);
};

/** Y[m] = T[idx[m]], with what happens outside. */
export const gather = (bounds: Bounds, limit?: Index): Kernel => kernel('gather', ['M', 'C'],
  [tensor('T', 'input', 'f32', ['C']), tensor('idx', 'input', 'i32', ['M'], limit), tensor('Y', 'output', 'f32', ['M'])],
  [statement('Y', [m], read('T', [value('i')], 'f32', bounds, bounds === 'fill' ? constant(-5) : undefined, { i: read('idx', ['m'], 'i32') }))]);
