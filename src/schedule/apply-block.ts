/** What a schedule block asks for, with its sizes evaluated and its names still as written; says which verbs this version cannot honour. */
import type { ComputeVerb, Ident, LoopRef, ReorderVerb, RequiresVerb, Schedule, TensorizeVerb, TileAxis } from '../../grammar/ast.ts';
import { unreachable } from '../diagnostics/bug.ts';
import type { Reporter } from '../diagnostics/report.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Kernel } from '../ir/tst.ts';
import { constantOf, sizeName } from './apply-size.ts';
import { tuneName } from './apply-tune.ts';

export interface Sized { readonly value: number; readonly span: Span }
export const tileLevels = ['grid', 'role', 'warp', 'atom'] as const;
export type TileLevel = (typeof tileLevels)[number];

export interface TileDemand { readonly loop: LoopRef; readonly factors: ReadonlyMap<TileLevel, Sized>; readonly span: Span }
export interface PipelineDemand { readonly tensors: readonly Ident[]; readonly depth: Sized; readonly span: Span }

/** One block, for one kernel of known pinned sizes. */
export interface Demands {
  readonly block: Schedule;
  readonly launch: readonly Ident[];
  readonly inline: readonly Ident[];
  readonly tiles: readonly TileDemand[];
  readonly tensorize: readonly TensorizeVerb[];
  readonly staged: readonly { readonly tensors: readonly Ident[]; readonly memory: 'shared' | 'registers'; readonly via: Ident | undefined; readonly span: Span }[];
  readonly pipelines: readonly PipelineDemand[];
  /** `panels` undefined: rows of the grid in order. */
  readonly order: { readonly panels: Sized | undefined; readonly span: Span } | undefined;
  readonly splits: readonly { readonly loop: LoopRef; readonly by: Sized; readonly span: Span }[];
  readonly requires: readonly RequiresVerb[];
  readonly reorders: readonly ReorderVerb[];
  /** Their statements are among those of `inline`. */
  readonly computes: readonly ComputeVerb[];
  readonly pads: readonly { readonly tensors: readonly Ident[]; readonly by: Sized; readonly span: Span }[];
  /** Groups of 128 threads that copy and that multiply. */
  readonly specialize: { readonly load: Sized; readonly math: Sized; readonly span: Span } | undefined;
  /** `groups` undefined: as many as the device holds. */
  readonly persistent: { readonly groups: Sized | undefined; readonly span: Span } | undefined;
}

