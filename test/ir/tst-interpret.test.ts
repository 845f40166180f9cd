import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { add, mod, mul, num, size, sub, value, variable } from '../../src/ir/index-expr.ts';
import { randomValues } from '../../src/ir/random-input.ts';
import { roundBf16, roundF16 } from '../../src/ir/round.ts';
import { lowestF32 } from '../../src/ir/scalar.ts';
import { compare } from '../../src/ir/tolerance.ts';
import { interpret, type OracleTensor } from '../../src/ir/tst-interpret.ts';
import type { Offence } from '../../src/ir/tst-support.ts';
import type { Expr, Kernel } from '../../src/ir/tst.ts';
import {
  attention, axis, binary, cast, constant, conv, gather, indexValue, kernel, matmul, read, reduce, select, softmax, statement, tensor, unary,
} from './tst-build.ts';

const f = Math.fround;
const run = (k: Kernel, sizes: Record<string, number>, inputs: Record<string, ArrayLike<number>>): OracleTensor => {
  const out = interpret(k, sizes, new Map(Object.entries(inputs)));
  const first = [...out.values()][0];
  if (!first) throw new Error('no output');
  return first;
};
const list = (t: OracleTensor): number[] => [...t.values];
/** Y[m] = value for a kernel with inputs X: f32[M] and idx: i32[M]. */
const map = (expr: Expr, dtype: 'f32' | 'i32' | 'i8' | 'f16' = 'f32'): Kernel => kernel('map', ['M'],
  [tensor('X', 'input', 'f32', ['M']), tensor('idx', 'input', 'i32', ['M']), tensor('Y', 'output', dtype, ['M'])], [statement('Y', [axis('m', 'M')], expr)]);
const X = read('X', ['m']);
const row = axis('k', 'M');

test('matmul in f16: the sum is rounded once', () => {
  const [M, N, K] = [5, 7, 33];
  const A = randomValues('f16', 'A', M * K, 1), B = randomValues('f16', 'B', K * N, 1);
  const out = run(matmul('f16'), { M, N, K }, { A, B });
  for (let i = 0; i < M; i++) for (let j = 0; j < N; j++) {
    let s = 0;
    for (let k = 0; k < K; k++) s += A[i * K + k]! * B[k * N + j]!;
    assert.is(out.values[i * N + j], roundF16(s));
  }
});

test('i8 products are summed exactly in i32 and wrap', () => {
  const A = new Int32Array(6).fill(-128), B = new Int32Array(6).fill(-128);
  const out = run(matmul('i8'), { M: 2, N: 2, K: 3 }, { A, B });
  assert.equal(list(out), [49152, 49152, 49152, 49152]);
  assert.equal([...out.error], [0, 0, 0, 0]);
  const big = run(map(binary('mul', read('idx', ['m'], 'i32'), read('idx', ['m'], 'i32')), 'i32'), { M: 1 }, { X: [0], idx: [65537] });
  assert.equal(list(big), [131073]);
});

test('the bound holds for any order of summation, and a missing term breaks it', () => {
  const [M, N, K] = [3, 4, 301];
  const A = randomValues('f32', 'A', M * K, 2), B = randomValues('f32', 'B', K * N, 2);
  const out = run(matmul(), { M, N, K }, { A, B });
  const sumOf = (terms: number[], way: string): number => {
    if (way === 'backward') terms = [...terms].reverse();
    if (way !== 'pairs') return terms.reduce((s, t) => f(s + t), 0);
    while (terms.length > 1) terms = terms.flatMap((t, i) => (i % 2 === 0 ? [f(t + (terms[i + 1] ?? 0))] : []));
    return terms[0] ?? 0;
  };
  for (const way of ['forward', 'backward', 'pairs', 'missing']) {
    const C = Array.from({ length: M * N }, (_, at) => {
      const i = Math.floor(at / N), j = at % N;
      const terms = Array.from({ length: K }, (_, k) => f(A[i * K + k]! * B[k * N + j]!));
      return sumOf(way === 'missing' ? terms.slice(1) : terms, way);
    });
    const c = compare(C, out);
    assert.is(c.ok, way !== 'missing', `${way}: ${c.worst}`);
    assert.is(c.checked, M * N);
  }
});

