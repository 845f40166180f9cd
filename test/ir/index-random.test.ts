/** Random expressions against brute force: the canonical form, simplification, bounds, proofs and divisibility must all be sound. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as I from '../../src/ir/index-expr.ts';
import { print as printIndex } from '../../src/ir/index-print.ts';
import { Facts, divisibleBy, lowerBound, proveInside, proveNonNegative, simplify, upperBound } from '../../src/ir/index-facts.ts';

/** xorshift32, so that a failure can be run again. */
function generator(seed: number): (n: number) => number {
  let s = seed | 1;
  return (n) => { s ^= s << 13; s ^= s >>> 17; s ^= s << 5; return (s >>> 0) % n; };
}
type Lookup = (kind: I.NamedKind, id: string) => number;
interface Sample { readonly e: I.IndexExpr; readonly run: (l: Lookup) => number }

const floor = (a: number, b: number): number => (b === 0 ? 0 : Math.floor(a / b));
const variables = ['x', 'y', 'z'], sizes = ['M', 'K', 'R'];

function expression(pick: (n: number) => number, depth: number): Sample {
  if (depth === 0 || pick(6) === 0) {
    switch (pick(3)) {
      case 0: { const n = pick(21) - 8; return { e: I.num(n), run: () => n }; }
      case 1: { const id = variables[pick(3)]!; return { e: I.variable(id), run: (l) => l('variable', id) }; }
      default: { const id = sizes[pick(3)]!; return { e: I.size(id), run: (l) => l('size', id) }; }
    }
  }
  const a = expression(pick, depth - 1);
  const positive = (): Sample => {
    if (pick(3) === 0) return { e: I.size('R'), run: (l) => l('size', 'R') };
    if (pick(3) === 0) return { e: I.mul(I.num(4), I.size('R')), run: (l) => 4 * l('size', 'R') };
    const n = [2, 3, 4, 8][pick(4)]!;
    return { e: I.num(n), run: () => n };
  };
  switch (pick(8)) {
    case 0: case 1: { const b = expression(pick, depth - 1); return { e: I.add(a.e, b.e), run: (l) => a.run(l) + b.run(l) }; }
    case 2: { const b = expression(pick, depth - 1); return { e: I.sub(a.e, b.e), run: (l) => a.run(l) - b.run(l) }; }
    case 3: { const b = expression(pick, depth - 2 < 0 ? 0 : depth - 2); return { e: I.mul(a.e, b.e), run: (l) => a.run(l) * b.run(l) }; }
    case 4: { const b = positive(); return { e: I.floorDiv(a.e, b.e), run: (l) => floor(a.run(l), b.run(l)) }; }
    case 5: { const b = positive(); return { e: I.mod(a.e, b.e), run: (l) => { const x = a.run(l), y = b.run(l); return x - y * floor(x, y); } }; }
    case 6: { const b = expression(pick, depth - 1); return { e: I.min(a.e, b.e), run: (l) => Math.min(a.run(l), b.run(l)) }; }
    default: { const b = expression(pick, depth - 1); return { e: I.max(a.e, b.e), run: (l) => Math.max(a.run(l), b.run(l)) }; }
  }
}

/** x < M, y < 8, z < y + 1 (a range that mentions an outer variable); 4 | K, K >= 4, R >= 1, M >= R. */
const facts = Facts.none.withSize('R', 1).withSize('K', 4).withDivisible(I.size('K'), 4).withNonNegative(I.sub(I.size('M'), I.size('R')))
  .withVariable('x', I.size('M')).withVariable('y', I.num(8)).withVariable('z', I.add(I.variable('y'), I.num(1)));
const places: Map<string, number>[] = [];
for (const [M, K, R] of [[1, 4, 1], [2, 12, 2], [5, 8, 3], [7, 16, 4], [9, 4, 9]] as const) {
  for (let x = 0; x < M; x++) for (let y = 0; y < 8; y += 1) for (let z = 0; z <= y; z++) {
    if ((x + y + z) % 3 === 0 || x === M - 1 || z === y) places.push(new Map([['M', M], ['K', K], ['R', R], ['x', x], ['y', y], ['z', z]]));
  }
}
const lookups: Lookup[] = places.map((p) => (_, id) => p.get(id)!);

test('random expressions', () => {
  const pick = generator(20250731);
  let proofs = 0, chances = 0, bounds = 0;
  for (let round = 0; round < 700; round++) {
    const { e, run } = expression(pick, 1 + pick(4));
    const text = printIndex(e);
    const simple = simplify(e, facts);
    const hi = upperBound(e, facts), lo = lowerBound(e, facts);
    const proved = proveNonNegative(e, facts);
    const multiple = [2, 3, 4, 8].filter((n) => divisibleBy(e, n, facts));
    // Proofs that round are dear where they fail.
    const inside = round % 4 === 0 && proveInside(e, I.num(7), facts);
    if (hi) { bounds++; assert.is(I.variablesOf(hi).size, 0, text); }
    let least = Infinity, largest = -Infinity;
    for (const l of lookups) {
      const want = run(l);
      least = Math.min(least, want);
      largest = Math.max(largest, want);
      if (I.evaluate(e, l) !== want) assert.unreachable(`canonical form of ${text}: ${I.evaluate(e, l)} is not ${want}`);
      if (I.evaluate(simple, l) !== want) assert.unreachable(`${text} simplified to ${printIndex(simple)}`);
      if (hi && I.evaluate(hi, l) < want) assert.unreachable(`upper bound ${printIndex(hi)} of ${text}`);
      if (lo && I.evaluate(lo, l) > want) assert.unreachable(`lower bound ${printIndex(lo)} of ${text}`);
      for (const n of multiple) if (want % n !== 0) assert.unreachable(`${n} does not divide ${text}`);
    }
    if (proved && least < 0) assert.unreachable(`${text} is not >= 0`);
    if (inside && (least < 0 || largest >= 7)) assert.unreachable(`${text} is not in 0 .. 6`);
    if (proved) proofs++;
    if (least >= 0) chances++;
    assert.is(simplify(simple, facts).key, simple.key, `simplifying ${text} once is enough`);
    assert.is(I.substitute(e, (a) => (a.kind === 'variable' ? I.variable(a.id) : undefined)).key, e.key, `canonical: ${text}`);
  }
  assert.ok(proofs > 0.8 * chances, `${proofs} of ${chances} true statements were proved`);
  assert.ok(bounds > 600, `${bounds} upper bounds`);
});

test('a sum has one form however it is built', () => {
  const pick = generator(7);
  for (let round = 0; round < 300; round++) {
    const xs = Array.from({ length: 4 }, () => expression(pick, 2).e);
    const [a, b, c, d] = xs as [I.IndexExpr, I.IndexExpr, I.IndexExpr, I.IndexExpr];
    assert.is(I.add(a, I.add(b, I.sub(c, d))).key, I.sub(I.add(I.add(c, a), b), d).key);
    assert.is(I.mul(a, I.add(b, c)).key, I.add(I.mul(b, a), I.mul(c, a)).key);
    assert.is(I.sub(I.add(a, b), b).key, a.key);
  }
});

test.run();
