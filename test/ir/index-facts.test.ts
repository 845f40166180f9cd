import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type IndexExpr, add, ceilDiv, floorDiv, isConst, min, mod, mul, num, size, sub, variable, value } from '../../src/ir/index-expr.ts';
import { print } from '../../src/ir/index-print.ts';
import { Facts, divisibleBy, lowerBound, proveEqual, proveLess, proveNonNegative, simplify, upperBound, proveInside } from '../../src/ir/index-facts.ts';

const [G, R, H, K, S, W] = ['G', 'R', 'H', 'K', 'S', 'W'].map(size) as [ReturnType<typeof size>, ...ReturnType<typeof size>[]] as ReturnType<typeof size>[];
const s = { G: G!, R: R!, H: H!, K: K!, S: S!, W: W!, pad: size('pad'), st: size('st') };
const v = (id: string) => variable(id);
const n = num;

test('a head split into group and member stays inside', () => {
  const facts = Facts.none.withVariable('g', s.G).withVariable('r', s.R);
  assert.ok(proveLess(add(mul(v('g'), s.R), v('r')), mul(s.G, s.R), facts));
  assert.not(proveLess(add(mul(v('g'), s.R), v('r'), n(1)), mul(s.G, s.R), facts));
  assert.is(print(simplify(floorDiv(add(mul(v('g'), s.R), v('r')), s.R), facts)), 'g');
  assert.is(print(simplify(mod(add(mul(v('g'), s.R), v('r')), s.R), facts)), 'r');
});

test('a window stays inside', () => {
  const facts = Facts.none.withVariable('x', add(sub(s.H, s.R), n(1))).withVariable('r', s.R);
  assert.ok(proveLess(add(v('x'), v('r')), s.H, facts));
  assert.not(proveLess(add(v('x'), v('r'), n(1)), s.H, facts));
  assert.ok(proveNonNegative(sub(s.H, s.R), facts), 'the loop has an iteration, so the window fits');
});

test('a strided window stays inside', () => {
  const facts = Facts.none.withVariable('y', add(floorDiv(sub(s.H, s.R), s.st), n(1))).withVariable('r', s.R).withSize('st', 1);
  const read = add(mul(v('y'), s.st), v('r'));
  assert.ok(proveLess(read, s.H, facts));
  assert.not(proveLess(add(read, n(1)), s.H, facts));
});

test('a padded window leaves, and the proof knows how far', () => {
  const out = add(floorDiv(sub(add(s.H, mul(n(2), s.pad)), s.R), s.st), n(1));
  const facts = Facts.none.withVariable('y', out).withVariable('r', s.R).withSize('st', 1);
  const read = sub(add(mul(v('y'), s.st), v('r')), s.pad);
  assert.not(proveNonNegative(read, facts));
  assert.not(proveLess(read, s.H, facts));
  assert.ok(proveNonNegative(add(read, s.pad), facts));
  assert.ok(proveLess(read, add(s.H, s.pad), facts));
});

test('whole tiles stay inside', () => {
  const facts = Facts.none.withVariable('t', floorDiv(s.K, n(128))).withVariable('u', n(128));
  const k = add(mul(v('t'), n(128)), v('u'));
  assert.ok(proveLess(k, s.K, facts));
  assert.is(print(simplify(floorDiv(k, n(128)), facts)), 't');
  assert.is(print(simplify(mod(k, n(32)), facts)), 'mod(u, 32)');
});

test('part tiles: the last one leaves, its tile index does not', () => {
  const facts = Facts.none.withVariable('t', ceilDiv(s.K, n(128))).withVariable('u', n(128));
  assert.not(proveLess(add(mul(v('t'), n(128)), v('u')), s.K, facts));
  assert.ok(proveLess(mul(v('t'), n(128)), s.K, facts));
  const inner = Facts.none.withVariable('k', s.K);
  assert.ok(proveLess(floorDiv(v('k'), n(128)), ceilDiv(s.K, n(128)), inner));
  const symbolic = inner.withSize('B', 1);
  assert.ok(proveLess(floorDiv(v('k'), size('B')), ceilDiv(s.K, size('B')), symbolic));
  const edge = Facts.none.withVariable('t', ceilDiv(s.K, n(128))).withVariable('u', min(n(128), sub(s.K, mul(v('t'), n(128)))));
  assert.ok(proveLess(add(mul(v('t'), n(128)), v('u')), s.K, edge), 'clipped by the extent of the inner loop');
});

