import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { size, value, variable } from '../../src/ir/index-expr.ts';
import { validateKernel } from '../../src/ir/tst-validate.ts';
import type { Expr, Kernel, Statement, Tensor } from '../../src/ir/tst.ts';
import { attention, axis, binary, cast, constant, conv, gather, indexValue, kernel, matmul, read, reduce, select, softmax, statement, tensor, unary } from './tst-build.ts';

test('correct kernels have no violation', () => {
  for (const k of [matmul(), matmul('i8'), attention(), conv(), gather('fill'), gather('proved', 'C')]) assert.equal(validateKernel(k), [], k.name);
});

const one = (expr: Expr, more: { tensors?: Tensor[]; statements?: Statement[] } = {}): Kernel => kernel('one', ['M'],
  [tensor('X', 'input', 'f32', ['M']), tensor('idx', 'input', 'i32', ['M']), tensor('Y', 'output', 'f32', ['M']), ...(more.tensors ?? [])],
  [...(more.statements ?? []), statement('Y', [axis('m', 'M')], expr)]);
const X = read('X', ['m']), k = axis('k', 'M');

const wrong: readonly [string, Kernel, number, RegExp][] = [
  ['an axis bound twice', one(reduce('sum', [axis('m', 'M')], X)), 1, /m is bound twice/],
  ['two reductions with one axis', one(binary('add', reduce('sum', [k], X), reduce('sum', [k], X))), 1, /k is bound twice/],
  ['an axis that is not bound', one(read('X', ['q'])), 2, /axis q, which is not bound/],
  ['an axis used outside of its reduction', one(binary('add', reduce('sum', [k], read('X', ['k'])), read('X', ['k']))), 2, /axis k, which is not bound/],
  ['an extent that depends on an index', one(reduce('sum', [axis('j', variable('m'))], X)), 2, /depends on an index/],
  ['an unknown size', one(cast('f32', indexValue(size('Q')))), 2, /unknown size Q/],
  ['an unknown tensor', one(read('Z', ['m'])), 3, /Z is not declared/],
  ['too many positions', one(read('X', ['m', 'm'])), 3, /1 dimensions and is read at 2/],
  ['a value nothing gives', one(read('X', [value('i')], 'f32', 'clamp')), 3, /value i, which nothing gives/],
  ['reading before writing', one(read('Y', ['m'])), 3, /Y is read before/],
  ['a fill without a value', one(read('X', ['m'], 'f32', 'fill')), 3, /no value for outside/],
  ['writing an input', one(X, { statements: [statement('X', [axis('a', 'M')], constant(1))] }), 3, /X is an input/],
  ['a temporary that is never written', one(X, { tensors: [tensor('H', 'temporary', 'f32', ['M'])] }), 3, /H is never written/],
  ['a temporary in another order', one(X, { tensors: [tensor('H', 'temporary', 'f32', ['M', 'M'])], statements: [statement('H', [axis('a', 'M'), axis('b', 'M')], constant(1), ['b', 'a'])] }), 3, /axes in order/],
  ['mixed types', one(binary('add', X, read('idx', ['m'], 'i32'))), 4, /right side of add is i32/],
  ['a condition that is no bool', one(select(X, X, X)), 4, /condition is f32/],
  ['an integer stored as a float', one(read('idx', ['m'], 'i32')), 4, /value of Y is i32/],
  ['a float function of an integer', one(cast('f32', unary('exp', read('idx', ['m'], 'i32')))), 4, /operand of exp is i32/],
  ['bit operations on floats', one(binary('bitand', X, X)), 4, /left side of bitand is f32/],
  ['a wrong result type', one({ kind: 'binary', op: 'lt', a: X, b: X, type: 'f32' }), 4, /lt gives f32/],
  ['a float index', one(read('X', [value('i')], 'f32', 'clamp', undefined, { i: X })), 4, /index into X is f32/],
  ['integers summed in f16', one(cast('f32', reduce('sum', [k], read('idx', ['k'], 'i32'), undefined, 'f16'))), 4, /accumulated in f16/],
  ['argmax over two axes', one(cast('f32', reduce('argmax', [k, axis('j', 'M')], X))), 1, /one axis/],
  ['softmax over an axis that is not there', one(softmax(k, X)), 2, /which is not bound around it/],
  ['a format that names no tensor', { ...one(X), formats: [{ tensor: 'W', format: 'q4', codes: 'W.codes', scale: 'X', zero: undefined, group: [] }] }, 5, /W.codes, which is no tensor/],
];
for (const [what, bad, rule, message] of wrong) {
  test(what, () => {
    const found = validateKernel(bad);
    assert.ok(found.some((v) => v.rule === rule && message.test(v.message)), JSON.stringify(found.map((v) => [v.rule, v.message])));
  });
}

test('everything wrong is found in one run', () => {
  assert.is(validateKernel(one(binary('add', read('Z', ['m']), read('X', ['q'])))).length, 2);
});

test.run();
