import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isRefuted } from '../../src/ir/index-counterexample.ts';
import * as I from '../../src/ir/index-expr.ts';
import { Facts, proveNonNegative } from '../../src/ir/index-facts.ts';

const M = I.size('M'), x = I.variable('x'), one = I.num(1);

test('a claim that fails somewhere is refuted, one that holds is not', () => {
  const facts = Facts.none.withVariable('x', M);
  assert.ok(isRefuted(I.sub(x, one), facts));
  assert.ok(isRefuted(I.sub(I.num(100), M), facts));
  assert.not.ok(isRefuted(I.sub(I.sub(M, one), x), facts));
  assert.not.ok(isRefuted(I.sub(x, I.mul(I.num(3), I.floorDiv(x, I.num(3)))), facts));
});

test('only places where every fact holds count', () => {
  // x < 8 and x >= 5 + y, so x - 5 is never negative although x by itself may be 0.
  const facts = Facts.none.withVariable('y', I.num(3)).withVariable('x', I.num(8)).withNonNegative(I.sub(x, I.add(I.num(5), I.variable('y'))));
  assert.not.ok(isRefuted(I.sub(x, I.num(5)), facts));
  assert.ok(proveNonNegative(I.sub(x, I.num(5)), facts));
  // Nothing happens where a loop has no turn.
  const never = Facts.none.withVariable('x', I.num(0));
  assert.not.ok(isRefuted(I.num(-1), never));
  assert.not.ok(isRefuted(I.sub(x, I.num(5)), never));
});

test('a size of known residue and a divisor that may be 0', () => {
  const facts = Facts.none.withDivisible(M, 8);
  // 8 divides M, so M - 8*floor(M/8) is 0.
  assert.not.ok(isRefuted(facts.resolve(I.neg(I.sub(M, I.mul(I.num(8), I.floorDiv(M, I.num(8)))))), facts));
  assert.ok(isRefuted(facts.resolve(I.sub(I.num(64), M)), facts));
  // With M = 0 the quotient means nothing; that is no place to refute anything at.
  const least = Facts.none.withSize('M', 0, 0);
  assert.not.ok(isRefuted(I.sub(I.floorDiv(x, M), I.num(1000)), least));
});

test.run();
