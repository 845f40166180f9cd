/** lower: (nest, plan) -> tile IR. The one way from a computation and a schedule to a kernel; no operator is known by name. */
import { bitsOf } from '../ir/dtype.ts';
import { num, type IndexExpr, isConst, mul, size, variable } from '../ir/index-expr.ts';
import { Facts } from '../ir/index-facts.ts';
import { type FusedKernel, groupsOf, type Nest } from '../ir/nest.ts';
import type { LaunchPlan, MatrixPlan } from '../ir/plan.ts';
import type { GlobalBuffer, Role, TileExpr, TileKernel } from '../ir/tile.ts';
import { readsOf } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';
import { Builder, tilesOf } from './builder.ts';
import { loadsBeforeWait } from './early-loads.ts';
import { Groups } from './groups.ts';
import { Products } from './products.ts';
import { Space } from './space.ts';
import { Values } from './values.ts';

export interface LowerOptions { readonly name: string; readonly assumes: Readonly<Record<string, number>>; readonly atMost: Readonly<Record<string, number>> }

export function lower(fused: FusedKernel, nest: Nest, plan: LaunchPlan, target: Target, options: LowerOptions): TileKernel {
  const { kernel } = fused;
  const b = new Builder(target, buffersOf(fused, nest), factsOf(fused, options), nest.stores[0]!.span);
  const space = new Space(b, plan);
  const axes = [...nest.spatial, ...[...groupsOf(nest)].flatMap((g) => g.axes)];
  const values = new Values(b, space, new Map<string, IndexExpr>(axes.map((a) => [a.id, a.extent])));
  const products = new Products(b, space, values, plan, nest);
  const groups = new Groups(b, space, values, plan, products);

  const together = plan.kind === 'vector' ? plan.collapse : undefined;
  for (const axis of nest.spatial) {
    if (nest.serial.has(axis.id) || together?.ids.includes(axis.id)) continue;
    const size = space.tileSize(axis);
    const base = space.isCovered(axis) || isConst(axis.extent) === 1 ? num(0) : mul(b.gridVar(`${axis.id}.g`, axis.name, b.simplify(tilesOf(axis.extent, size))), num(size));
    space.bind(axis, base);
  }
  let counts: IndexExpr | undefined;
  if (together !== undefined) {
    const joint = nest.spatial.filter((a) => together.ids.includes(a.id));
    const size = together.split.threads * together.split.rep;
    const extent = joint.map((a, n) => (n === joint.length - 1 ? tilesOf(a.extent, together.split.vec) : a.extent)).reduce((p, x) => mul(p, x));
    counts = b.simplify(mul(tilesOf(extent, size), num(size)));
    space.bindTogether(joint, together.split, mul(b.gridVar(`${joint.at(-1)!.id}.g`, joint.map((a) => a.name).join(''), b.simplify(tilesOf(extent, size))), num(size)));
  }
  for (const g of groupsOf(nest)) for (const a of g.axes) if (space.isCovered(a)) space.bind(a, num(0));

  products.hoisted(() => groups.emitAll(nest.groups));
  const serial = nest.spatial.filter((a) => nest.serial.has(a.id));
  const store = (): void => {
    groups.emitAll(nest.serialGroups);
    for (const s of nest.stores) {
      b.span = s.span;
      const buffer = b.buffer(s.tensor);
      const own = nest.spatial.filter((a) => s.axes === undefined || s.axes.includes(a.id));
      // What does not vary along an axis is stored where that axis begins.
      const first = nest.spatial.filter((a) => !own.includes(a) && !space.isCovered(a)).map((a) => mul(num(-1), space.origin(a.id)));
      const emit = (): void => {
        const tileAxes = space.order(own.flatMap((a) => [...space.tileAxes(a.id)]));
        const src = inWords(cover(values.evaluate(s.value), tileAxes, buffer.name.toLowerCase(), b, space, values), buffer, b);
        const { axes, layout } = b.decl(src);
        const gathered = new Map(Object.entries(s.scatter?.gathers ?? {}).map(([id, e]) => [id, values.toTile(values.evaluate(e), 'at')]));
        const view = values.storeView(buffer, s.index, own.map((a) => a.id), axes, layout, { gathered, mayLeave: s.scatter?.mayLeave ?? false });
        const boxes = plan.kind === 'matrix' && plan.boxStores === true ? storeBuffer(plan, buffer, b) : undefined;
        b.emit({ kind: 'store', src, view, ...(gathered.size > 0 ? { scatter: true } : {}), ...(boxes === undefined ? {} : { boxes }) });
      };
      if (first.length === 0) emit(); else b.when(first, emit);
    }
  };
  const enter = (depth: number): void => {
    const axis = serial[depth];
    if (axis === undefined) { values.scoped(store); return; }
    const size = space.tileSize(axis);
    const id = `${axis.id}.step`;
    if (space.isCovered(axis)) { space.bind(axis, num(0)); enter(depth + 1); return; }
    b.loop(id, b.simplify(tilesOf(axis.extent, size)), () => { space.bind(axis, mul(variable(id), num(size))); enter(depth + 1); });
  };
  enter(0);

  const pinned = new Set(kernel.sizes.filter((s) => s.pinned?.length === 1).map((s) => s.name));
  return {
    name: options.name, target: target.name, sizes: kernel.sizes.map((s) => s.name).filter((n) => !pinned.has(n)),
    buffers: b.buffers, axes: b.axes, grid: b.grid, panels: plan.kind === 'matrix' ? plan.panels : undefined,
    shared: b.shared, pipes: b.pipes, tiles: b.tiles,
    roles: rolesOf(plan, products, b), assumes: options.assumes, ...(plan.kind === 'matrix' && plan.persistent ? { persistent: true, ...(plan.groups === undefined ? {} : { groups: plan.groups }) } : {}), ...(plan.kind === 'matrix' && plan.cluster !== undefined ? { cluster: plan.cluster } : {}), ...(plan.kind === 'matrix' && plan.early === true ? { early: true } : {}), ...(plan.kind === 'matrix' && plan.residents !== undefined ? { residents: plan.residents } : {}), ...(counts === undefined ? {} : { counts, digits: space.digits }),
  };
}

