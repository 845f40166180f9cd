import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Nest } from '../../src/ir/nest.ts';
import { validateNest } from '../../src/ir/nest-validate.ts';
import { num, variable } from '../../src/ir/index-expr.ts';
import type { Axis, Expr } from '../../src/ir/tst.ts';

const test = suite('nest-validate');
const span = { start: 0, end: 0, file: 't.tdsl' };
const axis = (id: string): Axis => ({ id, name: id, extent: num(4), span });
const read = (tensor: string, ...index: readonly string[]): Expr => ({ kind: 'read', tensor, index: index.map((id) => variable(id)), gathers: {}, bounds: 'proved', fill: undefined, type: 'f32', span });

/** Y[m] = sum(k) A[m, k], the loop's axis and what the sum reads and keeps as given. */
const nest = (loop: string, body: Expr, kept: readonly string[] = ['m'], value: Expr = read('Y_sum', 'm')): Nest => ({
  name: 'Y', spatial: [axis('m')], serial: new Set(), serialGroups: [], loops: [], stores: [{ tensor: 'Y', index: [variable('m')], value, span }],
  groups: [{ axes: [axis(loop)], inner: [], parts: [{ name: 'Y_sum', op: 'sum', acc: 'f32', type: 'f32', kept, where: undefined, body, rescale: undefined, span }] }],
});
const said = (n: Nest): string[] => validateNest(n).map((v) => `${v.rule}: ${v.message}`);

test('a sum over an axis of its own', () => {
  assert.equal(said(nest('k', read('A', 'm', 'k'))), []);
});
test('a loop over an axis that the rows have', () => {
  assert.equal(said(nest('m', read('A', 'm', 'm'))), ['1: the axis m is bound twice in the nest Y']);
});
test('axes that end with their loop, or are bound nowhere', () => {
  assert.equal(said(nest('k', read('A', 'm', 'n'))), ['2: Y_sum uses the axis n, which is not bound there in the nest Y']);
  assert.equal(said(nest('k', read('A', 'm', 'k'), ['k'])), ['2: Y_sum uses the axis k, which is not bound there in the nest Y']);
  assert.equal(said(nest('k', read('A', 'm', 'k'), ['m'], read('Y_sum', 'k'))), ['2: the value of Y uses the axis k, which is not bound there in the nest Y']);
});
test('a reduction within a value', () => {
  const inner: Expr = { kind: 'reduce', op: 'sum', axes: [axis('j')], where: undefined, body: read('A', 'm', 'j'), acc: 'f32', type: 'f32', span };
  assert.equal(said(nest('k', inner)), ['3: Y_sum holds a reduction in the nest Y']);
});

test.run();
