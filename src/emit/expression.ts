/** Per-element tile expressions as thread code at one position. */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { binary, constant, constantOf, unary, type CodeBinaryOp, type CodeExpr, type CodeType } from '../ir/code.ts';
import { type BinaryOp, evalBinary, evalUnary } from '../ir/scalar.ts';
import { type DType, bitsOf, valueTypeOf } from '../ir/dtype.ts';
import { partA } from '../ir/tile.ts';
import type { TileExpr } from '../ir/tile.ts';
import type { Frame } from './coordinates.ts';

/** The element of a tile at the present position. */
export type ElementOf = (tile: number) => CodeExpr;

export const codeType = (dtype: DType): CodeType => valueTypeOf(dtype);

export function tileExpr(e: TileExpr, elementOf: ElementOf, frame: Frame): CodeExpr {
  const go = (x: TileExpr): CodeExpr => tileExpr(x, elementOf, frame);
  switch (e.kind) {
    case 'const': return constant(e.type, e.value);
    case 'tile': return elementOf(e.tile);
    case 'index': return { kind: 'convert', type: 'i32', a: frame.expr(e.index) };
    case 'inside': return frame.conditions(e.nonNegative) ?? constant('bool', 1);
    case 'unary': return fold(unary(e.op, go(e.a)));
    case 'binary': return fold(binary(e.op, go(e.a), go(e.b)));
    case 'select': {
      const cond = go(e.cond), known = cond.kind === 'const' ? cond.value : undefined;
      return known === undefined ? { kind: 'select', type: e.type, cond, then: go(e.then), else: go(e.else) } : go(known !== 0 ? e.then : e.else);
    }
    case 'cast': return cast(go(e.a), e.to);
    default: return unreachable(e);
  }
}

/** Arithmetic on f32 constants is done here, rounded as f32, and so are their comparisons: what a false one guards may be no constant of a language, as 1 / 0. */
function fold(e: CodeExpr): CodeExpr {
  const isComparison = e.kind === 'binary' && e.type === 'bool' && e.a.type === 'f32' && (e.op === 'lt' || e.op === 'le' || e.op === 'eq' || e.op === 'ne');
  if (e.type !== 'f32' && !isComparison) return e;
  const [a, b] = e.kind === 'unary' ? [constantOf(e.a), 0] : e.kind === 'binary' ? [constantOf(e.a), constantOf(e.b)] : [undefined, undefined];
  if (a === undefined || b === undefined) return e;
  const value = e.kind === 'unary' ? evalUnary(e.op, a) : e.kind === 'binary' && isScalarOp(e.op) ? evalBinary(e.op, a, b) : NaN;
  if (isComparison) return constant('bool', value);
  return Number.isFinite(Math.fround(value)) ? constant('f32', Math.fround(value)) : e;
}
const isScalarOp = (op: CodeBinaryOp): op is BinaryOp => op !== 'rem' && op !== 'bitor' && op !== 'bitxor';

/** Between value types; to a narrower stored type the value is rounded through it. */
export function cast(a: CodeExpr, to: DType): CodeExpr {
  const type = codeType(to);
  const converted: CodeExpr = a.type === type ? a : type === 'bool' ? binary('ne', a, constant(a.type, 0)) : { kind: 'convert', type, a };
  return (bitsOf(to) < 32 || to === 'u32' || (to === 'f32' && a.type === 'f32')) && to !== 'bool' ? { kind: 'round', type, to, a: converted } : converted;
}

/** The parts of a merge: `a` for tile -(2p + 1), `b` for tile -(2p + 2). */
export function mergeParts(merge: readonly TileExpr[], a: readonly CodeExpr[], b: readonly CodeExpr[], frame: Frame): CodeExpr[] {
  const part: ElementOf = (tile) => {
    const number = Math.floor((-tile - 1) / 2);
    const side = tile === partA(number) ? a : b;
    const found = side[number];
    if (tile >= 0 || found === undefined) throw new CompilerBug(`a reducer refers to tile ${tile}`);
    return found;
  };
  return merge.map((e) => tileExpr(e, part, frame));
}
