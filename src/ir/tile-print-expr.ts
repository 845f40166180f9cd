/** Tile expressions as text: infix where a symbol is usual, function notation elsewhere, parentheses only where needed. */
import { unreachable } from '../diagnostics/bug.ts';
import type { IndexExpr } from './index-expr.ts';
import { type BinaryOp, type UnaryOp, highestF32, lowestF32 } from './scalar.ts';
import type { TileExpr } from './tile.ts';

/** Names as the surrounding text uses them. */
export interface TileText { tile(id: number): string; index(e: IndexExpr): string; conditions(es: readonly IndexExpr[]): string }

const infix: Partial<Record<BinaryOp, readonly [symbol: string, strength: number]>> = {
  or: ['or', 1], and: ['and', 2], eq: ['==', 3], ne: ['!=', 3], lt: ['<', 3], le: ['<=', 3],
  bitand: ['&', 4], shl: ['<<', 5], shr: ['>>', 5], add: ['+', 6], sub: ['-', 6], mul: ['*', 7], div: ['/', 7],
};
const prefix: Partial<Record<UnaryOp, string>> = { neg: '-', not: 'not ' };
const tight = 9;

export function printTileExpr(e: TileExpr, text: TileText): string {
  const go = (x: TileExpr, outer: number): string => {
    const [s, strength] = printed(x);
    return strength < outer ? `(${s})` : s;
  };
  const printed = (x: TileExpr): readonly [string, number] => {
    switch (x.kind) {
      case 'const': return [constant(x.value, x.type), tight];
      // Negative tiles are the parts of a reducer.
      case 'tile': return [x.tile < 0 ? `${x.tile % 2 === 0 ? 'b' : 'a'}${Math.floor((-x.tile - 1) / 2)}` : text.tile(x.tile), tight];
      case 'index': return [`index(${text.index(x.index)})`, tight];
      case 'inside': return [`inside(${text.conditions(x.nonNegative)})`, tight];
      case 'unary': {
        const sign = prefix[x.op];
        return sign === undefined ? [`${x.op}(${go(x.a, 0)})`, tight] : [`${sign}${go(x.a, 8)}`, 8];
      }
      case 'binary': {
        const way = infix[x.op];
        if (way === undefined) return [`${x.op}(${go(x.a, 0)}, ${go(x.b, 0)})`, tight];
        return [`${go(x.a, way[1])} ${way[0]} ${go(x.b, way[1] + 1)}`, way[1]];
      }
      case 'select': return [`select(${go(x.cond, 0)}, ${go(x.then, 0)}, ${go(x.else, 0)})`, tight];
      case 'cast': return [`${x.to}(${go(x.a, 0)})`, tight];
      default: return unreachable(x);
    }
  };
  return go(e, 0);
}

function constant(value: number, type: 'f32' | 'i32' | 'bool'): string {
  if (type === 'bool') return value ? 'true' : 'false';
  if (value === lowestF32) return 'lowest';
  if (value === highestF32) return 'highest';
  return type === 'f32' && Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value);
}