test('the last 128 channels', () => {
  const facts = Facts.none.withVariable('o', n(128));
  const read = add(sub(s.K, n(128)), v('o'));
  assert.ok(proveLess(read, s.K, facts));
  assert.not(proveNonNegative(read, facts));
  assert.ok(proveNonNegative(read, facts.withNonNegative(sub(s.K, n(128)))));
  assert.ok(proveNonNegative(read, Facts.none.withVariable('k', sub(s.K, n(128))).withVariable('o', n(128))));
});

test('divisibility', () => {
  const facts = Facts.none.withDivisible(s.K, 128);
  assert.ok(divisibleBy(s.K, 64, facts));
  assert.ok(divisibleBy(add(mul(s.K, s.H), n(64)), 64, facts));
  assert.not(divisibleBy(s.K, 256, facts));
  assert.ok(divisibleBy(mul(n(2), s.K), 256, facts));
  assert.is(print(simplify(ceilDiv(s.K, n(128)), facts)), 'floor(K/128)');
  assert.is(print(simplify(mul(n(128), floorDiv(s.K, n(128))), facts)), 'K');
  assert.ok(divisibleBy(s.K, 64, Facts.none.withDivisible(sub(s.K, n(128)), 128)));
  const clipped = min(n(128), sub(s.K, mul(n(128), v('t'))));
  assert.is(print(simplify(clipped, facts.withVariable('t', ceilDiv(s.K, n(128))))), '128');
  assert.ok(divisibleBy(mul(s.G, s.R, n(2)), 16, Facts.none.withDivisible(mul(s.G, s.R), 8)));
  assert.not(divisibleBy(mul(s.G, s.R, n(2)), 32, Facts.none.withDivisible(mul(s.G, s.R), 8)));
  assert.ok(divisibleBy(mul(s.G, s.R, s.H), 8, Facts.none.withDivisible(mul(s.G, s.R), 8)));
});

test('equalities and pinned sizes', () => {
  const facts = Facts.none.withEqual(size('F'), mul(n(2), size('E'))).withPinned('D', 128);
  assert.is(print(simplify(floorDiv(size('F'), n(2)), facts)), 'E');
  assert.is(print(simplify(floorDiv(mul(size('D'), s.K), n(64)), facts)), '2*K');
  assert.ok(proveEqual(size('F'), mul(n(2), size('E')), facts));
  assert.not(proveEqual(size('F'), size('E'), facts));
  const joint = Facts.none.withEqual(mul(s.G, s.R), mul(s.H, s.W));
  assert.ok(proveEqual(mul(s.G, s.R), mul(s.H, s.W), joint));
  const even = Facts.none.withEqual(sub(s.K, mul(n(2), floorDiv(s.K, n(2)))), n(0));
  assert.ok(divisibleBy(s.K, 2, even));
  assert.ok(proveEqual(mul(n(2), floorDiv(s.K, n(2))), s.K, even));
  // Pairs of rows of an array that is walked as one: floor(x/(2*(K - 128))) < ceil(N/2) for x < N*(K - 128).
  const rest = sub(s.K, n(128)), walked = Facts.none.withNonNegative(sub(rest, n(1))).withVariable('x', mul(size('N'), rest));
  assert.ok(proveInside(floorDiv(v('x'), mul(n(2), rest)), ceilDiv(size('N'), n(2)), walked));
  assert.not(proveInside(floorDiv(v('x'), mul(n(2), rest)), floorDiv(size('N'), n(2)), walked));
  // The other half of a dimension, and the other of a pair of neighbours.
  const inside = even.withVariable('d', s.K), half = floorDiv(s.K, n(2));
  assert.ok(proveInside(add(half, mod(v('d'), half), mul(n(-1), half, floorDiv(v('d'), half))), s.K, inside));
  assert.not(proveInside(add(half, mod(v('d'), half), mul(half, floorDiv(v('d'), half))), s.K, inside));
  assert.ok(proveInside(sub(add(mul(n(2), floorDiv(v('d'), n(2))), n(1)), mod(v('d'), n(2))), s.K, inside));
  assert.not(proveInside(sub(add(mul(n(2), floorDiv(v('d'), n(2))), n(1)), mod(v('d'), n(2))), s.K, Facts.none.withVariable('d', s.K)));
});