test('inputs on a coarse grid leave no room for error', () => {
  const A = Float32Array.from({ length: 64 }, (_, i) => (i % 9) - 4), B = Float32Array.from({ length: 64 }, (_, i) => ((i * 5) % 7) / 4);
  const out = run(matmul(), { M: 8, N: 8, K: 8 }, { A, B });
  assert.ok(out.error.every((e) => e === 0));
  assert.not(compare(out.values.map((x) => x + 2 ** -20), out).ok);
});

test('sum<f16> has the error of f16', () => {
  const A = randomValues('f16', 'A', 64, 3), B = randomValues('f16', 'B', 64, 3);
  const wide = run(matmul('f16'), { M: 1, N: 1, K: 64 }, { A, B }), narrow = run(matmul('f16', 'f16'), { M: 1, N: 1, K: 64 }, { A, B });
  assert.ok(narrow.error[0]! > 4 * wide.error[0]!);
  let s = 0;
  for (let k = 0; k < 64; k++) s = roundF16(s + roundF16(A[k]! * B[k]!));
  assert.ok(compare([s], narrow).ok);
});

/** Attention as a target does it: f32, keys in blocks, running maximum and sum, weights rounded to bf16 before they are divided by the sum. */
function streamed(sizes: { B: number; G: number; R: number; S: number; T: number; D: number }, Q: ArrayLike<number>, K: ArrayLike<number>, V: ArrayLike<number>, block: number): number[] {
  const { B, G, R, S, T, D } = sizes, out: number[] = [];
  for (let b = 0; b < B; b++) for (let h = 0; h < G * R; h++) for (let s = 0; s < S; s++) {
    const g = Math.floor(h / R), kv = (t: number, d: number): number => ((b * G + g) * T + t) * D + d;
    let m = lowestF32, z = 0;
    const o = new Float64Array(D);
    for (let t0 = 0; t0 < T; t0 += block) {
      const scores: number[] = [];
      for (let t = t0; t < Math.min(T, t0 + block) && t <= s + T - S; t++) {
        let p = 0;
        for (let d = 0; d < D; d++) p = f(p + f(Q[((b * G * R + h) * S + s) * D + d]! * K[kv(t, d)]!));
        scores.push(f(p * f(1 / Math.sqrt(D))));
      }
      const next = Math.max(m, ...scores), scale = f(Math.exp(f(m - next)));
      z = f(z * scale);
      for (let d = 0; d < D; d++) o[d] = f(o[d]! * scale);
      scores.forEach((x, i) => {
        const w = f(Math.exp(f(x - next)));
        z = f(z + w);
        for (let d = 0; d < D; d++) o[d] = f(o[d]! + f(roundBf16(w) * V[kv(t0 + i, d)]!));
      });
      m = next;
    }
    for (let d = 0; d < D; d++) out.push(roundBf16(z === 0 ? 0 : f(o[d]! / z)));
  }
  return out;
}

test('causal attention, streamed in blocks, is within the bound; without the causal condition it is not', () => {
  for (const sizes of [{ B: 1, G: 2, R: 2, S: 9, T: 9, D: 8 }, { B: 2, G: 1, R: 3, S: 3, T: 40, D: 16 }]) {
    const { B, G, R, S, T, D } = sizes;
    const Q = randomValues('bf16', 'Q', B * G * R * S * D, 4).map((x) => roundBf16(4 * x)), K = randomValues('bf16', 'K', B * G * T * D, 4), V = randomValues('bf16', 'V', B * G * T * D, 4);
    const out = run(attention(), sizes, { Q, K, V });
    for (const block of [1, 4, 64]) {
      const c = compare(streamed(sizes, Q, K, V, block), out);
      assert.ok(c.ok, `block ${block}: ${c.worst}`);
    }
    assert.not(compare(streamed({ ...sizes, S: 1 }, Q, K, V, 8).concat(new Array(out.values.length).fill(0)).slice(0, out.values.length), out).ok);
    assert.ok(out.error.every((e, i) => e < 0.03 * Math.max(1, Math.abs(out.values[i]!))), 'the bound is a small one');
  }
});

