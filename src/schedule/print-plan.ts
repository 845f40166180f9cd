/**
 * Plans as schedule blocks: what a user can paste, edit and keep. Every field of a plan is said, so that a block applied to the default gives the same plan again.
 * Loops have the shortest names that reach them; an axis that only passes made is named by the statement that they made.
 */
import { groupsOf, type FusedKernel, type LoopGroup, type Nest, type Part } from '../ir/nest.ts';
import { type LaunchPlan, type MatrixPlan, tileOf, type VectorPlan, whole } from '../ir/plan.ts';
import { isConst } from '../ir/index-expr.ts';
import type { Axis } from '../ir/tst.ts';
import { readsOf } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';
import type { Demands } from './apply-block.ts';
import { writtenTarget } from './apply-file.ts';
import { productsAt } from './apply-intrinsic.ts';
import { axesOf, LoopNames, type LoopTarget, ownerOf } from './apply-names.ts';
import { sizeName } from './apply-size.ts';
import { blocksOf } from './apply-pattern.ts';
import { contractionOf } from '../partition/product.ts';

interface Planned { readonly nest: Nest; readonly plan: LaunchPlan }

/** One launch: the verbs that make this plan, below a comment with its threads. */
export function printPlan(nest: Nest, plan: LaunchPlan, written: readonly string[] = []): string {
  // No verb says this yet, so that a block with these tiles alone stages both operands in shared memory.
  const turns = plan.kind === 'matrix' && plan.turns !== undefined ? `, warps in ${plan.turns.ways} turns at ${axesOf(nest).get(plan.turns.axis)?.name}` : '';
  const direct = plan.kind === 'matrix' && plan.direct === true ? `, operands from ${plan.boxes === true ? 'boxes' : plan.stages > 1 ? 'the ring' : 'memory'} to registers${turns}` : '';
  return [`// ${nest.name}: ${plan.threads} threads${direct}`, ...new BlockPrinter([{ nest, plan }], written).lines()].join('\n');
}

/** The whole block of a kernel for a target. `demands`: the block it was compiled with, whose `inline`, `compute … at` and `reorder` are said again. */
export function printSchedule(fused: FusedKernel, plans: readonly { readonly plan: LaunchPlan }[], target: Target, demands?: Demands): string {
  const written = fused.kernel.written ?? [];
  const planned = fused.nests.map((nest, i) => ({ nest, plan: plans[i]!.plan }));
  const lines = [
    // Passes store what they make for an output in memory by themselves.
    ...[...new Set(fused.scratch.map((s) => ownerOf(s.name, written)))].filter((name) => written.includes(name) && fused.kernel.tensors.some((t) => t.name === name && t.inMemory === true && t.role === 'temporary')).map((name) => `launch ${name}`),
    ...(demands?.inline ?? []).filter((id) => demands?.computes.every((v) => v.statement !== id)).map((id) => `inline ${id.name}`),
    ...(demands?.computes ?? []).map((v) => `compute ${v.statement.name} at ${v.level.name} of ${v.consumer.name}`),
    ...splits(fused),
    ...(demands?.reorders ?? []).map((v) => `reorder ${v.loops.map(sizeName).join(', ')}`),
    ...new BlockPrinter(planned, written).lines(),
  ];
  return [`schedule ${fused.kernel.name} for ${writtenTarget(target.name)} {`, ...lines.map((l) => `  ${l}`), '}'].join('\n');
}

/** A loop of each launch whose loops are walked as one run; one that is named is walked by itself, and so are the others of its launch. */
export function loopsOfRuns(fused: FusedKernel, plans: readonly { readonly plan: LaunchPlan }[]): string[] {
  const names = new LoopNames(fused.nests, fused.kernel.written ?? []);
  return fused.nests.flatMap((nest, i) => {
    const plan = plans[i]!.plan, axis = plan.kind === 'vector' ? plan.collapse?.ids[0] : undefined;
    const ways = axis === undefined ? [] : names.namesOf({ nest, axis });
    return (ways.find((w) => w.reaches.length === 1) ?? ways[0])?.text ?? [];
  });
}

