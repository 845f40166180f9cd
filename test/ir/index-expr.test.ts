import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { add, affineParts, ceilDiv, coefficient, equals, evaluate, floorDiv, isConst, key, max, min, mod, mul, neg, num, size, sizesOf, sub, substitute, value, valuesOf, variable, variablesOf } from '../../src/ir/index-expr.ts';
import { print, view } from '../../src/ir/index-print.ts';

const [K, R, c, j] = [size('K'), size('R'), variable('c'), variable('j')];
const text = (e: ReturnType<typeof num>): string => print(e);

test('printing', () => {
  assert.is(text(add(j, mul(c, num(8)))), '8*c + j');
  assert.is(text(sub(K, mul(num(128), variable('t')))), 'K - 128*t');
  assert.is(text(floorDiv(K, num(128))), 'floor(K/128)');
  assert.is(text(floorDiv(c, mul(num(2), K))), 'floor(c/(2*K))');
  assert.is(text(add(floorDiv(sub(add(size('H'), mul(num(2), size('pad'))), R), size('st')), num(1))), 'floor((2*pad + H - R)/st) + 1');
  assert.is(text(neg(K)), '-K');
  assert.is(text(min(K, max(R, num(3)))), 'min(max(R, 3), K)');
});

test('division without facts', () => {
  assert.is(text(floorDiv(mul(num(8), c), num(8))), 'c');
  assert.is(text(floorDiv(add(mul(num(8), c), j), num(8))), 'c + floor(j/8)');
  assert.is(text(floorDiv(num(-1), num(8))), '-1');
  assert.is(text(mod(num(-1), num(8))), '7');
  assert.is(text(floorDiv(c, num(-2))), text(floorDiv(neg(c), num(2))));
  assert.is(text(floorDiv(add(mul(num(2), c), num(1)), num(4))), 'floor(c/2)');
  assert.is(text(mod(add(mul(num(6), c), num(5)), num(4))), '2*mod(c, 2) + 1');
  assert.is(text(floorDiv(floorDiv(K, num(4)), num(8))), 'floor(K/32)');
  assert.is(text(floorDiv(mul(size('G'), sub(K, num(128))), sub(K, num(128)))), 'G');
  assert.is(text(ceilDiv(mul(num(3), K), K)), '3');
  assert.throws(() => floorDiv(c, num(0)));
});

test('splitting an index and joining it again is the identity', () => {
  for (const n of [num(8), R, mul(num(4), R)]) {
    assert.ok(equals(add(mul(n, floorDiv(add(c, j), n)), mod(add(c, j), n)), add(c, j)));
  }
  assert.ok(equals(add(mul(num(4), floorDiv(mul(num(2), c), num(4))), mod(mul(num(2), c), num(4))), mul(num(2), c)));
});

test('affine parts', () => {
  const e = add(mul(c, R, num(4)), mul(j, num(2)), K, num(-1));
  assert.is(text(coefficient(e, 'c')!), '4*R');
  assert.is(text(coefficient(e, 'nowhere')!), '0');
  assert.is(coefficient(mul(c, c), 'c'), undefined);
  assert.is(coefficient(floorDiv(c, R), 'c'), undefined);
  const parts = affineParts(e, () => true)!;
  assert.equal([...parts.coefficients.keys()].sort(), ['c', 'j']);
  assert.is(text(parts.rest), 'K - 1');
  assert.is(affineParts(mul(c, j), () => true), undefined);
  assert.is(text(coefficient(mul(c, j), 'c')!), 'j');
});

test('atoms, substitution and evaluation', () => {
  const e = add(floorDiv(add(value('i'), c), R), mul(K, j));
  assert.equal([[...variablesOf(e)].sort(), [...sizesOf(e)].sort(), [...valuesOf(e)]], [['c', 'j'], ['K', 'R'], ['i']]);
  const pinned = substitute(e, (a) => (a.id === 'R' ? num(4) : a.id === 'c' ? mul(num(4), c) : undefined));
  assert.is(text(pinned), 'j*K + c + floor(i/4)');
  assert.is(substitute(e, () => undefined), e);
  assert.is(evaluate(e, (_, id) => ({ i: -7, c: 2, R: 2, K: 10, j: 3 })[id]!), 27);
  assert.is(isConst(sub(e, e)), 0);
  assert.is.not(key(variable('K')), key(size('K')));
  // Both replacements happen at once.
  assert.is(substitute(sub(c, j), (a) => (a.id === 'c' ? j : c)).key, sub(j, c).key);
});

test('views walk the whole expression', () => {
  const rebuild = (e: ReturnType<typeof num>): ReturnType<typeof num> => {
    const v = view(e);
    switch (v.kind) {
      case 'num': return num(v.value);
      case 'atom': return v.atom.kind === 'size' ? size(v.atom.id) : v.atom.kind === 'value' ? value(v.atom.id) : variable(v.atom.id);
      case 'sum': return add(...v.terms.map(rebuild));
      case 'product': return mul(...v.factors.map(rebuild));
      case 'floordiv': return floorDiv(rebuild(v.a), rebuild(v.b));
      case 'mod': return mod(rebuild(v.a), rebuild(v.b));
      case 'min': return min(rebuild(v.args[0]!), ...v.args.slice(1).map(rebuild));
      case 'max': return max(rebuild(v.args[0]!), ...v.args.slice(1).map(rebuild));
    }
  };
  const e = add(mul(num(-3), c, c, R), min(K, mod(j, R), value('i')), floorDiv(sub(c, K), num(7)), num(-2));
  assert.is(rebuild(e).key, e.key);
});

test.run();