test('a sample has the values and bounds of the whole', () => {
  const sizes = { B: 1, G: 2, R: 2, S: 5, T: 7, D: 4 };
  const inputs = new Map([['Q', randomValues('bf16', 'Q', 80, 5)], ['K', randomValues('bf16', 'K', 56, 5)], ['V', randomValues('bf16', 'V', 56, 5)]]);
  const whole = interpret(attention(), sizes, inputs).get('O')!;
  const sample = [79, 0, 41, 17];
  const part = interpret(attention(), sizes, inputs, { sample: new Map([['O', sample]]) }).get('O')!;
  assert.equal(list(part), sample.map((i) => whole.values[i]));
  assert.equal([...part.error], sample.map((i) => whole.error[i]));
  assert.is(compare(whole.values, part).checked, 4);
  assert.is(compare(whole.values, part).total, 80);
});

test('convolution with a border', () => {
  const sizes = { C: 2, H: 6, R: 3, O: 2, st: 2, pad: 1 };
  const data = randomValues('f32', 'X', 72, 6), F = randomValues('f32', 'F', 36, 6);
  const out = run(conv(), sizes, { X: data, F });
  assert.equal(out.shape, [2, 3, 3]);
  const at = (c: number, y: number, x: number): number => (y < 0 || x < 0 || y > 5 || x > 5 ? 0 : data[c * 36 + y * 6 + x]!);
  let i = 0;
  for (let o = 0; o < 2; o++) for (let y = 0; y < 3; y++) for (let x = 0; x < 3; x++) {
    let s = 0;
    for (let c = 0; c < 2; c++) for (let r = 0; r < 3; r++) for (let q = 0; q < 3; q++) s += at(c, 2 * y + r - 1, 2 * x + q - 1) * F[((o * 2 + c) * 3 + r) * 3 + q]!;
    assert.ok(Math.abs(out.values[i++]! - s) < 1e-6);
  }
});

test('gathers outside: a value, the nearest element, or a record of the offence', () => {
  const inputs = { T: [10, 11, 12], idx: [2, -1, 7, 0] }, sizes = { M: 4, C: 3 };
  assert.equal(list(run(gather('fill'), sizes, inputs)), [12, -5, -5, 10]);
  assert.equal(list(run(gather('clamp'), sizes, inputs)), [12, 10, 12, 10]);
  const offences: Offence[] = [];
  const out = interpret(gather('check'), sizes, new Map(Object.entries(inputs)), { onOffence: (o) => offences.push(o) });
  assert.equal(list(out.get('Y')!), [12, 10, 12, 10]);
  assert.equal(offences.map((o) => [o.tensor, o.index, o.extent]), [['T', -1, 3], ['T', 7, 3]]);
  assert.throws(() => run(gather('proved'), sizes, inputs), /leaves it/);
  assert.equal(list(run(gather('proved', 'C'), { M: 2, C: 3 }, { T: inputs.T, idx: [1, 2] })), [11, 12]);
});

