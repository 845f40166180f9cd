/** Box copies: which tensor maps a kernel needs, how the host makes them, and the calls that start the copies. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { type CodeExpr, type WrapperArg, binary, index } from '../ir/code.ts';
import { type DType, bitsOf } from '../ir/dtype.ts';
import { type IndexExpr, add, coefficient, floorDiv, isConst, mul, num, sub, variable, variablesOf } from '../ir/index-expr.ts';
import { panelElements, rowPitch, stageElements } from '../ir/layout-shared.ts';
import { visitOps } from '../ir/tile-uses.ts';
import type { OpOf, Role, SharedBuffer, TileKernel } from '../ir/tile.ts';
import type { Context } from './context.ts';
import { asVariable, extend, Frame, type Position, start } from './coordinates.ts';
import { type RegisterLoop, registerLoops, type Spread } from './digits.ts';
import { type Rings, value } from './rings.ts';

type Copy = OpOf<'copyAsync'>;
/** Sizes are given innermost first; `strides` are the bytes between neighbours along dimensions 1, 2, …. */
export interface BoxMap {
  readonly name: string; readonly buffer: string; readonly dtype: DType; readonly dims: readonly IndexExpr[]; readonly strides: readonly IndexExpr[];
  readonly box: readonly number[]; readonly swizzle: 0 | 32 | 64 | 128;
}

/** The buffer's axis that each dimension of the tensor runs along; undefined where the copy stays at one coordinate. */
export function boxAxes(op: Pick<Copy, 'view'>, buffer: Pick<SharedBuffer, 'axes'>): readonly (string | undefined)[] {
  return op.view.index.map((e) => buffer.axes.find((id) => variablesOf(e).has(id) && isConst(coefficient(e, id) ?? num(0)) === 1));
}

const perByte = (dtype: DType): number => Math.max(1, 8 / bitsOf(dtype));

/** Columns of one copy: rows longer than the swizzle are copied panel by panel. */
const panelOf = (buffer: SharedBuffer): number => (buffer.swizzle === 0 ? buffer.sizes.at(-1)! : rowPitch(buffer));

function boxOf(kernel: TileKernel, op: Pick<Copy, 'view'>, buffer: SharedBuffer): number[] {
  const along = boxAxes(op, buffer);
  const inOrder = along.filter((id) => id !== undefined);
  if (inOrder.join() !== buffer.axes.slice(-inOrder.length).join() || along.at(-1) !== buffer.axes.at(-1) || (buffer.swizzle === 0 && buffer.pad !== 0)) throw new CompilerBug(`${kernel.name}: ${op.view.buffer} is not copied to ${buffer.id} as a box`);
  return along.map((id) => (id === undefined ? 1 : id === buffer.axes.at(-1) ? panelOf(buffer) : buffer.sizes[buffer.axes.indexOf(id)]!)).reverse();
}

/** Further steps along the last dimension that one box brings together: the map has them as its outermost dimension. */
interface Together { readonly axis: string; readonly count: number; /** Elements of a step. */ readonly length: number; readonly steps: number }

/**
 * The steps of a copy as one box, since the unit takes as long for a small box as for a large one. Rows of the tensor are whole steps then: of a step that the tensor has but a part of,
 * the rest would come from the next row.
 */
function together(kernel: TileKernel, op: Pick<Copy, 'view'>, buffer: SharedBuffer): Together | undefined {
  const along = boxAxes(op, buffer), [axis, ...others] = buffer.axes.filter((id) => !along.includes(id));
  const last = op.view.index.at(-1), end = isConst(kernel.buffers.find((b) => b.name === op.view.buffer)?.shape.at(-1) ?? num(0)), length = buffer.sizes.at(-1)!, column = buffer.axes.at(-1)!;
  if (axis === undefined || others.length > 0 || last === undefined || end === undefined || end === 0 || end % length !== 0 || op.view.index.length >= mostDimensions) return undefined;
  const isWhole = (e: IndexExpr): boolean => e.terms.every((t) => t.coefficient % length === 0 && t.factors.every((f) => f.kind !== 'variable' || isStart(f.id)));
  const isStart = (id: string): boolean => { const info = kernel.axes.find((a) => a.id === id); return info === undefined || isConst(info.base) === 0; };
  const base = kernel.axes.find((a) => a.id === column)?.base ?? num(0);
  return isWhole(sub(last, variable(column))) && isWhole(base) ? { axis, count: buffer.sizes[buffer.axes.indexOf(axis)]!, length, steps: end / length } : undefined;
}
const mostDimensions = 5;

