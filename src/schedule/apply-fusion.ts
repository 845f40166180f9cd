/** Demands on what a launch is: `launch`, `inline`, `split` and `requires`, around the passes that decide it. */
import { similarNames } from '../check/suggest.ts';
import { choices } from '../diagnostics/row.ts';
import { ceilDiv, isConst, num } from '../ir/index-expr.ts';
import type { FusedKernel } from '../ir/nest.ts';
import type { Kernel } from '../ir/tst.ts';
import { isProduct } from '../passes/split-reductions.ts';
import type { ScheduleRun } from './apply.ts';
import { isOfParts, ownerOf } from './apply-names.ts';
import { sizeName } from './apply-size.ts';

/** The kernel with its `launch` demands as marks on tensors, which the passes keep in memory. */
export function markLaunches(kernel: Kernel, { demands, reporter }: ScheduleRun): Kernel {
  const marked = new Set<string>();
  const lets = kernel.tensors.filter((t) => t.role !== 'input').map((t) => t.name);
  for (const id of [...demands.launch, ...demands.inline]) {
    const tensor = kernel.tensors.find((t) => t.name === id.name);
    const isLaunch = demands.launch.includes(id);
    if (tensor === undefined) reporter.report('TDSL0306', { what: '`let`', name: id.name, similar: similarNames(id.name, lets) }, id.span);
    else if (tensor.role === 'input') reporter.report(isLaunch ? 'TDSL0318' : 'TDSL0319', { name: id.name, why: 'it is an input, which is in memory already' }, id.span);
    else if (tensor.role === 'output' && !isLaunch) reporter.report('TDSL0319', { name: id.name, why: 'it is an output, which goes to memory' }, id.span);
    else if (marked.has(id.name)) reporter.report('TDSL0308', { what: `where \`${id.name}\` is computed` }, id.span);
    else marked.add(id.name);
  }
  const launched = new Set(demands.launch.map((id) => id.name));
  return { ...kernel, tensors: kernel.tensors.map((t) => (launched.has(t.name) && t.role !== 'input' ? { ...t, inMemory: true } : t)) };
}

export const isInlined = (kernel: Kernel, run: ScheduleRun | undefined) => (statement: string): boolean =>
  run !== undefined && run.demands.inline.some((id) => id.name === ownerOf(statement, kernel.written ?? []));

/** A reduction to be cut into `parts`, each a multiple of `unit` long. */
export interface SplitDemand { readonly axis: string; readonly parts: number; readonly unit: number }

/** The depth in steps of which a loop without a tile of its own is split: a multiple of every default. */
const usualStep = 128;

/**
 * By the statement whose reduction is split. Loops over the groups of a format are made later (`k_group`, by split-scales), so what names no loop yet waits until then:
 * `late` is after that, and there only they are split.
 */
export function splitDemands(kernel: Kernel, { demands, reporter }: ScheduleRun, late = false): Map<string, SplitDemand> {
  const found = new Map<string, SplitDemand>();
  const written = kernel.written ?? [];
  const axes = kernel.statements.flatMap((s) => [...s.axes, ...(s.value.kind === 'reduce' ? s.value.axes : [])]), all = axes.map((a) => a.name);
  // Late, a loop of the source is split by now, or its split was refused.
  const early = new Set(axes.filter((a) => a.pieces === undefined).map((a) => a.name));
  for (const { loop, by, span } of demands.splits) {
    if (late === early.has(loop.index.name)) continue;
    const fail = (why: string): void => reporter.report('TDSL0320', { loop: sizeName(loop), why }, span);
    const over = kernel.statements.flatMap((s) => {
      const isNamed = loop.statement === undefined || loop.statement.name === s.target || loop.statement.name === ownerOf(s.target, written);
      const axis = isNamed && s.value.kind === 'reduce' ? s.value.axes.find((a) => a.name === loop.index.name) : undefined;
      return axis === undefined || s.value.kind !== 'reduce' ? [] : [{ s, e: s.value, axis }];
    });
    const first = over[0];
    if (first === undefined) {
      if (all.includes(loop.index.name)) fail('nothing is summed over it');
      else reporter.report('TDSL0304', { name: sizeName(loop), similar: similarNames(loop.index.name, all), known: [...new Set(all)] }, loop.span);
      continue;
    }
    const { s, e, axis } = first;
    if (isOfParts(axis)) { fail('its steps are parts already'); continue; }
    if (over.length > 1) { fail(`the reductions of ${choices([...new Set(over.map((x) => ownerOf(x.s.target, written)))], 'and')} run along it together, and merging several results is not in this version`); continue; }
    if (e.op === 'argmax' || e.op === 'argmin' || e.type === 'bool') { fail(`merging the parts of ${e.op} is not in this version`); continue; }
    // Parts of a product are whole steps of its tile.
    const unit = late || !isProduct(s, e) ? 1 : demands.tiles.find((t) => t.loop.index.name === loop.index.name)?.factors.get('grid')?.value ?? usualStep;
    const steps = isConst(ceilDiv(axis.extent, num(unit)));
    if (steps !== undefined && by.value > steps) { fail(`it has only ${steps} ${unit === 1 ? 'elements' : `steps of ${unit}`}; write at most ${steps} parts`); continue; }
    if (found.has(s.target)) { reporter.report('TDSL0308', { what: `how \`${sizeName(loop)}\` is split` }, span); continue; }
    found.set(s.target, { axis: axis.id, parts: by.value, unit });
  }
  return found;
}

/** After fusion: is everything where the schedule wants it, and is what it requires so? */
export function checkFusion(fused: FusedKernel, { demands, reporter }: ScheduleRun): void {
  const written = fused.kernel.written ?? [];
  const owned = (name: string): string => ownerOf(name, written);
  for (const id of demands.inline) {
    const kept = fused.scratch.find((s) => owned(s.name) === id.name);
    if (kept === undefined) continue;
    const why = fused.notes.rejected.find((r) => { const name = /^fuse (\S+) into its use$/.exec(r.candidate)?.[1]; return name !== undefined && owned(name) === id.name; })?.reason;
    reporter.report('TDSL0319', { name: id.name, why: why ?? 'the launch that uses it needs it in memory' }, id.span);
  }
  const lasting = new Set(fused.kernel.tensors.filter((t) => t.role !== 'temporary').map((t) => t.name));
  for (const id of demands.launch) {
    if (!lasting.has(id.name) && written.includes(id.name) && !fused.scratch.some((s) => owned(s.name) === id.name)) reporter.report('TDSL0318', { name: id.name, why: 'no result depends on it' }, id.span);
  }
  for (const r of demands.requires) {
    const not = (why: string): void => reporter.report('TDSL0321', { what: r.what.name, why }, r.span);
    if (r.what.name === 'streaming') {
      const blocked = fused.notes.rejected.filter((x) => x.candidate.startsWith('one pass for'));
      if (blocked.length > 0) not(blocked.map((x) => `${x.candidate}: ${x.reason}`).join('; '));
      else if (fused.notes.streamed.length === 0) not('no reduction uses another one along the same loop inside one launch');
    } else if (r.what.name === 'one_launch') {
      if (fused.nests.length > 1) not(`there are ${fused.nests.length}: ${fused.nests.map((n) => n.name).join(', ')}`);
    } else not('there is no such demand; write `requires streaming` or `requires one_launch`');
  }
}