/** Loops that were cut into parts of their own launch, by their bare name where no other reduction has it. Streams are cut by no verb: a tile of their chunks is enough. */
function splits(fused: FusedKernel): string[] {
  const reductions = fused.kernel.statements.flatMap((s) => (s.value.kind === 'reduce' ? [{ s, axes: s.value.axes }] : []));
  return reductions.flatMap(({ s }) => {
    const cut = s.axes.find(isPart), by = cut && isConst(cut.extent);
    const merge = reductions.find((r) => r.axes.some(isPart) && readsOf(r.s.value).some((read) => read.tensor === s.target));
    // Parts whose number follows from sizes at launch are cut by the compiler alone.
    if (cut?.pieces === undefined || merge === undefined || by === undefined) return [];
    const name = cut.pieces.of, same = reductions.filter((r) => r.axes.some((a) => a.name === name));
    return [`split ${same.length === 1 ? name : `${merge.s.target}.${name}`} by ${by}`];
  });
}

const isPart = (a: Axis): boolean => a.pieces?.kind === 'parts';

class BlockPrinter {
  private readonly names: LoopNames;
  constructor(private readonly planned: readonly Planned[], private readonly written: readonly string[]) {
    this.names = new LoopNames(planned.map((p) => p.nest), written);
  }

  lines(): string[] {
    const matrix = this.planned.flatMap(({ nest, plan }) => (plan.kind === 'matrix' ? [{ nest, plan }] : []));
    const box = matrix.flatMap((p) => (p.plan.specialize === undefined ? [] : [p.plan]));
    return [
      // Launches with the same loops, such as those of pieces, are reached by one line.
      ...this.tiles(), ...this.products(matrix), ...this.pipelines(matrix), ...order(matrix.map((p) => p.plan)),
      ...new Set(matrix.flatMap((p) => [...(p.plan.pads ?? [])].map(([tensor, by]) => `pad ${this.named(tensor)} by ${by}`))),
      ...new Set(matrix.flatMap((p) => [...(p.plan.held ?? [])].map((tensor) => `stage ${this.named(tensor)} in registers`))),
      ...new Set(box.map((p) => `specialize load ${p.specialize!.loads}, math ${p.threads / 128}`)),
      ...new Set(box.flatMap((p) => (p.persistent === true ? [`persistent${p.groups === undefined ? '' : ` ${p.groups}`}`] : []))),
    ];
  }

  /** The name in the source of what a launch reads. */
  private named(tensor: string): string { return this.planned.some((p) => p.nest.stores.some((s) => s.tensor === tensor)) ? ownerOf(tensor, this.written) : tensor; }

  /** One `tile` line a launch. A name that reaches several axes is used where all of them have the same tile; exceptions follow under narrower names. */
  private tiles(): string[] {
    const wanted = new Map<string, string>(this.planned.flatMap(({ nest, plan }) => axisTiles(nest, plan).map(([id, text]) => [key({ nest, axis: id }), text] as const)));
    const said = new Set<string>();
    return this.planned.flatMap(({ nest, plan }) => {
      const entries = axisTiles(nest, plan).flatMap(([axis, text]) => {
        const target = { nest, axis };
        if (said.has(key(target))) return [];
        const ways = this.names.namesOf(target);
        const way = ways.find((w) => w.reaches.every((t) => wanted.get(key(t)) === text && !said.has(key(t)))) ?? ways.find((w) => w.reaches.length === 1);
        if (way === undefined) return [];
        for (const t of way.reaches) said.add(key(t));
        return [`${way.text} ${text}`];
      });
      return entries.length === 0 ? [] : [`tile ${entries.join(', ')}`];
    });
  }