/** The maps of a kernel, one for each box shape of a tensor, and which of them each copy uses. */
export class BoxMaps {
  readonly list: BoxMap[] = [];
  private readonly ofCopy = new Map<Copy | OpOf<'store'>, BoxMap>();

  constructor(context: Context) {
    const { kernel } = context;
    const copies: { op: Copy | OpOf<'store'>; box: number[]; swizzle: SharedBuffer['swizzle']; steps?: Together }[] = [];
    for (const role of kernel.roles) visitOps(role.body, (op) => {
      if (op.kind === 'copyAsync' && op.via === 'tma') {
        const buffer = context.shared(op.buffer), box = boxOf(kernel, op, buffer), steps = together(kernel, op, buffer);
        copies.push({ op, swizzle: buffer.swizzle, ...(steps === undefined ? { box } : { box: [...box, steps.count], steps }) });
      }
      // Each group of four warps stores its own rows.
      if (op.kind === 'store' && op.boxes !== undefined) { const buffer = context.shared(op.boxes); copies.push({ op, box: boxOf(kernel, op, { ...buffer, sizes: [64, ...buffer.sizes.slice(1)] }), swizzle: buffer.swizzle }); }
    });
    for (const { op, box, swizzle, steps } of copies) {
      const wanted = box.map((n, d) => (d === 0 ? n / perByte(context.buffer(op.view.buffer).dtype) : n));
      let map = this.list.find((m) => m.buffer === op.view.buffer && m.box.join() === wanted.join() && m.swizzle === swizzle);
      if (map === undefined) {
        const { dtype, shape } = context.buffer(op.view.buffer);
        const alone = copies.every((c) => c.op.view.buffer !== op.view.buffer || (c.box.join() === box.join() && c.swizzle === swizzle));
        const dims = [...shape].reverse();
        const strides = dims.slice(0, -1).map((_, d) => floorDiv(mul(num(bitsOf(dtype)), ...dims.slice(0, d + 1)), num(8)));
        // Elements below a byte are copied as the bytes that they fill.
        const per = perByte(dtype);
        if (steps !== undefined) { dims[0] = num(steps.length); dims.push(num(steps.steps)); strides.push(num((steps.length * bitsOf(dtype)) / 8)); }
        if (per > 1) dims[0] = floorDiv(dims[0]!, num(per));
        map = { name: context.names.fresh(alone ? `${op.view.buffer}_map` : `${op.view.buffer}_map_${[...box].reverse().join('x')}`), buffer: op.view.buffer, dtype: per > 1 ? 'u8' : dtype, dims, strides, box: box.map((n, d) => (d === 0 ? n / per : n)), swizzle };
        this.list.push(map);
      }
      this.ofCopy.set(op, map);
    }
  }

  ofStore(op: OpOf<'store'>): BoxMap {
    const map = this.ofCopy.get(op);
    if (map === undefined) throw new CompilerBug(`no boxes of ${op.view.buffer} are stored`);
    return map;
  }
  /** Tensors that are stored by boxes. */
  get stored(): ReadonlySet<string> { return new Set([...this.ofCopy].flatMap(([op, map]) => (op.kind === 'store' ? [map.buffer] : []))); }

