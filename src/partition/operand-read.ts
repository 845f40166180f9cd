/** Operands of products that are reads of tensors and nothing more: what can be copied or loaded as it lies in memory. */
import type { Expr, Read } from '../ir/tst.ts';

/** The read that an operand is, widened exactly or not at all. */
export function directRead(e: Expr): Read | undefined {
  if (e.kind === 'cast' && e.to === 'f32' && e.a.type === 'i32') return directRead(e.a);
  return plainRead(e);
}

/** The read that an operand is, when nothing but an exact widening stands around it. */
export function plainRead(e: Expr): Read | undefined {
  if (e.kind === 'cast' && e.a.type === 'i32') return undefined;
  if (e.kind !== 'read' || Object.keys(e.gathers).length > 0) return undefined;
  return e.bounds === 'proved' || (e.bounds === 'fill' && e.fill?.kind === 'const' && e.fill.value === 0) ? e : undefined;
}