/** Sizes that are no numbers, words that nothing answers to and verbs of later versions are reported and left out. */
export function readBlock(block: Schedule, kernel: Kernel, reporter: Reporter): Demands {
  const names = new Map(kernel.sizes.flatMap((s) => (s.pinned?.length === 1 ? [[s.name, s.pinned[0]!] as const] : [])));
  const later = (what: string, span: Span, instead = ''): void => reporter.report('TDSL0309', { what, instead }, span);
  for (const v of block.verbs) if (v.kind === 'tune') for (const p of v.parameters) tuneName(p, names, reporter);
  const sized = (e: TileAxis['factors'][number]['size'], what: string, least = 1): Sized | undefined => {
    const value = constantOf(e, names);
    if (value !== undefined && Number.isInteger(value) && value >= least) return { value, span: e.span };
    reporter.report('TDSL0307', { what, least }, e.span);
    return undefined;
  };
  const launch: Ident[] = [], inline: Ident[] = [], tiles: TileDemand[] = [], tensorize: TensorizeVerb[] = [], requires: RequiresVerb[] = [], reorders: ReorderVerb[] = [], computes: ComputeVerb[] = [];
  const staged: Demands['staged'][number][] = [], pads: Demands['pads'][number][] = [], pipelines: PipelineDemand[] = [], splits: Demands['splits'][number][] = [];
  let order: Demands['order'], specialize: Demands['specialize'], persistent: Demands['persistent'];
  const pipeline = (tensors: readonly Ident[], e: TileAxis['factors'][number]['size'], span: Span): void => {
    const depth = sized(e, 'the depth of a pipeline');
    if (depth !== undefined) pipelines.push({ tensors, depth, span });
  };
  for (const v of block.verbs) {
    switch (v.kind) {
      case 'tile': for (const a of v.axes) { const t = tileDemand(a, sized, reporter); if (t !== undefined) tiles.push(t); } break;
      case 'stage':
        if (v.via !== undefined && v.via.name !== 'cp_async' && v.via.name !== 'tma') later(`\`via ${v.via.name}\``, v.via.span, 'leave `via` out, or write `via cp_async` or `via tma` where the target has it');
        else if (v.memory.name !== 'shared' && v.memory.name !== 'registers') later(`\`stage … in ${v.memory.name}\``, v.memory.span, 'operands are staged in `shared` or in `registers`, and what is to be in memory is a `launch` of its own');
        else if (v.memory.name === 'registers' && v.via !== undefined) reporter.report('TDSL0322', { verb: `via ${v.via.name}`, why: 'threads load what their registers hold' }, v.via.span);
        else staged.push({ tensors: v.tensors, memory: v.memory.name, via: v.via, span: v.span });
        if (v.pipeline !== undefined && v.memory.name === 'registers') reporter.report('TDSL0322', { verb: 'pipeline', why: 'registers hold one step of an operand' }, v.pipeline.span);
        else if (v.pipeline !== undefined) pipeline(v.tensors, v.pipeline, v.span);
        break;
      case 'pipeline': pipeline(v.tensors, v.depth, v.span); break;
      case 'tensorize': tensorize.push(v); break;
      case 'split': {
        const by = sized(v.by, 'the number of parts', 2);
        if (by !== undefined) splits.push({ loop: v.loop, by, span: v.span });
        break;
      }
      case 'inline': inline.push(...v.statements); break;
      case 'launch': launch.push(...v.statements); break;
      case 'order': {
        const panels = v.pattern.name === 'panels' && v.of !== undefined ? sized(v.of, 'the rows of a panel') : undefined;
        if (v.what.name !== 'grid' || (v.pattern.name !== 'rows' && v.pattern.name !== 'panels') || (v.pattern.name === 'panels') !== (v.of !== undefined)) later('this order', v.span, 'write `order grid by panels of 8` or `order grid by rows`');
        else if (order !== undefined) reporter.report('TDSL0308', { what: 'the order of the grid' }, v.span, { notes: [{ message: 'first here', span: order.span }] });
        else if (v.of === undefined || panels !== undefined) order = { panels, span: v.span };
        break;
      }
      case 'requires': requires.push(v); break;
      case 'specialize': {
        const [load, math] = v.roles;
        const counts = v.roles.map((r) => sized(r.count, `the number of groups of the role \`${r.name.name}\``));
        if (v.roles.length !== 2 || load?.name.name !== 'load' || math?.name.name !== 'math') later('another division into roles', v.span, 'write `specialize load 1, math 2`: groups of 128 threads that copy, and that multiply');
        else if (specialize !== undefined) reporter.report('TDSL0308', { what: '`specialize`' }, v.span, { notes: [{ message: 'first here', span: specialize.span }] });
        else if (counts[0] !== undefined && counts[1] !== undefined) specialize = { load: counts[0], math: counts[1], span: v.span };
        break;
      }
      case 'persistent': {
        const groups = v.groups && sized(v.groups, 'the number of groups');
        if (persistent !== undefined) reporter.report('TDSL0308', { what: '`persistent`' }, v.span, { notes: [{ message: 'first here', span: persistent.span }] });
        else if (v.groups === undefined || groups !== undefined) persistent = { groups, span: v.span };
        break;
      }
      case 'compute': inline.push(v.statement); computes.push(v); break;
      case 'pad': {
        const by = sized(v.by, 'what is added to each row');
        if (by !== undefined) pads.push({ tensors: v.tensors, by, span: v.span });
        break;
      }
      case 'reorder': reorders.push(v); break;
      case 'tune': break;
      default: unreachable(v);
    }
  }
  return { block, launch, inline, tiles, tensorize, staged, pipelines, order, splits, requires, reorders, computes, pads, specialize, persistent };
}

function tileDemand(a: TileAxis, sized: (e: TileAxis['factors'][number]['size'], what: string) => Sized | undefined, reporter: Reporter): TileDemand | undefined {
  const factors = new Map<TileLevel, Sized>();
  const wrong = (span: Span, why: string): undefined => { reporter.report('TDSL0311', { what: `tile ${sizeName(a.loop)}`, why }, span); return undefined; };
  let outer = -1;
  for (const [i, f] of a.factors.entries()) {
    const name = f.level?.name ?? (i === 0 ? 'grid' : undefined);
    const level = tileLevels.findIndex((l) => l === name);
    if (level < 0) return wrong(f.span, name === undefined ? 'a second factor says its level: `by role`, `by warp` or `by atom`' : `there is no level \`${name}\`; levels are grid, role, warp and atom`);
    if (level <= outer) return wrong(f.span, 'factors go from the outside in: grid, role, warp, atom, each once');
    outer = level;
    const size = sized(f.size, `the tile of \`${sizeName(a.loop)}\``);
    if (size === undefined) return undefined;
    factors.set(tileLevels[level]!, size);
  }
  let last: Sized | undefined;
  for (const level of tileLevels) {
    const f = factors.get(level);
    if (f !== undefined && last !== undefined && last.value % f.value !== 0) {
      const nearest = nearestDivisor(last.value, f.value);
      reporter.report('TDSL0311', { what: `tile ${sizeName(a.loop)}`, why: `${f.value} does not divide ${last.value}; write ${nearest}` }, f.span, { edits: [{ span: f.span, text: String(nearest) }] });
      return undefined;
    }
    last = f ?? last;
  }
  return { loop: a.loop, factors, span: a.span };
}

/** n halved until it is nearest to `wanted`. */
function nearestDivisor(n: number, wanted: number): number {
  let best = n;
  for (let d = n; Number.isInteger(d); d /= 2) if (Math.abs(d - wanted) < Math.abs(best - wanted)) best = d;
  return best;
}