  /**
   * One `tensorize` line for each product that none above it reaches. Launches may sum over loops of the same names with other intrinsics, so names are taken that
   * reach no product that is said already or that has another intrinsic: the shortest that do. A product that no names reach alone has its default again.
   */
  private products(matrix: readonly { readonly nest: Nest; readonly plan: MatrixPlan }[]): string[] {
    const nests = this.planned.map((p) => p.nest), said = new Set<string>(), name = (nest: Nest, part: string): string => `${nest.name}/${part}`;
    const intrinsics = new Map(matrix.flatMap(({ nest, plan }) => [...plan.products].map(([part, i]) => [name(nest, part), i.name] as const)));
    return matrix.flatMap(({ nest, plan }) => [...groupsOf(nest)].flatMap((g) => g.parts.flatMap((p) => {
      const intrinsic = plan.products.get(p.name), c = productOf(p, g, plan);
      if (intrinsic === undefined || c === undefined || said.has(name(nest, p.name))) return [];
      const [m, n, k] = [c.m, c.n, c.over].map((axis) => { const ways = this.names.namesOf({ nest, axis }); return ways.length > 0 ? ways : [{ text: axis, reaches: [] }]; }) as [Way[], Way[], Way[]];
      const triples = m.flatMap((x, i) => n.flatMap((y, j) => k.map((z, l) => ({ loops: [x, y, z] as const, length: i + j + l })))).sort((x, y) => x.length - y.length);
      const reached = ([x, y, z]: readonly [Way, Way, Way]): string[] => productsAt({ m: x.reaches, n: y.reaches, k: z.reaches }, nests, { rows: x.text, columns: y.text, summed: z.text }).found.map((f) => name(f.nest, f.part.name));
      const alone = triples.map(({ loops }) => loops).find((loops) => { const all = reached(loops); return all.includes(name(nest, p.name)) && all.every((other) => !said.has(other) && intrinsics.get(other) === intrinsic.name); });
      if (alone === undefined) return [];
      for (const other of reached(alone)) said.add(other);
      return [`tensorize ${intrinsic.name}(${alone.map((w) => w.text).join(', ')})`];
    })));
  }

  /** `pipeline 4`, or by tensors where launches differ. */
  private pipelines(matrix: readonly { readonly nest: Nest; readonly plan: MatrixPlan }[]): string[] {
    if (new Set(matrix.map((m) => m.plan.stages)).size <= 1) return matrix.slice(0, 1).map((m) => `pipeline ${m.plan.stages}`);
    // What an earlier launch stores for a later one goes by the name of its `let`.
    const stored = new Set(this.planned.flatMap((p) => p.nest.stores.map((s) => s.tensor)));
    const named = matrix.map(({ nest, plan }) => {
      const tensors = [...groupsOf(nest)].flatMap((g) => g.parts.flatMap((p) => (plan.products.has(p.name) ? productOf(p, g, plan)?.tensors ?? [] : [])));
      return { stages: plan.stages, names: [...new Set(tensors.map((t) => (stored.has(t) ? ownerOf(t, this.written) : t)))] };
    });
    // One line for each depth. A name means every launch that stages it, so names that launches of another depth have as well are left out.
    const lines = [...new Set(named.map((l) => l.stages))].map((stages) => {
      const elsewhere = new Set(named.filter((l) => l.stages !== stages).flatMap((l) => l.names));
      const own = named.filter((l) => l.stages === stages).flatMap((l) => { const unique = l.names.filter((n) => !elsewhere.has(n)); return unique.length > 0 ? unique : l.names; });
      return { stages, names: [...new Set(own)] };
    });
    return sayable(lines, named).map(({ stages, names }) => `pipeline ${names.join(', ')} by ${stages}`);
  }
}

interface Depth { readonly stages: number; readonly names: readonly string[] }

