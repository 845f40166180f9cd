import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { evalSize, formatSize, type SizeExpr, type SizeOp } from '../../src/runtime/abi.ts';
import { DeviceError } from '../../src/runtime/errors.ts';

const op = (name: SizeOp, ...args: SizeExpr[]): SizeExpr => ({ op: name, args });

test('division and remainder agree with exact integer arithmetic', () => {
  const floorDiv = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;
  const numbers = [0, 1, 2, 7, 15, 16, 17, -1, -7, -16, 2 ** 31 - 1, 2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 53 - 2];
  for (const a of numbers) {
    for (const b of numbers) {
      if (b === 0) continue;
      const quotient = floorDiv(BigInt(a), BigInt(b));
      const remainder = BigInt(a) - quotient * BigInt(b);
      assert.is(evalSize(op('floordiv', a, b), {}), Number(quotient), `${a} / ${b}`);
      assert.is(evalSize(op('mod', a, b), {}), Number(remainder), `${a} % ${b}`);
      assert.is(evalSize(op('ceildiv', a, b), {}), Number(remainder === 0n ? quotient : quotient + 1n), `ceildiv ${a}, ${b}`);
    }
  }
});

test('operations take names and nest', () => {
  const expr = op('max', 1, op('ceildiv', op('mul', 'M', 'N', 2), op('sub', 'T', 1)), op('min', 'M', op('add', 'N', 5, -2)));
  assert.is(evalSize(expr, { M: 10, N: 3, T: 17 }), 6);
  assert.is(formatSize(expr), 'max(1, ceildiv((M*N*2), (T - 1)), min(M, (N + 5 + -2)))');
});

test('mistakes are device errors with a code', () => {
  const broken: [SizeExpr, RegExp][] = [
    ['M', /M has no value/],
    ['toString', /toString has no value/],
    [op('floordiv', 4, 0), /by zero/],
    [op('sub', 1, 2, 3), /two operands/],
    [op('add'), /no operands/],
    [1.5, /not an integer/],
    [op('mul', 2 ** 40, 2 ** 40), /below 2\^53/],
  ];
  for (const [expr, message] of broken) {
    try {
      evalSize(expr, {});
    } catch (error) {
      assert.instance(error, DeviceError);
      if (error instanceof DeviceError) assert.is(error.code, 'TDSL0559');
      assert.match(String(error), message);
      continue;
    }
    assert.unreachable(JSON.stringify(expr));
  }
});

test.run();
