/** What CUDA texts compute in place of exp, quotients and 1 + tanh, with the errors that the instructions may have, against the bounds of the operators written in the source. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CodeExpr, binary, constant, name, unary } from '../../../src/ir/code.ts';
import { binaryError, unaryError } from '../../../src/ir/tst-error.ts';
import { fewInstructions } from '../../../src/targets/cuda/arithmetic.ts';
import { CudaPrinter } from '../../../src/targets/cuda/render.ts';

const f = (value: number): CodeExpr => constant('f32', value);
const x = name('f32', 'x'), y = name('f32', 'y');
function printed(e: CodeExpr): string {
  const printer = new CudaPrinter({ name: 'k', threads: 1, sizes: [], memories: [], body: [] });
  return printer.body(fewInstructions([{ kind: 'let', name: 'z', value: e }])).trim().replace(/^const float z = |;$/g, '');
}
const mul = (a: CodeExpr, b: CodeExpr): CodeExpr => binary('mul', a, b), add = (a: CodeExpr, b: CodeExpr): CodeExpr => binary('add', a, b), div = (a: CodeExpr, b: CodeExpr): CodeExpr => binary('div', a, b);
const exp = (a: CodeExpr): CodeExpr => unary('exp', a), tanh = (a: CodeExpr): CodeExpr => unary('tanh', a);

test('one more than tanh is a quotient, and what is a quotient by 1 or more a product', () => {
  const gelu = mul(mul(f(0.5), x), add(f(1), tanh(mul(f(0.75), y))));
  assert.is(printed(gelu), 'x * fast_rcp(1.0f + fast_exp(-1.5f * y))');
  assert.is(printed(mul(add(tanh(y), f(1)), mul(x, f(0.5)))), 'x * fast_rcp(1.0f + fast_exp(-2.0f * y))');
  assert.is(printed(mul(x, binary('sub', f(1), tanh(y)))), '2.0f * x * fast_rcp(1.0f + fast_exp(2.0f * y))');
  assert.is(printed(mul(f(0.5), add(f(1), tanh(y)))), 'fast_rcp(1.0f + fast_exp(-2.0f * y))');
  assert.is(printed(div(x, add(f(1), exp(unary('neg', x))))), 'x * fast_rcp(1.0f + fast_exp(-x))');
  const sigmoid = (z: CodeExpr): CodeExpr => div(exp(binary('min', z, f(0))), add(f(1), exp(unary('neg', unary('abs', z)))));
  assert.is(printed(sigmoid(x)), 'fast_rcp(1.0f + fast_exp(-x))');
  assert.is(printed(mul(mul(x, sigmoid(x)), y)), 'x * fast_rcp(1.0f + fast_exp(-x)) * y');
  assert.is(printed(unary('rcp', add(f(1), mul(x, x)))), 'fast_rcp(1.0f + x * x)');
  assert.is(printed(unary('exp2', x)), 'fast_exp2(x)');
});

test('quotients that only look like the logistic function are none', () => {
  assert.is(printed(div(exp(binary('min', x, f(0))), add(f(1), exp(unary('neg', unary('abs', y)))))), 'fast_exp(min_f32(x, 0.0f)) * fast_rcp(1.0f + fast_exp(-fabsf(y)))');
  assert.is(printed(div(exp(binary('min', x, f(1))), add(f(1), exp(unary('neg', unary('abs', x)))))), 'fast_exp(min_f32(x, 1.0f)) * fast_rcp(1.0f + fast_exp(-fabsf(x)))');
});

test('tanh alone, and quotients by what may be small, stay what they are', () => {
  assert.is(printed(tanh(x)), 'tanhf(x)');
  assert.is(printed(add(f(2), tanh(x))), '2.0f + tanhf(x)');
  assert.is(printed(div(x, add(f(1), y))), 'x / (1.0f + y)');
  assert.is(printed(div(x, add(f(0.5), exp(y)))), 'x / (0.5f + fast_exp(y))');
  assert.is(printed(unary('rcp', x)), '1.0f / x');
});

const r = Math.fround, ulp = 2 ** -23;
/** The instructions at the ends of what the PTX ISA allows them: 2 units for 2^x, 1 for 1 / x; what is subnormal becomes 0. */
const flush = (v: number): number => (Math.abs(v) < 2 ** -126 ? 0 : v);
const exp2At = (a: number, sign: number): number => flush(r(2 ** a * (1 + 2 * sign * ulp))), rcpAt = (a: number, sign: number): number => flush(r((1 / a) * (1 + sign * ulp)));
const expAt = (a: number, sign: number): number => exp2At(r(r(1.442695) * a), sign);
/** Both signs, every exponent of f32, and numbers between. */
const numbers = Array.from({ length: 2 * 254 * 8 }, (_, n) => r((n % 2 === 0 ? 1 : -1) * 2 ** ((n >> 4) - 126) * (1 + ((n >> 1) % 8) / 8 + 0.0137)));
const near = Array.from({ length: 4000 }, (_, n) => r((n - 2000) * 0.05273));
const signs = [-1, 1];
/** Of products with what was flushed, as `compare` allows them. */
const floor = 2 ** -119;

function within(got: number, want: number, bound: number, what: string): void {
  if (got === want) return;
  assert.ok(Math.abs(got - want) <= bound + floor, `${what}: ${got}, not ${want} ± ${bound}`);
}

test('exp keeps its bound at every exponent', () => {
  for (const a of [...numbers, ...near]) for (const sign of signs) {
    const want = Math.exp(a);
    if (want > 3.4e38) assert.ok(expAt(a, sign) > 3.3e38);
    else within(expAt(a, sign), want, unaryError('exp', a, 0, want), `exp ${a}`);
  }
});

test('x / (1 + e^-x) keeps the bounds of its operators', () => {
  for (const a of [...numbers, ...near]) for (const s of signs) for (const t of signs) {
    const e = Math.exp(-a), below = 1 + e, want = a / below;
    if (e > 3.4e38) continue;
    const error = unaryError('exp', -a, 0, e) + 2 ** -24 * below;
    within(r(a * rcpAt(r(1 + expAt(-a, s)), t)), want, binaryError('div', a, 0, below, error, want), `x / (1 + exp(-x)) at ${a}`);
  }
});

test('x / (1 + e^-2u) keeps the bounds of 0.5 x (1 + tanh u)', () => {
  for (const a of [...numbers.filter((v) => Math.abs(v) < 2 ** 20), ...near]) for (const s of signs) for (const t of signs) {
    const u = r(0.7978846 * a), below = r(1 + expAt(r(-2 * u), s));
    const half = 0.5 * a, whole = 1 + Math.tanh(u), want = half * whole;
    const error = unaryError('tanh', u, 0, Math.tanh(u)) + 2 ** -24 * whole;
    within(r(a * rcpAt(below, t)), want, Math.abs(half) * error + 2 ** -24 * Math.abs(want), `gelu at ${a}`);
  }
});

test.run();