test('floors of minima are rounded', () => {
  // for step < ceil(min(T, 64*m + 64)/16): 16*step + s < T where 16 divides T, with what else is known there.
  const ends = (T: IndexExpr) => ceilDiv(min(T, add(mul(n(64), v('m')), n(64))), n(16));
  const at = add(mul(n(16), v('step')), v('s'));
  const around = Facts.none.withDivisible(size('T'), 16).withSize('T', 1).withVariable('m', ceilDiv(size('T'), n(32))).withVariable('x', ceilDiv(size('T'), n(64)));
  assert.ok(proveInside(at, size('T'), around.withVariable('step', ends(size('T'))).withVariable('s', n(16))));
  assert.not(proveInside(at, size('T'), around.withVariable('step', ends(add(size('T'), n(1)))).withVariable('s', n(16))));
  assert.ok(proveInside(at, n(32), around.withVariable('step', ends(n(32))).withVariable('s', n(16))));
  assert.not(proveInside(at, n(32), around.withVariable('step', ends(n(33))).withVariable('s', n(16))));
});

test('a fact about minima is kept whole', () => {
  const place = sub(min(s.S, v('x')), min(s.K, v('y')));
  const facts = Facts.none.withVariable('x', s.W).withVariable('y', s.W).withNonNegative(place).withNonNegative(sub(sub(s.K, n(1)), place));
  assert.ok(proveInside(place, s.K, facts));
  assert.not(proveInside(add(place, n(1)), s.K, facts));
});

test('a floor of a floor', () => {
  const all = sub(mul(s.K, s.K), s.K);
  const facts = Facts.none.withSize('K', 2).withVariable('x', size('X')).withNonNegative(sub(sub(s.K, n(1)), floorDiv(v('x'), all)));
  assert.ok(proveInside(floorDiv(v('x'), mul(n(128), all)), ceilDiv(s.K, n(128)), facts));
  assert.not(proveInside(floorDiv(v('x'), mul(n(128), all)), floorDiv(s.K, n(128)), facts));
});

test('where nothing runs everything holds', () => {
  assert.ok(proveInside(n(-1), s.K, Facts.none.withVariable('x', n(0))));
  assert.ok(proveInside(n(-1), s.K, Facts.none.withNonNegative(n(-1))));
  assert.not(proveInside(n(-1), s.K, Facts.none.withVariable('x', n(1))));
});

test('bounds over sizes', () => {
  const facts = Facts.none.withVariable('t', ceilDiv(s.K, n(128))).withVariable('u', n(128)).withValue('i', n(0), sub(size('C'), n(1)));
  assert.is(print(upperBound(add(mul(v('t'), n(128)), v('u')), facts)!), '128*floor((K + 127)/128) - 1');
  assert.is(print(lowerBound(sub(v('u'), v('t')), facts)!), '1 - floor((K + 127)/128)');
  assert.is(print(upperBound(add(mul(value('i'), n(8)), mod(v('u'), n(8))), facts)!), '8*C - 1');
  assert.is(upperBound(value('unknown'), facts), undefined);
  const causal = Facts.none.withVariable('q', s.S).withVariable('k', add(v('q'), n(1)));
  assert.is(print(upperBound(v('k'), causal)!), 'S - 1');
});

test('partial division by ranges', () => {
  const facts = Facts.none.withVariable('c', s.S).withVariable('j', n(8)).withVariable('w', n(4));
  assert.is(print(simplify(floorDiv(add(mul(n(8), v('c')), v('j')), n(8)), facts)), 'c');
  assert.is(print(simplify(floorDiv(add(mul(n(4), v('c')), v('w')), n(8)), facts)), 'floor(c/2)');
  assert.is(print(simplify(mod(add(mul(n(4), v('c')), v('w')), n(8)), facts)), '4*mod(c, 2) + w');
  const bits = Facts.none.withVariable('l', n(32));
  assert.is(print(simplify(mod(floorDiv(v('l'), n(8)), n(4)), bits)), 'floor(l/8)');
  assert.is(print(simplify(floorDiv(sub(v('l'), n(40)), n(40)), bits)), '-1');
});

test('what is divided by something that facts call 0 stays a quotient of it: nothing is divided where they hold', () => {
  const facts = Facts.none.withNonNegative(mul(n(-1), s.R)).withVariable('x', n(1000));
  const divisor = ceilDiv(s.R, n(64));
  assert.is(isConst(simplify(divisor, facts)), 0);
  for (const e of [mod(v('x'), divisor), floorDiv(v('x'), divisor)]) assert.match(print(simplify(e, facts)), print(divisor));
});

test.run();
