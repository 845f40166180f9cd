import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type IndexExpr, num, size, sub, variable } from '../../src/ir/index-expr.ts';
import { interpret } from '../../src/ir/tst-interpret.ts';
import { substituteAxes } from '../../src/ir/tst-walk.ts';
import { axis, indexValue, kernel, read, binary, softmax, statement, tensor } from './tst-build.ts';

/** softmax over k of A[k], where k is not 1, as Y[m] has it with k replaced. */
const valuesAt = (to: IndexExpr): number[] => {
  const e = substituteAxes(softmax(axis('k', 'M'), read('A', ['k']), binary('ne', indexValue('k'), indexValue(1))), new Map([['k', to]]));
  const k = kernel('moved', ['M'], [tensor('A', 'input', 'f32', ['M']), tensor('Y', 'output', 'f32', ['M'])], [statement('Y', [axis('m', 'M')], e)]);
  return [...interpret(k, { M: A.length }, new Map([['A', A]])).get('Y')!.values];
};
const A = [1, 7, 2, -1, 0.5];
const total = A.reduce((s, x, i) => s + (i === 1 ? 0 : Math.exp(x)), 0);
const expected = A.map((x, i) => (i === 1 ? 0 : Math.exp(x) / total));
const near = (found: readonly number[], wanted: readonly number[]): void => found.forEach((x, i) => assert.ok(Math.abs(x - wanted[i]!) < 1e-6, `${i}: ${x}, not ${wanted[i]}`));

test('a softmax moves along with its axis', () => near(valuesAt(variable('m')), expected));
test('a softmax is taken at another place', () => {
  near(valuesAt(num(2)), A.map(() => expected[2]!));
  near(valuesAt(sub(sub(size('M'), num(1)), variable('m'))), [...expected].reverse());
});

test.run();