test('empty and fully masked reductions', () => {
  const never = binary('lt', read('X', ['k']), constant(-1e9));
  const results = (['sum', 'prod', 'max', 'min'] as const).map((op) => list(run(map(reduce(op, [row], read('X', ['k']), never)), { M: 1 }, { X: [3], idx: [0] }))[0]);
  assert.equal(results, [0, 1, lowestF32, -lowestF32]);
  assert.equal(list(run(map(reduce('argmax', [row], read('X', ['k']), never), 'i32'), { M: 1 }, { X: [3], idx: [0] })), [-1]);
  const soft = kernel('soft', ['M'], [tensor('X', 'input', 'f32', ['M']), tensor('Y', 'output', 'f32', ['M'])],
    [statement('Y', [axis('m', 'M')], softmax(axis('m', 'M'), X, binary('lt', X, constant(-1e9))))]);
  assert.equal(list(run(soft, { M: 3 }, { X: [1, 2, 3] })), [0, 0, 0]);
  assert.equal(list(run(matmul(), { M: 1, N: 2, K: 0 }, { A: [], B: [] })), [0, 0]);
  assert.is(run(matmul(), { M: 0, N: 2, K: 2 }, { A: [], B: [1, 2, 3, 4] }).values.length, 0);
});

test('argmax: the first of equals for certain, and doubt where rounding may decide', () => {
  const best = (op: 'argmax' | 'argmin', body: Expr): Kernel => map(reduce(op, [row], body), 'i32');
  const exact = run(best('argmax', read('X', ['k'])), { M: 4 }, { X: [1, 5, 5, 2], idx: [0, 0, 0, 0] });
  assert.equal([exact.values[0], exact.error[0]], [1, 0]);
  assert.is(run(best('argmin', read('X', ['k'])), { M: 4 }, { X: [3, 2, 5, 2], idx: [0, 0, 0, 0] }).values[0], 1);
  const near = run(best('argmax', unary('exp', read('X', ['k']))), { M: 4 }, { X: [0, 1, f(1 - 2 ** -24), 0.5], idx: [0, 0, 0, 0] });
  assert.equal([near.values[0], near.error[0]], [1, 1]);
  assert.ok(compare([2, 1, 2, 1], near).ok);
  assert.not(compare([3, 1, 1, 1], near).ok);
});

test('a reduction that does not vary along every axis is computed once, with the same result', () => {
  const j = axis('j', 'M'), k = axis('k', 'M');
  const mean = binary('div', reduce('sum', [k], read('X', ['k'])), cast('f32', indexValue(size('M'))));
  const deviation = binary('sub', read('X', ['j']), mean);
  const variance = reduce('sum', [j], binary('mul', deviation, deviation));
  const n = 3000, data = randomValues('f32', 'X', n, 7);
  const started = performance.now();
  const out = run(map(variance), { M: n }, { X: data, idx: new Int32Array(n) });
  const numbers = Array.from(data);
  const m = numbers.reduce((s, x) => s + x, 0) / n, v = numbers.reduce((s, x) => s + (x - m) ** 2, 0);
  assert.ok(Math.abs(out.values[17]! - v) <= out.error[17]! + 1e-3);
  assert.ok(performance.now() - started < 2000);
});

test('temporaries are rounded where they are stored', () => {
  const k = kernel('two', ['M'], [tensor('X', 'input', 'f32', ['M']), tensor('Y', 'output', 'f32', ['M']), tensor('H', 'temporary', 'f16', ['M'])],
    [statement('H', [axis('m', 'M')], X), statement('Y', [axis('n', 'M')], binary('mul', read('H', ['n'], 'f16'), constant(3)))]);
  const out = run(k, { M: 2 }, { X: [f(0.1), 70000] });
  assert.is(out.values[0], f(3 * roundF16(0.1)));
  assert.is(out.values[1], Infinity);
  // A value on the edge between two f16 may fall either way once it carries an error.
  const half = map(cast('f16', binary('mul', X, constant(f(1 / 3)))));
  const tie = run(half, { M: 1 }, { X: [3 * (1 + 2 ** -11)], idx: [0] });
  assert.ok(tie.error[0]! >= 2 ** -11 && compare([1], tie).ok && compare([1 + 2 ** -10], tie).ok && !compare([1 + 2 ** -8], tie).ok);
});