/** Shared memory for pieces of a result: all rows of the tile, rows of 128 bytes where they divide the columns and of 64 elsewhere; two places where there are several pieces. */
function storeBuffer(plan: MatrixPlan, { name, dtype }: GlobalBuffer, b: Builder): string {
  const side = (role: 'm' | 'n'): string => [...plan.roles].find(([, r]) => r === role)![0];
  const axes = [side('m'), side('n')], all = plan.tiles.get(axes[1]!)!, swizzle = (all * bitsOf(dtype)) % 1024 === 0 ? 128 : 64, columns = (8 * swizzle) / bitsOf(dtype);
  const id = `${name.toLowerCase()}_out`;
  b.sharedBuffer({ id, dtype, axes, sizes: [Math.min(plan.tiles.get(axes[0]!)!, 64 * plan.warps[0]), columns], stages: all > columns ? 2 : 1, swizzle, pad: 0 });
  return id;
}

function rolesOf(plan: LaunchPlan, products: Products, b: Builder): Role[] {
  const body = b.finish();
  if (plan.kind === 'matrix' && plan.boxes === true) return [{ name: 'math', threads: plan.threads, registers: undefined, body }, { name: 'load', threads: 32, registers: undefined, body: products.loads.flat() }];
  if (plan.kind !== 'matrix' || plan.specialize === undefined) return [{ name: 'main', threads: plan.threads, registers: undefined, body }];
  const { loadRegisters } = plan.specialize;
  return [
    ...products.loads.map((ops, n) => ({ name: n === 0 ? 'load' : `load${n + 1}`, threads: 128, registers: loadRegisters, body: ops })),
    { name: 'math', threads: plan.threads, registers: plan.specialize.mathRegisters, body: loadsBeforeWait(body, b.tiles, b.buffers, plan.specialize.mathRegisters) },
  ];
}

/** The value as a tile over all of the axes. */
function cover(e: TileExpr, axes: readonly string[], name: string, b: Builder, space: Space, values: Values): number {
  const has = new Set(values.axesOf(e));
  if (e.kind === 'tile' && axes.every((id) => has.has(id))) return e.tile;
  const dst = b.tile(name, e.type, axes, space.layoutOf(axes));
  b.emit({ kind: 'map', dst, expr: e });
  return dst;
}

/** Words of another type than memory's are taken apart first: sums kept in f16 that are stored as f32. */
function inWords(tile: number, { dtype }: GlobalBuffer, b: Builder): number {
  const decl = b.decl(tile);
  if (!decl.packed || decl.dtype === dtype) return tile;
  const dst = b.tile(`${decl.name}_f`, 'f32', decl.axes, decl.layout);
  b.emit({ kind: 'map', dst, expr: { kind: 'tile', tile, type: 'f32' } });
  return dst;
}

/** Tensors in memory that the nest touches: inputs and scratch it reads, then what it stores. */
function buffersOf(fused: FusedKernel, nest: Nest): GlobalBuffer[] {
  const stored = new Set(nest.stores.map((s) => s.tensor));
  const updated = new Set(nest.stores.filter((s) => s.scatter !== undefined).map((s) => s.tensor));
  const read = new Set<string>();
  for (const e of [...nest.stores.flatMap((s) => [s.value, ...Object.values(s.scatter?.gathers ?? {})]), ...[...groupsOf(nest)].flatMap((g) => g.parts.flatMap((p) => [p.body, ...(p.where ? [p.where] : [])]))]) for (const r of readsOf(e)) read.add(r.tensor);
  const all: GlobalBuffer[] = [
    ...fused.kernel.tensors.flatMap((t): GlobalBuffer[] => (t.role === 'temporary' ? [] : [{ name: t.name, dtype: t.dtype, shape: t.shape, role: t.role, ...(t.place === undefined ? {} : { place: t.place }) }])),
    ...fused.scratch.map(({ name, dtype, shape }): GlobalBuffer => ({ name, dtype, shape, role: 'scratch' })),
  ];
  // What an earlier launch has written is an input here.
  return [...all.filter((x) => read.has(x.name) && !stored.has(x.name)).map((x): GlobalBuffer => ({ ...x, role: 'input' })), ...all.filter((x) => stored.has(x.name)).map((x): GlobalBuffer => (updated.has(x.name) ? { ...x, role: 'inout' } : x))];
}

export function factsOf(fused: FusedKernel, { assumes, atMost }: Pick<LowerOptions, 'assumes' | 'atMost'>): Facts {
  let facts = Facts.none;
  for (const f of fused.kernel.facts) facts = f.relation === 'zero' ? facts.withEqual(f.expr, num(0)) : facts.withNonNegative(f.expr);
  for (const [name, most] of Object.entries(atMost)) facts = facts.withSize(name, 0, most);
  for (const [name, by] of Object.entries(assumes)) facts = facts.withDivisible(size(name), by);
  return facts;
}