/** Of the lines those that mean no launch of another depth: launches with the same tensors have no names that tell them apart, and without a line they have the default depth again. */
function sayable(lines: readonly Depth[], launches: readonly Depth[]): readonly Depth[] {
  const meant = (line: Depth): readonly Depth[] => {
    const together = launches.filter((l) => line.names.every((n) => l.names.includes(n)));
    return together.length > 0 ? together : launches.filter((l) => line.names.some((n) => l.names.includes(n)));
  };
  const wrong = lines.find((line) => meant(line).some((launch) => {
    const width = meant(line).length, others = lines.filter((other) => other !== line && meant(other).includes(launch));
    return others.some((other) => meant(other).length === width) || (line.stages !== launch.stages && others.every((other) => meant(other).length > width));
  }));
  return wrong === undefined ? lines : sayable(lines.filter((line) => line !== wrong), launches);
}

type Way = ReturnType<LoopNames['namesOf']>[number];
const key = (t: LoopTarget): string => `${t.nest.name}/${t.axis}`;

function productOf(p: Part, g: LoopGroup, plan: MatrixPlan): { readonly m: string; readonly n: string; readonly over: string; readonly tensors: readonly string[] } | undefined {
  const c = contractionOf({ ...p, kept: p.kept.filter((id) => plan.roles.has(id)) }, g.axes.map((a) => a.id), plan.roles, () => false);
  const over = [...g.axes].sort((x, y) => (plan.tiles.get(y.id) ?? 1) - (plan.tiles.get(x.id) ?? 1))[0];
  const tensors = [c?.a, c?.b].flatMap((e) => (e?.kind === 'read' ? [e.tensor] : []));
  return c === undefined || over === undefined ? undefined : { m: c.m, n: c.n, over: over.id, tensors };
}

/** Axes with the factors of their tiles, those with threads first, from the lowest thread bits up. Axes of one known coordinate have no tile. */
function axisTiles(nest: Nest, plan: LaunchPlan): [string, string][] {
  const axes = [...axesOf(nest).values()].filter((a) => isConst(a.extent) !== 1).map((a) => a.id);
  // Axes walked as one run have no tiles of their own; without a word about them they are walked so again.
  if (plan.kind === 'vector') return vectorTiles(axes.filter((id) => !plan.collapse?.ids.includes(id)), plan);
  const rank = (id: string): number => (plan.roles.get(id) === 'm' ? 0 : plan.roles.get(id) === 'n' ? 1 : (plan.tiles.get(id) ?? 1) > 1 ? 2 : 3);
  return axes.sort((a, b) => rank(a) - rank(b)).map((id) => [id, matrixTile(id, plan)]);
}

function vectorTiles(axes: readonly string[], plan: VectorPlan): [string, string][] {
  const split = (id: string): typeof whole => plan.axes.get(id) ?? whole;
  const rank = (id: string): number => (split(id).threads > 1 ? split(id).shift : 100);
  return [...axes].sort((a, b) => rank(a) - rank(b)).map((id) => {
    const s = split(id);
    const inner = tileOf(s) > 1 && plan.threads > 1 ? ` by role ${s.threads * s.vec} by atom ${s.vec}` : '';
    return [id, `by ${tileOf(s)}${inner}`];
  });
}

function matrixTile(id: string, plan: MatrixPlan): string {
  const tile = plan.tiles.get(id) ?? 1, role = plan.roles.get(id);
  if (role === undefined || [...plan.products.values()].some((i) => i.operands === 'shared')) return `by ${tile}`;
  const d = role === 'm' ? 0 : 1;
  if (plan.fma === undefined) return `by ${tile} by warp ${tile / plan.warps[d]}`;
  const block = blocksOf(plan.fma)[d];
  return `by ${tile} by role ${block.threads * block.atom} by atom ${block.atom}`;
}

function order(plans: readonly MatrixPlan[]): string[] {
  const ways = [...new Set(plans.map((p) => (p.panels === undefined ? 'rows' : `panels of ${p.panels}`)))];
  return ways.length === 1 ? [`order grid by ${ways[0]}`] : [];
}
