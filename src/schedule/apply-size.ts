/** Sizes and names as a schedule block writes them. */
import type { Expr, LoopRef } from '../../grammar/ast.ts';

/** The value of a size expression over numbers and known names; undefined where it has none. */
export function constantOf(e: Expr, names: ReadonlyMap<string, number>): number | undefined {
  switch (e.kind) {
    case 'int': return e.value;
    case 'name': return names.get(e.name);
    case 'unary': { const a = e.op === '-' ? constantOf(e.operand, names) : undefined; return a === undefined ? undefined : -a; }
    case 'binary': {
      const a = constantOf(e.left, names), b = constantOf(e.right, names);
      if (a === undefined || b === undefined) return undefined;
      if (e.op === '+') return a + b;
      if (e.op === '-') return a - b;
      if (e.op === '*') return a * b;
      if (e.op === '/' && b !== 0) return Math.floor(a / b);
      return e.op === '%' && b !== 0 ? a - Math.floor(a / b) * b : undefined;
    }
    default: return undefined;
  }
}

/** `k`, or `P.d` */
export const sizeName = (loop: LoopRef): string => (loop.statement === undefined ? loop.index.name : `${loop.statement.name}.${loop.index.name}`);
