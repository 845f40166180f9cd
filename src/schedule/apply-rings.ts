/** `stage` and `pipeline`: which launches bring which tensors through shared memory, and how far ahead a schedule wants them. */
import type { Ident } from '../../grammar/ast.ts';
import { similarNames } from '../check/suggest.ts';
import type { Reporter } from '../diagnostics/report.ts';
import type { FusedKernel, Nest } from '../ir/nest.ts';
import type { Expr } from '../ir/tst.ts';
import { readsOf } from '../ir/tst-walk.ts';
import type { Target } from '../targets/target.ts';
import type { Demands, PipelineDemand, Sized } from './apply-block.ts';
import { writtenTarget } from './apply-file.ts';
import { ownerOf } from './apply-names.ts';

/** A launch with products and the tensors, as the source calls them, that it stages. */
export interface Ring { readonly nest: Nest; /** With what the operands call them. */ readonly tensors: ReadonlyMap<string, ReadonlySet<string>>; readonly isBox: boolean }

/** Tensors in memory that the operands read, by the names of the source: of each the names that operands have for it. */
export function operandTensors(operands: readonly Expr[], fused: FusedKernel): Map<string, Set<string>> {
  const scratch = new Set(fused.scratch.map((s) => s.name));
  const inMemory = new Set([...scratch, ...fused.kernel.tensors.filter((t) => t.role === 'input').map((t) => t.name)]);
  const names = new Map<string, Set<string>>();
  for (const { tensor } of operands.flatMap(readsOf)) {
    const name = scratch.has(tensor) ? ownerOf(tensor, fused.kernel.written ?? []) : tensor;
    if (inMemory.has(tensor)) names.set(name, (names.get(name) ?? new Set()).add(tensor));
  }
  // Groups of a format's tensor are stored under names of their own.
  for (const f of fused.kernel.formats) { const codes = names.get(f.codes); if (codes !== undefined) names.set(f.tensor, codes); }
  return names;
}

/** @param straight tensors that launches of few rows take to their registers by themselves */
export function checkStages(demands: Demands, rings: readonly Ring[], straight: ReadonlyMap<string, unknown>, fused: FusedKernel, target: Target, reporter: Reporter): void {
  for (const s of demands.staged) {
    const taken = s.tensors.find((t) => straight.has(t.name) && !rings.some((r) => r.tensors.has(t.name)));
    if (taken !== undefined) { reporter.report('TDSL0322', { verb: `stage ${taken.name}`, why: 'with so few rows threads take it to the registers that multiply it, past any stage or through a ring of their own; no verb changes that yet' }, s.span); continue; }
    const isKnown = s.tensors.map((t) => isStaged(t, rings, fused, target, reporter)).every(Boolean);
    const own = rings.filter((r) => s.tensors.some((t) => r.tensors.has(t.name)));
    if (s.memory === 'registers' && s.tensors.some((t) => demands.staged.some((other) => other !== s && other.tensors.some((o) => o.name === t.name)))) reporter.report('TDSL0308', { what: 'where an operand is staged' }, s.span);
    if (s.via === undefined || !isKnown) continue;
    const wrong = (why: string): void => reporter.report('TDSL0322', { verb: `via ${s.via!.name}`, why }, s.via!.span);
    if (s.via.name === 'tma' && !target.boxCopies) reporter.report('TDSL0404', { target: writtenTarget(target.name), what: 'copies of whole boxes (tma)' }, s.via.span);
    else if (s.via.name === 'tma' && own.some((r) => !r.isBox)) wrong('boxes are for products by wgmma, whose operands stay in shared memory');
    else if (s.via.name === 'cp_async' && target.asyncBytes.length === 0) reporter.report('TDSL0404', { target: writtenTarget(target.name), what: 'asynchronous copies' }, s.via.span);
    else if (s.via.name === 'cp_async' && own.some((r) => r.isBox)) wrong('operands of wgmma come as whole boxes (tma)');
  }
}

