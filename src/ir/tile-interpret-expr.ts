/**
 * Tile expressions compiled to closures. Arithmetic on f32 is evaluated in f64 and rounded to f32 after every operator, i32 wraps at 32 bits,
 * bool is 0 or 1.
 */
import { unreachable } from '../diagnostics/bug.ts';
import type { ValueType } from './dtype.ts';
import type { IndexExpr } from './index-expr.ts';
import { castTo } from './round.ts';
import { evalBinary, evalUnary } from './scalar.ts';
import type { TileExpr } from './tile.ts';
import type { Compute } from './tile-interpret-scope.ts';

export interface ExprContext { index(e: IndexExpr): Compute; tile(id: number): Compute }

export function compileExpr(e: TileExpr, context: ExprContext): Compute {
  switch (e.kind) {
    case 'const': { const value = e.type === 'f32' ? Math.fround(e.value) : e.value; return () => value; }
    case 'tile': return context.tile(e.tile);
    case 'index': return context.index(e.index);
    case 'inside': {
      const conditions = e.nonNegative.map((x) => context.index(x));
      return () => { for (const c of conditions) if (!(c() >= 0)) return 0; return 1; };
    }
    case 'unary': {
      const a = compileExpr(e.a, context);
      const { op } = e;
      return rounded(e.type, () => evalUnary(op, a()));
    }
    case 'binary': {
      const a = compileExpr(e.a, context), b = compileExpr(e.b, context);
      const { op } = e;
      const integer = e.a.type === 'i32';
      // The most frequent ones by themselves.
      if (e.type === 'f32' && !integer) {
        if (op === 'add') return () => Math.fround(a() + b());
        if (op === 'sub') return () => Math.fround(a() - b());
        if (op === 'mul') return () => Math.fround(a() * b());
      }
      return rounded(e.type, () => evalBinary(op, a(), b(), integer));
    }
    case 'select': {
      const cond = compileExpr(e.cond, context), then = compileExpr(e.then, context), otherwise = compileExpr(e.else, context);
      return () => (cond() ? then() : otherwise());
    }
    case 'cast': {
      const a = compileExpr(e.a, context);
      const { to } = e;
      return () => castTo(to, a());
    }
    default: return unreachable(e);
  }
}

function rounded(type: ValueType, f: Compute): Compute {
  switch (type) {
    case 'f32': return () => Math.fround(f());
    case 'i32': return () => { const x = f(); return Number.isNaN(x) ? x : x | 0; };
    case 'bool': return f;
    default: return unreachable(type);
  }
}
