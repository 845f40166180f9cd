/**
 * Float arithmetic in as few instructions as the bounds of its operators allow (`ir/tst-error.ts`), after emission and before printing.
 *
 * - e^x and 2^x by the instruction for 2^x: 2 units in the last place and, of e^x, what rounding x·log2 e adds, 1.2 |x| units (bound: 3 + 2 |x|).
 * - a / b and 1 / b, where b is known to be 1 or more, by the instruction for 1 / b: 1.5 units (bound: 2.5). Elsewhere b may be subnormal, which that instruction takes for 0.
 * - e^min(x, 0) / (1 + e^(−|x|)), which overflows nowhere, = 1 / (1 + e^(−x)): infinities are numbers here.
 * - 1 + tanh u = 2 / (1 + e^(−2u)), whose error is relative where that of tanh is absolute; powers of two move into the numerator, so that 0.5·x·(1 + tanh u) is x / (1 + e^(−2u)).
 */
import { type CodeExpr, type Stmt, binary, constant, constantOf, unary } from '../../ir/code.ts';
import { mapChildren, mapStmt } from '../../ir/code-walk.ts';
import type { UnaryOp } from '../../ir/scalar.ts';

export function fewInstructions(body: readonly Stmt[]): readonly Stmt[] {
  return body.map((s) => mapStmt(s, instructions, fewInstructions));
}

function instructions(e: CodeExpr): CodeExpr {
  const inner = mapChildren(rewritten(e), instructions);
  if (inner.type !== 'f32') return inner;
  const apply = (wrapper: string, a: CodeExpr): CodeExpr => ({ kind: 'apply', type: 'f32', wrapper, args: [a] });
  if (inner.kind === 'unary' && inner.op === 'exp') return apply('fast_exp', inner.a);
  if (inner.kind === 'unary' && inner.op === 'exp2') return apply('fast_exp2', inner.a);
  // Asked of the expression as it was: its parts may be calls by now.
  if (inner.kind === 'unary' && inner.op === 'rcp' && e.kind === 'unary' && isAtLeastOne(e.a)) return apply('fast_rcp', inner.a);
  const quotient = rewritten(e);
  if (inner.kind === 'binary' && inner.op === 'div' && quotient.kind === 'binary' && isAtLeastOne(quotient.b)) {
    const inverse = apply('fast_rcp', inner.b);
    return constantOf(inner.a) === 1 ? inverse : binary('mul', inner.a, inverse);
  }
  return inner;
}

/** 1 ± tanh as a quotient, and the power of two in the numerator of a factor on the left of its quotient. */
function rewritten(e: CodeExpr): CodeExpr {
  if (e.kind !== 'binary' || e.type !== 'f32') return e;
  if (e.op === 'mul') {
    const [a, b] = [rewritten(e.a), rewritten(e.b)];
    if (isLogistic(b)) return binary('div', timesPower(constantOf(b.a)!, a), b.b);
    if (isLogistic(a)) return binary('div', timesPower(constantOf(a.a)!, b), a.b);
    return e;
  }
  if (e.op === 'div') {
    const x = logisticArgument(e);
    return x === undefined ? e : logistic(1, unary('neg', x));
  }
  const side = e.op === 'add' && constantOf(e.b) === 1 ? e.a : constantOf(e.a) === 1 ? e.b : undefined;
  if ((e.op !== 'add' && e.op !== 'sub') || side?.kind !== 'unary' || side.op !== 'tanh') return e;
  return logistic(2, timesPower(e.op === 'add' ? -2 : 2, side.a));
}

const logistic = (numerator: 1 | 2, exponent: CodeExpr): CodeExpr => binary('div', constant('f32', numerator), binary('add', constant('f32', 1), unary('exp', exponent)));
const argumentOf = (e: CodeExpr, op: UnaryOp): CodeExpr | undefined => (e.kind === 'unary' && e.op === op ? e.a : undefined);
/** x of e^min(x, 0) / (1 + e^(−|x|)). */
function logisticArgument({ a, b }: Extract<CodeExpr, { kind: 'binary' }>): CodeExpr | undefined {
  const least = argumentOf(a, 'exp'), x = least?.kind === 'binary' && least.op === 'min' && constantOf(least.b) === 0 ? least.a : undefined;
  const size = b.kind === 'binary' && b.op === 'add' && constantOf(b.a) === 1 ? argumentOf(b.b, 'exp') : undefined;
  const same = size && argumentOf(size, 'neg');
  return x !== undefined && same !== undefined && JSON.stringify(argumentOf(same, 'abs')) === JSON.stringify(x) ? x : undefined;
}
function isLogistic(e: CodeExpr): e is Extract<CodeExpr, { kind: 'binary' }> {
  return e.kind === 'binary' && e.op === 'div' && (constantOf(e.a) === 2 || constantOf(e.a) === 1) && e.b.kind === 'binary' && e.b.op === 'add' && constantOf(e.b.a) === 1 && e.b.b.kind === 'unary' && e.b.b.op === 'exp';
}

/** The power of two goes into a constant factor, without rounding. */
function timesPower(power: number, e: CodeExpr): CodeExpr {
  if (power === 1) return e;
  const scaled = (x: CodeExpr): CodeExpr | undefined => {
    const value = constantOf(x);
    if (value !== undefined) return constant('f32', power * value);
    if (x.kind !== 'binary' || (x.op !== 'mul' && x.op !== 'div')) return undefined;
    const a = scaled(x.a);
    if (a !== undefined) return x.op === 'mul' && constantOf(a) === 1 ? x.b : binary(x.op, a, x.b);
    const b = x.op === 'mul' ? scaled(x.b) : undefined;
    return b === undefined ? undefined : constantOf(b) === 1 ? x.a : binary('mul', x.a, b);
  };
  return scaled(e) ?? binary('mul', constant('f32', power), e);
}

function isAtLeastOne(e: CodeExpr): boolean {
  if (e.type !== 'f32') return false;
  if (e.kind === 'const') return e.value >= 1;
  if (e.kind !== 'binary') return false;
  if (e.op === 'max') return isAtLeastOne(e.a) || isAtLeastOne(e.b);
  return e.op === 'add' && ((isAtLeastOne(e.a) && isNonNegative(e.b)) || (isAtLeastOne(e.b) && isNonNegative(e.a)));
}
/** NaN counts as such too: nothing that rests on this loses it. */
function isNonNegative(e: CodeExpr): boolean {
  switch (e.kind) {
    case 'const': return e.value >= 0;
    case 'unary': return e.op === 'exp' || e.op === 'exp2' || e.op === 'abs' || e.op === 'sqrt';
    case 'binary':
      if (e.op === 'mul' && JSON.stringify(e.a) === JSON.stringify(e.b)) return true;
      if (e.op === 'max') return isNonNegative(e.a) || isNonNegative(e.b);
      return (e.op === 'add' || e.op === 'mul') && isNonNegative(e.a) && isNonNegative(e.b);
    default: return false;
  }
}