function isStaged(t: Ident, rings: readonly Ring[], fused: FusedKernel, target: Target, reporter: Reporter): boolean {
  if (rings.some((r) => r.tensors.has(t.name))) return true;
  const known = [...fused.kernel.tensors.filter((x) => x.role === 'input').map((x) => x.name), ...(fused.kernel.written ?? []), ...fused.kernel.formats.map((f) => f.tensor)];
  if (!known.includes(t.name)) reporter.report('TDSL0306', { what: 'tensor', name: t.name, similar: similarNames(t.name, known) }, t.span);
  else reporter.report('TDSL0316', { tensor: t.name, why: rings.length === 0 ? noProduct(target) : 'it is no operand of a product' }, t.span);
  return false;
}
/** What operands call the tensors that the schedule wants in registers. */
export function heldTensors(demands: Demands, operands: readonly Expr[], fused: FusedKernel): Set<string> {
  const names = operandTensors(operands, fused);
  return new Set(demands.staged.flatMap((s) => (s.memory === 'registers' ? s.tensors.flatMap((t) => [...names.get(t.name) ?? []]) : [])));
}

/** What is added to the rows of each operand's stage, by launch and by the name that operands have for the tensor. */
export function padTargets(demands: Demands, rings: readonly Ring[], fused: FusedKernel, target: Target, reporter: Reporter): Map<Nest, Map<string, Sized>> {
  const found = new Map<Nest, Map<string, Sized>>();
  for (const p of demands.pads) for (const t of p.tensors) {
    if (!isStaged(t, rings, fused, target, reporter)) continue;
    const own = rings.filter((r) => r.tensors.has(t.name));
    if (demands.staged.some((s) => s.memory === 'registers' && s.tensors.some((x) => x.name === t.name))) { reporter.report('TDSL0322', { verb: 'pad', why: 'registers have no rows' }, p.span); continue; }
    if (own.some((r) => r.isBox)) { reporter.report('TDSL0322', { verb: 'pad', why: 'boxes are copied without gaps between rows, and wgmma reads rows that are swizzled, which keeps them in different banks as it is' }, p.span); continue; }
    for (const { nest, tensors } of own) {
      const pads = found.get(nest) ?? new Map<string, Sized>();
      if ([...tensors.get(t.name)!].some((raw) => pads.has(raw))) reporter.report('TDSL0308', { what: `what is added to rows of \`${t.name}\`` }, t.span);
      else for (const raw of tensors.get(t.name)!) pads.set(raw, p.by);
      found.set(nest, pads);
    }
  }
  return found;
}

export const noProduct = (target: Target): string => `no launch for ${writtenTarget(target.name)} keeps a product in tiles`;

/** The pipeline that the schedule wants of each launch: of the lines that name some of its tensors the one that means the fewest launches, and one that names none where no other does. */
export function pipelineTargets(demands: Demands, rings: readonly Ring[], fused: FusedKernel, target: Target, reporter: Reporter): Map<Nest, PipelineDemand> {
  const found = new Map<Nest, PipelineDemand>(), widths = new Map<PipelineDemand, number>();
  for (const p of demands.pipelines) {
    const { value, span } = p.depth;
    if (value > 1 && target.asyncBytes.length === 0) { reporter.report('TDSL0404', { target: writtenTarget(target.name), what: 'asynchronous copies, so nothing is copied ahead' }, span, { edits: [{ span, text: '1' }] }); continue; }
    if (rings.length === 0) { reporter.report('TDSL0322', { verb: 'pipeline', why: noProduct(target) }, p.span); continue; }
    // Tensors of a `stage` verb are looked at there.
    const named = p.tensors.filter((t) => demands.staged.some((s) => s.tensors.includes(t)) || isStaged(t, rings, fused, target, reporter));
    // The ring of all that is named, where launches share some of it; otherwise each ring with any of it.
    const together = rings.filter((x) => named.length > 0 && named.every((t) => x.tensors.has(t.name)));
    const meant = p.tensors.length === 0 ? rings : together.length > 0 ? together : rings.filter((x) => named.some((t) => x.tensors.has(t.name)));
    widths.set(p, p.tensors.length === 0 ? Infinity : meant.length);
    for (const r of meant) {
      const before = found.get(r.nest), width = widths.get(p) ?? 0, beforeWidth = before === undefined ? Infinity : widths.get(before) ?? 0;
      if (before === undefined || width < beforeWidth) found.set(r.nest, p);
      else if (width > beforeWidth) continue;
      else if (before.tensors.length > 0 || p.tensors.length === 0) reporter.report('TDSL0308', { what: `the pipeline of ${[...r.tensors.keys()].map((t) => `\`${t}\``).join(' and ')}, which share one ring,` }, p.span, { notes: [{ message: 'first here', span: before.span }] });
    }
  }
  return found;
}
