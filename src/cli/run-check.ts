/** Results against the interpreter of the checked program, element by element within its error bound. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import { elementsOf, shapeOf } from '../host/engine-spec.ts';
import { tensorSpec } from '../host/spec.ts';
import { sampleIndices } from '../ir/random-input.ts';
import { compare, describe, type Comparison } from '../ir/tolerance.ts';
import { interpret } from '../ir/tst-interpret.ts';
import type { Offence } from '../ir/tst-support.ts';
import type { Kernel } from '../ir/tst.ts';
import type { ManifestKernel } from '../manifest.ts';
import type { Sizes } from '../runtime/abi.ts';

export interface CheckReport {
  readonly ok: boolean;
  /** Largest difference, absolute and relative to the expected value; null where it is not finite. */
  readonly maxAbs: number | null;
  readonly maxRel: number | null;
  /** Largest difference that was allowed anywhere. */
  readonly bound: number | null;
  /** Largest difference as a share of what was allowed at its element; above 1 is wrong. */
  readonly worst: number | null;
  readonly mismatches: number;
  readonly checked: number;
  /** Elements of all outputs; more than `checked` where a sample was compared. */
  readonly total: number;
  /** Elements of which nothing is known, and which are not counted as checked: they depend on a NaN among the operands of a maximum, or the like. */
  readonly unknown: number;
}

export interface CheckRequest {
  readonly tree: Kernel;
  readonly kernel: ManifestKernel;
  readonly sizes: Sizes;
  readonly inputs: ReadonlyMap<string, ArrayLike<number>>;
  readonly found: ReadonlyMap<string, ArrayLike<number>>;
  readonly flops: number;
  readonly seed: number;
  readonly target: string;
  /** The source, as diagnostics name it. */
  readonly file: string;
}

/** Above this the interpreter would take longer than a person waits. */
const FULL_FLOPS = 2e9;
/** Half of a sample are corners, where first and last tiles lie; the other half, chosen by the seed, is never less than 4096. */
const SAMPLE = 2 * 4096;
const CORNER = 32;

export function checkResults(request: CheckRequest): { report: CheckReport; diagnostics: readonly Diagnostic[] } {
  const { tree, kernel, sizes, inputs, found, flops, seed, target } = request;
  const outputs = kernel.outputs.map(tensorSpec);
  const sample = flops > FULL_FLOPS ? new Map(outputs.map((tensor) => [tensor.name, sampleIndices(shapeOf(tensor, sizes), SAMPLE, seed, CORNER)])) : undefined;
  let first: Offence | undefined;
  const oracle = interpret(tree, sizes, inputs, { onOffence: (offence) => { first ??= offence; }, ...(sample === undefined ? {} : { sample }) });
  const compared = outputs.flatMap(({ name }) => {
    const expected = oracle.get(name);
    return expected === undefined ? [] : [{ name, result: compare(found.get(name) ?? [], expected) }];
  });
  const total = outputs.reduce((n, tensor) => n + elementsOf(tensor, sizes), 0);
  const { report, diagnostics } = reportOf(kernel.name, target, compared, compared.length === outputs.length, total);
  return { report, diagnostics: [...diagnostics, ...(first === undefined ? [] : [outside(first, request.file)])] };
}

/** An index that came from data and left its tensor: the kernel took the nearest element, which is hardly what was meant. */
function outside({ tensor, dimension, index, extent, start }: Offence, file: string): Diagnostic {
  return diagnostic('TDSL0517', { tensor, dimension, index, extent }, { file, start, end: start + tensor.length });
}

/** All tensors of a run in one report. `whole`: none of them is missing. */
export function reportOf(name: string, target: string, compared: readonly { readonly name: string; readonly result: Comparison }[], whole: boolean, total: number): { report: CheckReport; diagnostics: readonly Diagnostic[] } {
  const sum = (key: 'mismatches' | 'checked' | 'unknown'): number => compared.reduce((n, { result }) => n + result[key], 0);
  const most = (key: 'maxAbs' | 'maxRel' | 'bound' | 'worst'): number | null => finite(compared.reduce((n, { result }) => Math.max(n, result[key]), 0));
  const ok = whole && compared.every(({ result }) => result.ok);
  const report: CheckReport = {
    ok, maxAbs: most('maxAbs'), maxRel: most('maxRel'), bound: most('bound'), worst: most('worst'),
    mismatches: sum('mismatches'), checked: sum('checked'), total, unknown: sum('unknown'),
  };
  return { report, diagnostics: ok ? [] : [failure(name, target, compared, report)] };
}

function failure(kernel: string, target: string, compared: readonly { name: string; result: Comparison }[], { mismatches, checked }: CheckReport): Diagnostic {
  const lines = compared.flatMap(({ name, result }) => describe(name, result));
  return diagnostic('TDSL0510', { kernel, target, mismatches, checked }, undefined, { notes: lines.map((message) => ({ message })) });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
