/** Element numbers in device and shared memory. */
import { binary, constantOf, index, type CodeExpr } from '../ir/code.ts';
import { bitsOf } from '../ir/dtype.ts';
import { isConst, mul, num } from '../ir/index-expr.ts';
import { panelElements, rowPitch, stageElements } from '../ir/layout-shared.ts';
import type { SharedBuffer, View } from '../ir/tile.ts';
import type { Context } from './context.ts';
import type { Frame } from './coordinates.ts';

/** Horner's scheme over row-major dimensions: ((i0 * s1 + i1) * s2 + i2). The first product widens the sum where it may pass 2^31. */
function rowMajor(coordinates: readonly CodeExpr[], sizes: readonly CodeExpr[], isWide = false): CodeExpr {
  let widened = !isWide;
  return coordinates.reduce((sum, c, d) => {
    if (d === 0) return c;
    if (constantOf(sum) === 0 || constantOf(sizes[d]!) === 1) return binary('add', times(sum, sizes[d]!), c);
    const factor: CodeExpr = widened ? sum : { kind: 'widen', type: 'index', a: sum };
    widened = true;
    return binary('add', times(factor, sizes[d]!), c);
  }, index(0));
}

/** The element that `view` names at the frame's position. */
export function globalElement(context: Context, view: View, frame: Frame): CodeExpr {
  const { shape } = context.buffer(view.buffer);
  const sizes = shape.map((s) => frame.code.expr(s));
  const elements = isConst(shape.reduce((n, s) => mul(n, s), num(1)));
  return rowMajor(view.index.map((e, d) => (view.clamp.includes(d) ? clamp(frame.expr(e), sizes[d]!) : frame.expr(e))), sizes, elements === undefined || elements >= 2 ** 31);
}

/** Numbers stand before names: `32 * m`, `m * K`. */
const times = (a: CodeExpr, b: CodeExpr): CodeExpr => (constantOf(b) === undefined ? binary('mul', a, b) : binary('mul', b, a));

const clamp = (e: CodeExpr, size: CodeExpr): CodeExpr => binary('max', index(0), binary('min', e, binary('sub', size, index(1))));

/** The element of stage `stage` at local coordinates (in the order of the buffer's axes); agrees with `sharedOffset` of layout-shared.ts. */
export function sharedElement(buffer: SharedBuffer, stage: CodeExpr, coordinates: readonly CodeExpr[]): CodeExpr {
  const last = coordinates.length - 1;
  const rows = rowMajor(coordinates.slice(0, last), buffer.sizes.map(index));
  const column = coordinates[last] ?? index(0);
  const pitch = rowPitch(buffer);
  const base = buffer.stages === 1 ? index(0) : times(stage, index(stageElements(buffer)));
  if (buffer.swizzle === 0) return binary('add', base, binary('add', times(rows, index(pitch)), column));
  const unit = 128 / bitsOf(buffer.dtype);
  const panels = buffer.sizes[last]! > pitch;
  const within = binary('add', times(rows, index(pitch)), panels ? binary('bitand', column, index(pitch - 1)) : column);
  const plain = panels ? binary('add', times(binary('shr', column, index(Math.log2(pitch))), index(panelElements(buffer))), within) : within;
  return binary('add', base, { kind: 'swizzle', type: 'index', a: plain, unit, mask: buffer.swizzle / 16 - 1 });
}

export function sharedAt(context: Context, id: string, stage: CodeExpr, frame: Frame): CodeExpr {
  const buffer = context.shared(id);
  return sharedElement(buffer, stage, buffer.axes.map((a) => frame.code.expr(frame.local(a))));
}