test('integers: conversions, clamping stores and bit operations', () => {
  const i = read('idx', ['m'], 'i32');
  assert.equal(list(run(map(i, 'i8'), { M: 3 }, { X: [0, 0, 0], idx: [200, -200, 5] })), [127, -128, 5]);
  assert.equal(list(run(map(cast('i32', X), 'i32'), { M: 4 }, { X: [2.9, -2.9, NaN, 1e20], idx: [0, 0, 0, 0] })), [2, -2, 0, 2147483647]);
  const nibble = binary('bitand', binary('shr', i, constant(4, 'i32')), constant(15, 'i32'));
  assert.equal(list(run(map(nibble, 'i32'), { M: 2 }, { X: [0, 0], idx: [0xab, -1] })), [10, 15]);
  assert.equal(list(run(map(binary('floordiv', i, constant(4, 'i32')), 'i32'), { M: 2 }, { X: [0, 0], idx: [-5, 5] })), [-2, 1]);
  assert.equal(list(run(map(indexValue(mod(sub(variable('m'), num(5)), num(3))), 'i32'), { M: 3 }, { X: [0, 0, 0], idx: [0, 0, 0] })), [1, 2, 0]);
});

test('only the chosen arm of a conditional is evaluated, both where the choice is in doubt', () => {
  const safe = select(binary('lt', constant(0), X), unary('log', X), constant(-1));
  const out = run(map(safe), { M: 2 }, { X: [-1, 1], idx: [0, 0] });
  assert.equal(list(out), [-1, 0]);
  const doubt = select(binary('lt', unary('exp', X), constant(1)), constant(10), constant(20));
  const either = run(map(doubt), { M: 2 }, { X: [0, 1], idx: [0, 0] });
  assert.is(either.error[1], 0);
  assert.ok(compare([10, 20], either).ok && compare([20, 20], either).ok && !compare([10, 10], either).ok);
});

test('NaN in, NaN out', () => {
  const out = run(map(binary('add', X, constant(1))), { M: 2 }, { X: [NaN, 1], idx: [0, 0] });
  assert.ok(compare([NaN, 2], out).ok);
  assert.not(compare([0, 2], out).ok);
  assert.not(compare([NaN, NaN], out).ok);
  // A maximum may drop or keep a NaN: unknown, and said to be.
  const relu = run(map(binary('max', X, constant(0))), { M: 2 }, { X: [NaN, 1], idx: [0, 0] });
  assert.equal([compare([0, 1], relu).ok, compare([NaN, 1], relu).ok, compare([0, 1], relu).unknown], [true, true, 1]);
});

test('two statements may write parts of one output, and a gathered row is joined with arithmetic', () => {
  const even = statement('Y', [axis('a', 'M')], read('X', ['a']), [mul(num(2), variable('a'))]);
  const odd = statement('Y', [axis('b', 'M')], unary('neg', read('X', [value('i')], 'f32', 'clamp', undefined, { i: read('idx', ['b'], 'i32') })), [add(mul(num(2), variable('b')), num(1))]);
  const k = kernel('weave', ['M'], [tensor('X', 'input', 'f32', ['M']), tensor('idx', 'input', 'i32', ['M']), tensor('Y', 'output', 'f32', [mul(num(2), size('M'))])], [even, odd]);
  const inputs = { X: [1, 2, 3], idx: [2, 0, 9] };
  assert.equal(list(run(k, { M: 3 }, inputs)), [1, -3, 2, -1, 3, -3]);
  const part = interpret(k, { M: 3 }, new Map(Object.entries(inputs)), { sample: new Map([['Y', [5, 2, 1]]]) }).get('Y')!;
  assert.equal(list(part), [-3, 2, -3]);
});

test('speed: at least 30 million products a second', () => {
  const n = 192, A = randomValues('f32', 'A', n * n, 8), B = randomValues('f32', 'B', n * n, 8);
  let best = 0;
  for (let i = 0; i < 3; i++) {
    const started = performance.now();
    run(matmul(), { M: n, N: n, K: n }, { A, B });
    best = Math.max(best, n ** 3 / (performance.now() - started) / 1e3);
  }
  assert.ok(best > 30, `${best.toFixed(0)} million a second`);
});

test.run();
