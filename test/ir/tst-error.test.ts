/** Random trees, computed as a target would (f32 after every operator, sums in other orders): always within the oracle's bound. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomBits, randomValues } from '../../src/ir/random-input.ts';
import { type BinaryOp, evalBinary, evalUnary, type UnaryOp } from '../../src/ir/scalar.ts';
import { compare, describe } from '../../src/ir/tolerance.ts';
import { integerError } from '../../src/ir/tst-error.ts';
import { interpret } from '../../src/ir/tst-interpret.ts';
import { printExpr } from '../../src/ir/tst-print.ts';
import { validateKernel } from '../../src/ir/tst-validate.ts';
import type { Expr } from '../../src/ir/tst.ts';
import { axis, binary, cast, constant, indexValue, kernel, read, reduce, select, statement, tensor, unary } from './tst-build.ts';

const f = Math.fround;
type Env = ReadonlyMap<string, number>;
interface Sample { readonly e: Expr; readonly run: (env: Env) => number }
const n = 24;
const data = { X: randomValues('f32', 'X', n, 11).map((x) => x * 3), Z: randomValues('f32', 'Z', n, 12) };

/** `ulps` of noise stands for a target whose function is good to a few units in the last place. */
const noisy = (x: number, units: number): number => f(x * (1 + units * 2 ** -24));

let fresh = 0;
function tree(pick: (k: number) => number, depth: number, axes: readonly string[]): Sample {
  const leaf = (): Sample => {
    if (pick(4) === 0) { const c = f((pick(41) - 20) / 7); return { e: constant(c), run: () => c }; }
    const name = pick(2) === 0 ? 'X' : 'Z', a = axes[pick(axes.length)]!;
    return { e: read(name, [a]), run: (env) => data[name][env.get(a)!]! };
  };
  if (depth === 0) return leaf();
  const a = tree(pick, depth - 1, axes);
  switch (pick(9)) {
    case 0: case 1: case 2: {
      const op = (['add', 'sub', 'mul', 'min', 'max'] as const)[pick(5)]!, b = tree(pick, depth - 1, axes);
      return { e: binary(op, a.e, b.e), run: (env) => f(evalBinary(op, a.run(env), b.run(env))) };
    }
    case 3: {
      const op: BinaryOp = 'div', b = tree(pick, depth - 1, axes), units = pick(5) - 2;
      return { e: binary(op, a.e, b.e), run: (env) => noisy(evalBinary(op, a.run(env), b.run(env)), units) };
    }
    case 4: {
      const op = (['exp', 'tanh', 'sin', 'erf', 'neg', 'abs', 'floor', 'round', 'ceil'] as const satisfies readonly UnaryOp[])[pick(9)]!, units = op === 'exp' || op === 'tanh' ? pick(7) - 3 : 0;
      return { e: unary(op, a.e), run: (env) => noisy(evalUnary(op, a.run(env)), units) };
    }
    case 5: {
      const op = (['sqrt', 'log', 'rsqrt', 'log2'] as const)[pick(4)]!, units = pick(5) - 2;
      return { e: unary(op, unary('abs', a.e)), run: (env) => noisy(evalUnary(op, Math.abs(a.run(env))), units) };
    }
    case 6: {
      const b = tree(pick, depth - 1, axes), c = tree(pick, depth - 1, axes), d = leaf(), op = pick(2) === 0 ? 'lt' : 'le';
      return { e: select(binary(op, a.e, b.e), c.e, d.e), run: (env) => (evalBinary(op, a.run(env), b.run(env)) ? c.run(env) : d.run(env)) };
    }
    case 7: {
      const to = pick(2) === 0 ? 'i32' : 'i8';
      const clamp = (x: number): number => (Number.isNaN(x) ? 0 : Math.max(to === 'i8' ? -128 : -(2 ** 31), Math.min(to === 'i8' ? 127 : 2 ** 31 - 1, Math.trunc(x)))) + 0;
      return { e: cast('f32', cast(to, a.e)), run: (env) => f(clamp(a.run(env))) };
    }
    default: {
      const id = `r${fresh++}`, body = tree(pick, depth - 1, [...axes, id, id]), op = (['sum', 'max', 'min', 'sum'] as const)[pick(4)]!, backward = pick(2) === 0;
      const count = 1 + pick(n);
      return {
        e: reduce(op, [axis(id, count)], body.e),
        run: (env) => {
          const terms = Array.from({ length: count }, (_, i) => body.run(new Map([...env, [id, i]])));
          if (backward) terms.reverse();
          return op === 'sum' ? terms.reduce((s, t) => f(s + t), 0) : terms.reduce((s, t) => evalBinary(op, s, t), op === 'max' ? -3.4028234663852886e38 : 3.4028234663852886e38);
        },
      };
    }
  }
}

