/** Operands that threads compute in the registers that the instruction takes them from, past shared memory; and layouts of what goes into them. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { bitsOf } from '../ir/dtype.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { sliceTo } from '../ir/layout-query.ts';
import type { Layout } from '../ir/layout.ts';
import type { TileExpr } from '../ir/tile.ts';
import type { Builder } from './builder.ts';
import { fragmentOf } from './load-fragments.ts';
import { isHeld, type Product, type Staged } from './operands.ts';
import type { LayoutPolicy, Space } from './space.ts';
import type { Values } from './values.ts';

/** Tiles over some of `dims` lie as `layout` has these. */
export const policyOf = (tag: string, layout: Layout, dims: readonly string[]): LayoutPolicy => ({ tag, layoutOf: (axes) => sliceTo(layout, dims, axes), order: (axes) => { const used = new Set(axes); return dims.filter((id) => used.has(id)); } });

const tag = (s: Staged, side: 'a' | 'b'): string => `${s.name} ${side} `;
const dimsOf = (s: Staged, side: 'a' | 'b'): readonly [string, string] => (side === 'a' ? [s.rows, s.over] : [s.over, s.rows]);

function policyFor(s: Staged, intrinsic: MmaIntrinsic, side: 'a' | 'b', b: Builder, space: Space): { readonly policy: LayoutPolicy; readonly layout: Layout } {
  const layout = fragmentOf(intrinsic, s.over, s.rows, side, b, space);
  if (layout === undefined) throw new CompilerBug(`lower: a step of ${s.name} holds no whole fragments of ${intrinsic.name}`);
  return { layout, policy: policyOf(tag(s, side), layout, dimsOf(s, side)) };
}

/** The number of the tile that holds the operand's fragments. @param evaluate the operand's values, zero beyond the end of the sum */
export function holdFragments(s: Staged, intrinsic: MmaIntrinsic, side: 'a' | 'b', evaluate: (policy: LayoutPolicy) => TileExpr, b: Builder, space: Space): number {
  const { policy, layout } = policyFor(s, intrinsic, side, b, space), all = evaluate(policy);
  // The fragment rounds by itself.
  const rounded = all.kind === 'cast' && all.to === s.dtype && all.type === 'f32' ? all.a : all;
  // Whole numbers go to words that hold floats as such; narrower floats are packed from either.
  const expr: TileExpr = s.dtype === 'f32' && rounded.type === 'i32' ? { kind: 'cast', to: 'f32', a: rounded, type: 'f32' } : rounded;
  const fragment = b.tile(`${s.name}_frag`, s.dtype, dimsOf(s, side), layout, { packed: bitsOf(s.dtype) < 32 });
  b.emit({ kind: 'map', dst: fragment, expr });
  return fragment;
}

/** Begins the loads of all operands that registers hold, which is done before the products that run are waited for. */
export function loadHeld(products: Iterable<Product>, b: Builder, space: Space, values: Values): void {
  for (const { a, b: columns, intrinsic } of products) for (const [x, side] of [[a, 'a'], [columns, 'b']] as const) {
    if (isHeld(x)) values.evaluate(x.held.expr, policyFor(x.held, intrinsic, side, b, space).policy);
  }
}
