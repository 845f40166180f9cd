/** Sums as a target may compute them that fuses and regroups: within the oracle's bound, and the bound not much wider. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomValues } from '../../src/ir/random-input.ts';
import { interpret } from '../../src/ir/tst-interpret.ts';
import type { Expr } from '../../src/ir/tst.ts';
import { axis, binary, cast, constant, kernel, read, statement, tensor } from './tst-build.ts';

const f = Math.fround, n = 512, u = 2 ** -24;
const X = randomValues('f32', 'X', n, 3).map((x) => x * 2), Z = randomValues('f32', 'Z', n, 4);

/** Share of the points where `regrouped` is another number than the operators one by one give; the bound holds for both. */
function apart(e: Expr, oneByOne: (x: number, z: number) => number, regrouped: (x: number, z: number) => number, most: number): number {
  const i = axis('i', n);
  const k = kernel('sums', [], [tensor('X', 'input', 'f32', [n]), tensor('Z', 'input', 'f32', [n]), tensor('Y', 'output', 'f32', [n])], [statement('Y', [i], e)]);
  const { values, error } = interpret(k, {}, new Map([['X', X], ['Z', Z]])).get('Y')!;
  let others = 0;
  for (let p = 0; p < n; p++) {
    const x = X[p]!, z = Z[p]!, v = values[p]!, bound = error[p]!;
    for (const y of [oneByOne(x, z), regrouped(x, z)]) assert.ok(Math.abs(y - v) <= bound, `${y} against ${v} ± ${bound}`);
    assert.ok(bound <= most, `the bound ${bound} is wider than what regrouping may do`);
    if (oneByOne(x, z) !== regrouped(x, z)) others++;
  }
  return others / n;
}

test('constants of one sum may be added first', () => {
  const e = binary('add', constant(f(0.1)), binary('sub', read('X', ['i']), constant(2)));
  const share = apart(e, (x) => f(f(0.1) + f(x - 2)), (x) => f(x + f(f(0.1) - 2)), 40 * u);
  assert.ok(share > 0.1);
});
test('a product whose rounding is asked for may enter a sum without it', () => {
  const product = cast('f32', binary('mul', read('X', ['i']), read('Z', ['i'])));
  const e = cast('f32', binary('sub', product, read('Z', ['i'])));
  const share = apart(e, (x, z) => f(f(x * z) - z), (x, z) => f(x * z - z), 20 * u);
  assert.ok(share > 0.1);
});
test('a product of a sum and a constant may be a sum of products', () => {
  const c = f(0.0249953), e = binary('mul', binary('add', constant(-0.75), read('X', ['i'])), constant(c));
  const share = apart(e, (x) => f(f(x - 0.75) * c), (x) => f(x * c + f(-0.75 * c)), 2 * u);
  assert.ok(share > 0.1);
});
test('multiples of one number in a sum of sums may be one product', () => {
  const x = read('X', ['i']), z = read('Z', ['i']);
  // x*0.5 + (1 + x) as x*1.5 + 1 (NVIDIA's driver through Vulkan): the product is rounded, though no operator of the source rounds as much.
  const first = binary('add', binary('mul', x, constant(0.5)), binary('add', constant(1), x));
  assert.ok(apart(first, (v) => f(f(v * 0.5) + f(1 + v)), (v) => f(f(v * 1.5) + 1), 10 * u) > 0.02);
  // The constants' sum is rounded as well.
  const second = binary('add', binary('mul', x, constant(f(0.1))), x);
  assert.ok(apart(second, (v) => f(f(v * f(0.1)) + v), (v) => f(v * f(f(0.1) + 1)), 10 * u) > 0.1);
  // Other terms then meet in other orders, also where neither operand is a multiple alone.
  const third = binary('sub', binary('sub', x, z), binary('add', binary('mul', constant(3), x), cast('f32', binary('mul', z, z))));
  assert.ok(apart(third, (v, w) => f(f(v - w) - f(f(3 * v) + f(w * w))), (v, w) => f(f(f(-w * w) - w) + -2 * v), 40 * u) > 0.1);
});
test('sums that no order rounds stay exact', () => {
  const e = binary('add', constant(1), binary('sub', constant(3), constant(2)));
  apart(e, () => 2, () => 2, 0);
});

test.run();
