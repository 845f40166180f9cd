/** A constant that a `let` holds is in the bound as if it stood where it is read. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compileSource } from '../../src/driver.ts';
import { withConstants } from '../../src/ir/tst-constants.ts';
import { interpret } from '../../src/ir/tst-interpret.ts';
import { printStatement } from '../../src/ir/tst-print.ts';

const kernelOf = (body: string) => compileSource(`kernel f(X: f32[N], P: i32<N>[N]) -> Y: f32[N] { ${body} }`, 'test.tdsl', { targets: ['cpu'] }).kernels[0]!.kernel;
const f = Math.fround;
/** A number for which NVIDIA's driver through Vulkan gives 0.338835895 in place of 0.338835835. */
const x = f(-0.5506848), plain = f(f(x + 0.75) * f(1.7)), regrouped = f(x * f(1.7) + f(0.75 * f(1.7)));

for (const [what, body] of [['one number', 'Y[n] = (X[n] + 0.75) * 1.7'], ['a let', 'let c[i: N, j: 8] = 1.7\nY[n] = (X[n] + 0.75) * c[n, n % 8]']] as const) {
  test(`the factor is ${what}`, () => {
    const y = interpret(kernelOf(body), { N: 1 }, new Map<string, Float32Array | Int32Array>([['X', new Float32Array([x])], ['P', new Int32Array(1)]])).get('Y')!;
    assert.is.not(plain, regrouped);
    const bound = y.error[0]!;
    for (const value of [plain, regrouped]) assert.ok(Math.abs(value - y.values[0]!) <= bound, `${value} against ${y.values[0]} ± ${bound}`);
    // The sum is as far off as its terms' products by the factor and that of the constants, each rounded; then the product is rounded.
    assert.ok(bound < 2 ** -24 * (1.7 * (Math.abs(x + 0.75) + 2 * 0.75) + 2 * Math.abs(plain)), `the bound ${bound} is wider than regrouping needs`);
  });
}
test('a tensor is kept where it is stored otherwise, or read at places that may be outside', () => {
  for (const body of ['let c[i: N]: f16 = 1.7\nY[n] = X[n] * c[n]', 'let c[i: N] = 1.7\nY[n] = X[n] * c[P[n]]', 'let c[i: N] = 1.7\nY[n] = X[n] * (c[n + 1] else 0)']) {
    const kernel = kernelOf(body);
    assert.equal(withConstants(kernel).statements.map((s) => printStatement(s)), kernel.statements.map((s) => printStatement(s)));
  }
});

test.run();
