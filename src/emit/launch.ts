/** The launch description of an emitted kernel: arguments, grid, block, shared memory. */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { bitsOf } from '../ir/dtype.ts';
import { type IndexExpr, mul, num } from '../ir/index-expr.ts';
import { view } from '../ir/index-print.ts';
import type { GlobalBuffer, TileKernel } from '../ir/tile.ts';
import type { Arg, BufferArg, LaunchAbi, SizeExpr, StorageType } from '../runtime/abi.ts';
import { storageBytes } from '../runtime/abi.ts';
import type { BoxMap } from './maps.ts';

/** An index expression over sizes alone. */
export function sizeExpr(e: IndexExpr): SizeExpr {
  const v = view(e);
  switch (v.kind) {
    case 'num': return v.value;
    case 'atom':
      if (v.atom.kind !== 'size') throw new CompilerBug(`${v.atom.id} is no size, but a launch depends on it`);
      return v.atom.id;
    case 'sum': return { op: 'add', args: v.terms.map(sizeExpr) };
    case 'product': return { op: 'mul', args: v.factors.map(sizeExpr) };
    case 'floordiv': case 'mod': return { op: v.kind, args: [sizeExpr(v.a), sizeExpr(v.b)] };
    case 'min': case 'max': return { op: v.kind, args: v.args.map(sizeExpr) };
    default: return unreachable(v);
  }
}

export interface LaunchParts {
  readonly entry: string;
  readonly target: LaunchAbi['target'];
  readonly storageOf: (buffer: GlobalBuffer) => StorageType;
  /** What the text does with the buffer: scratch that an earlier launch filled is only read. */
  readonly accessOf: (buffer: GlobalBuffer) => BufferArg['access'];
  readonly grid: LaunchAbi['grid'];
  readonly maps?: readonly BoxMap[];
  readonly threads: number;
  readonly sharedBytes: number;
  readonly features: readonly string[];
}

const mapArg = (m: BoxMap): Arg => ({ kind: 'tensorMap', name: m.name, buffer: m.buffer, dtype: m.dtype, dims: m.dims.map(sizeExpr), strides: m.strides.map(sizeExpr), box: m.box, swizzle: m.swizzle });

export function launchAbi(kernel: TileKernel, parts: LaunchParts): LaunchAbi {
  const buffers = kernel.buffers.map((b): Arg => {
    const storage = parts.storageOf(b);
    const elements = b.shape.reduce((n, s) => mul(n, s), num(1));
    const unit = 8 * storageBytes(storage), bits = bitsOf(b.dtype);
    const length: SizeExpr = unit === bits ? sizeExpr(elements) : unit % bits === 0 ? { op: 'ceildiv', args: [sizeExpr(elements), unit / bits] } : { op: 'ceildiv', args: [sizeExpr(mul(elements, num(bits))), unit] };
    return { kind: 'buffer', name: b.name, storage, access: b.role === 'input' ? 'read' : parts.accessOf(b), length, ...(b.place === undefined ? {} : { place: b.place }) };
  });
  return {
    entry: parts.entry, target: parts.target,
    args: [...buffers, ...(parts.maps ?? []).map(mapArg), ...kernel.sizes.map((name): Arg => ({ kind: 'size', name }))],
    grid: parts.grid, ...(kernel.counts === undefined || parts.target === 'cpu' ? {} : { counts: sizeExpr(kernel.counts) }), block: [parts.threads, 1, 1], ...(kernel.cluster === undefined ? {} : { cluster: kernel.cluster }), ...(kernel.early === true ? { early: true as const } : {}), sharedBytes: parts.sharedBytes, features: parts.features,
  };
}

/** Number of groups: the product of the grid's factors; no more than run at once, or than the plan says, where they take turns. */
export function groupCount(kernel: TileKernel): SizeExpr {
  const all = sizeExpr(kernel.grid.reduce((n, g) => mul(n, g.count), num(1)));
  return kernel.persistent ? { op: 'min', args: [all, kernel.groups ?? '#multiprocessors'] } : all;
}
