/**
 * `reorder n, m`: loops of one launch change places. Kept loops (the grid, and those that a group walks itself) and the loops of each sum stand at levels of their own, whose
 * order is that of the computation; within a level any order is legal: results do not depend on it, and a sum may be regrouped.
 */
import type { Reporter } from '../diagnostics/report.ts';
import { type FusedKernel, groupsOf, type LoopGroup, type Nest } from '../ir/nest.ts';
import type { ComputeVerb, ReorderVerb } from '../../grammar/ast-schedule.ts';
import { LoopNames, ownerOf } from './apply-names.ts';
import { sizeName } from './apply-size.ts';

/** The launches with their loops in the order asked for. @param verbs each reported where it asks for what cannot be */
export function reordered(fused: FusedKernel, verbs: readonly ReorderVerb[], reporter: Reporter): FusedKernel {
  return verbs.reduce((kernel, verb) => reorderOne(kernel, verb, reporter), fused);
}

function reorderOne(fused: FusedKernel, verb: ReorderVerb, reporter: Reporter): FusedKernel {
  const names = new LoopNames(fused.nests, fused.kernel.written ?? []), loops = verb.loops.map((l) => ({ text: sizeName(l), targets: names.resolve(l, reporter) }));
  if (loops.some((l) => l.targets.length === 0)) return fused;
  let isMet = false, isWrong = false;
  const nests = fused.nests.map((nest): Nest => {
    const asked = loops.flatMap((l) => l.targets.flatMap((t) => (t.nest === nest ? [{ text: l.text, axis: t.axis, level: levelOf(nest, t.axis) }] : [])));
    if (new Set(asked.map((a) => a.axis)).size < 2) return nest;
    const sorted = asked.map((a, at) => ({ ...a, at })).sort((x, y) => x.level - y.level || x.at - y.at);
    const late = sorted.findIndex((a, i) => a.at !== i);
    if (late >= 0) {
      if (!isWrong) {
        const text = `reorder ${[...new Set(sorted.map((a) => a.text))].join(', ')}`, inner = asked.find((a, i) => asked.slice(i + 1).some((b) => b.level < a.level))!;
        reporter.report('TDSL0311', { what: 'reorder', why: `\`${inner.text}\` runs within the loops that its result is kept along, in ${ownerOf(nest.name, fused.kernel.written ?? [])}; write \`${text}\`` }, verb.span, { edits: [{ span: verb.span, text }] });
      }
      isWrong = true;
      return nest;
    }
    isMet = true;
    const place = <T extends { readonly id: string }>(axes: readonly T[]): T[] => {
      const wanted = asked.flatMap((a) => axes.filter((x) => x.id === a.axis)), mine = new Set(wanted);
      let next = 0;
      return axes.map((x) => (mine.has(x) ? wanted[next++]! : x));
    };
    const within = (g: LoopGroup): LoopGroup => ({ ...g, axes: place(g.axes), inner: g.inner.map(within) });
    return { ...nest, spatial: place(nest.spatial), groups: nest.groups.map(within), serialGroups: nest.serialGroups.map(within) };
  });
  if (!isMet && !isWrong) reporter.report('TDSL0322', { verb: 'reorder', why: `no launch has two of these loops; launches are ${fused.nests.map((n) => n.name).join(', ')}` }, verb.span);
  return { ...fused, nests };
}

/**
 * `compute P at t of O`: P is computed in the launch of O, anew in each step of O's loop t, and its values never go to memory. That is where fusion puts a reduction which varies along t and
 * whose use runs along it; elsewhere it is an error that says where P is.
 */
export function checkComputed(fused: FusedKernel, verbs: readonly ComputeVerb[], reporter: Reporter): void {
  const written = fused.kernel.written ?? [], owned = (name: string): string => ownerOf(name, written);
  for (const { statement, level, consumer, span } of verbs) {
    const fail = (why: string, text?: string): void => reporter.report('TDSL0311', { what: `compute ${statement.name} at ${level.name} of ${consumer.name}`, why: text === undefined ? why : `${why}; write \`${text}\`` }, span, text === undefined ? {} : { edits: [{ span, text }] });
    const nest = fused.nests.find((n) => [...groupsOf(n)].some((g) => g.parts.some((p) => owned(p.name) === statement.name)) || n.stores.some((s) => owned(s.tensor) === statement.name));
    if (nest === undefined) { fail('it has no reduction, so it is computed wherever it is used', `inline ${statement.name}`); continue; }
    const holds = [...nest.stores.map((s) => s.tensor), ...[...groupsOf(nest)].flatMap((g) => g.parts.map((p) => p.name))].map(owned);
    if (!holds.includes(consumer.name) || consumer.name === statement.name) { fail(`the launch that computes it does not compute \`${consumer.name}\`, but ${[...new Set(holds)].filter((n) => n !== statement.name).map((n) => `\`${n}\``).join(', ')}`); continue; }
    const around = enclosing(nest, statement.name, owned), names = around.map((id) => nest.loops.find((l) => l.axis === id && owned(l.statement) === consumer.name)?.name ?? nest.loops.find((l) => l.axis === id)?.name ?? id);
    // The loops of the grid are walked together: what a group computes once for its tile is at any of them.
    const at = names.at(-1), isGrid = around.every((id) => levelOf(nest, id) === 0);
    if (at !== level.name && !(isGrid && names.includes(level.name))) fail(`it is computed in ${at === undefined ? 'no loop' : `the loop \`${at}\``} of the launch`, at === undefined ? `inline ${statement.name}` : `compute ${statement.name} at ${at} of ${consumer.name}`);
  }
}

/** The loops within which a statement's reduction begins, from the outside in. */
function enclosing(nest: Nest, statement: string, owned: (name: string) => string): readonly string[] {
  const within = (groups: readonly LoopGroup[], around: readonly string[]): readonly string[] | undefined => {
    for (const g of groups) {
      if (g.parts.some((p) => owned(p.name) === statement)) return around;
      const found = within(g.inner, [...around, ...g.axes.map((a) => a.id)]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const ids = nest.spatial.map((a) => a.id);
  return within(nest.groups, ids.filter((id) => !nest.serial.has(id))) ?? within(nest.serialGroups, ids) ?? ids;
}

/** From the outside in: the grid, loops that a group walks for itself, then the loops of each sum. */
function levelOf(nest: Nest, axis: string): number {
  if (nest.spatial.some((a) => a.id === axis)) return nest.serial.has(axis) ? 1 : 0;
  return 2 + [...groupsOf(nest)].findIndex((g) => g.axes.some((a) => a.id === axis));
}