  /** Fetches the maps that the role's copies will use. */
  prefetch(context: Context, role: Role): void {
    const used = new Set<BoxMap>();
    visitOps(role.body, (op) => { const map = op.kind === 'copyAsync' ? this.ofCopy.get(op) : undefined; if (map !== undefined) used.add(map); });
    for (const { name } of used) context.put({ kind: 'call', wrapper: 'prefetch_map', constants: [], args: [{ kind: 'address', name }] });
  }

  /** Starts the copy of the box, panel by panel; its bytes count at the ring's `full`. */
  copy(context: Context, rings: Rings, op: Copy): void {
    const map = this.ofCopy.get(op);
    const buffer = context.shared(op.buffer);
    const pipe = rings.ofBuffer(op.buffer);
    if (map === undefined || pipe === undefined) throw new CompilerBug(`${context.kernel.name}: a box copy to ${op.buffer}, which no role waits for`);
    const panel = panelOf(buffer), panels = buffer.sizes.at(-1)! / panel;
    const toNext = buffer.swizzle === 0 ? stageElements(buffer) : panelElements(buffer);
    const coordinates = [...op.view.index].reverse();
    // Axes before those of the box are steps of the summed axis that different warps have: one box for all of them, or a box each.
    const along = boxAxes(op, buffer), inOne = together(context.kernel, op, buffer), steps = buffer.axes.filter((id) => !along.includes(id) && id !== inOne?.axis);
    const boxElements = (buffer.swizzle === 0 ? toNext : toNext - buffer.pad) / steps.reduce((n, id) => n * context.axis(id).tile, 1);
    const spread: Spread = { axes: steps, layout: { dims: steps.map((id) => ({ bits: [], repeat: context.axis(id).tile })) } };
    // A box for all groups of a cluster comes in panels, of which each group asks for its own.
    const groups = op.multicast === true ? context.kernel.cluster ?? 1 : 1;
    if (panels % groups !== 0) throw new CompilerBug(`${context.kernel.name}: ${panels} panels of ${buffer.id} for ${groups} groups of a cluster`);
    const rank: CodeExpr | undefined = groups > 1 ? { kind: 'apply', type: 'index', wrapper: 'cluster_rank', args: [] } : undefined;
    const box = (position: Position): void => { for (let q = 0; q < panels / groups; q++) {
      const frame = new Frame(context, spread, position), p = q * groups;
      const step = steps.reduce((n, id) => add(mul(n, num(context.axis(id).tile)), frame.local(id)), num(0));
      const plain = binary('add', binary('mul', index(stageElements(buffer)), rings.stage(pipe)), frame.expr(add(mul(num(boxElements), step), num(p * toNext))));
      const own = (e: CodeExpr, stride: number): CodeExpr => (rank === undefined ? e : binary('add', e, binary('mul', index(stride), rank)));
      const at = own(plain, toNext);
      const args: WrapperArg[] = coordinates.map((e, d) => value(d === 0 ? own(frame.expr(floorDiv(add(inOne === undefined ? e : num(0), num(p * panel)), num(perByte(buffer.dtype)))), panel / perByte(buffer.dtype)) : frame.expr(e)));
      if (inOne !== undefined) args.push(value(frame.expr(floorDiv(coordinates[0]!, num(inOne.length)))));
      context.put({
        kind: 'call', wrapper: rank === undefined ? `tma_load_${args.length}d` : 'tma_load_multicast', constants: rank === undefined ? [] : [args.length],
        args: [{ kind: 'memory', memory: context.memoryName(buffer.id), index: at }, { kind: 'address', name: map.name }, rings.full(pipe), ...(rank === undefined ? [] : [value(index(2 ** groups - 1))]), ...args],
      });
    } };
    const nest = (rest: readonly RegisterLoop[], position: Position): void => {
      const [loop, ...others] = rest;
      if (loop === undefined) { box(position); return; }
      context.loop(`d${context.axis(loop.axis).name}`, loop.count, (v) => nest(others, extend(position, [loop], [asVariable(context, v)])));
    };
    nest(registerLoops(spread, [], `boxes of ${buffer.id}`), start);
  }
}