test('random trees stay within the bound', () => {
  const bits = randomBits('trees', 5);
  let i = 0, unknown = 0, checked = 0, tight = 0;
  const pick = (k: number): number => bits(i++) % k;
  for (let round = 0; round < 400; round++) {
    const { e, run } = tree(pick, 1 + pick(4), ['m']);
    const k = kernel('random', [], [tensor('X', 'input', 'f32', [n]), tensor('Z', 'input', 'f32', [n]), tensor('Y', 'output', 'f32', [n])], [statement('Y', [axis('m', n)], e)]);
    assert.equal(validateKernel(k), []);
    const oracle = interpret(k, {}, new Map(Object.entries(data))).get('Y')!;
    const c = compare(Array.from({ length: n }, (_, m) => run(new Map([['m', m]]))), oracle);
    if (!c.ok) assert.unreachable(`${printExpr(e)}: ${describe('Y', c)[0]}`);
    unknown += c.unknown; checked += c.checked;
    oracle.error.forEach((x, m) => { if (x <= 1e-3 * Math.max(1, Math.abs(oracle.values[m]!))) tight++; });
  }
  assert.ok(unknown < 0.1 * checked, `${unknown} unknown beside ${checked}`);
  assert.ok(tight > 0.7 * checked, `${tight} of ${checked} bounds are below a thousandth`);
});

test('products of products round more than once', () => {
  const count = 2000, X = randomValues('f32', 'X', count, 3);
  const x = read('X', ['m']);
  const k = kernel('cube', [], [tensor('X', 'input', 'f32', [count]), tensor('Y', 'output', 'f32', [count])], [statement('Y', [axis('m', count)], binary('mul', binary('mul', x, x), x))]);
  const oracle = interpret(k, {}, new Map([['X', X]])).get('Y')!;
  const actual = Array.from(X, (v) => f(f(v * v) * v));
  assert.ok(actual.some((v, i) => v !== oracle.values[i]));
  assert.ok(compare(actual, oracle).ok);
  assert.not(compare(actual.map((v) => v * (1 + 2 ** -20)), oracle).ok);
});

test('a whole number that may wrap or not may be anything', () => {
  const most = 2 ** 31 - 1;
  assert.is(integerError('add', most, 128, 100, 0), Infinity);
  assert.is(integerError('add', most - 1000, 128, 100, 0), 128);
  assert.is(integerError('sub', -most, 4, 3, 0), Infinity);
  assert.is(integerError('mul', 2 ** 16, 1, 2 ** 15, 0), Infinity);
  assert.is(integerError('mul', 1000, 1, 3, 0), 3);
});

test('what is below the least normal number may be zero, and what is decided on it, divided by it or multiplied otherwise', () => {
  const count = 400, X = Float32Array.from({ length: count }, (_, i) => -80 - i * 0.05), x = read('X', ['m']), tiny = unary('exp', x), ten = constant(10);
  const zeroed = (v: number): number => (Math.abs(f(v)) < 2 ** -126 ? 0 : f(v)), e = (i: number): number => zeroed(Math.exp(X[i]!));
  const cases: readonly (readonly [Expr, (i: number) => number])[] = [
    [binary('mul', tiny, constant(1e30)), (i) => zeroed(e(i) * f(1e30))],
    [binary('mul', binary('mul', unary('exp', binary('mul', x, constant(0.5))), unary('exp', binary('mul', x, constant(0.5)))), constant(1e30)), (i) => zeroed(zeroed(zeroed(Math.exp(f(X[i]! / 2))) ** 2) * f(1e30))],
    [binary('mul', binary('sub', binary('mul', tiny, ten), binary('mul', tiny, constant(9))), constant(1e30)), (i) => zeroed(zeroed(zeroed(e(i) * 10) - zeroed(e(i) * 9)) * f(1e30))],
    [select(binary('lt', constant(0), tiny), constant(1), constant(2)), (i) => (e(i) > 0 ? 1 : 2)],
    [unary('log', tiny), (i) => f(Math.log(e(i)))],
    [unary('sqrt', tiny), (i) => f(Math.sqrt(e(i)))],
    [unary('ceil', tiny), (i) => Math.ceil(e(i))],
    [binary('div', ten, tiny), (i) => f(10 / e(i))],
    [binary('cutdiv', tiny, constant(2 ** -126)), (i) => e(i) * 2 ** 126],
    [cast('f32', reduce('argmax', [axis('r', 2)], binary('mul', tiny, binary('add', cast('f32', indexValue('r')), constant(1))))), (i) => (zeroed(e(i) * 2) > e(i) ? 1 : 0)],
  ];
  for (const [value, run] of cases) {
    const k = kernel('tiny', [], [tensor('X', 'input', 'f32', [count]), tensor('Y', 'output', 'f32', [count])], [statement('Y', [axis('m', count)], value)]);
    assert.equal(validateKernel(k), []);
    const oracle = interpret(k, {}, new Map([['X', X]])).get('Y')!;
    const c = compare(Array.from(X, (_, i) => run(i)), oracle);
    if (!c.ok) assert.unreachable(`${printExpr(value)}: ${describe('Y', c)[0]}`);
    // Of normal numbers all is known.
    assert.ok(oracle.error.slice(0, 100).every((x, i) => x <= 2 ** -10 * Math.abs(oracle.values[i]!) + 1e-5), printExpr(value));
  }
});

test.run();
