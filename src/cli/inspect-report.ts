/** The report of a compilation, one row for each variant of each kernel. */
import { bitsOf } from '../ir/dtype.ts';
import { sizeText, sizeValue } from '../host/engine-spec.ts';
import type { Manifest, ManifestKernel, ManifestTensor, ManifestVariant } from '../manifest.ts';
import type { SizeExpr } from '../runtime/abi.ts';

export interface ReportBuffer {
  readonly name: string;
  readonly place: 'input' | 'output' | 'scratch';
  readonly dtype: string;
  /** Elements as an expression in sizes. */
  readonly elements: string;
  /** Bytes at the report's sizes; null where a size is unknown. */
  readonly bytes: number | null;
}

export interface ReportRow {
  readonly name: string;
  readonly target: string;
  readonly file: string;
  readonly when: ManifestVariant['when'];
  readonly features: readonly string[];
  readonly launches: number;
  readonly intrinsic: readonly string[];
  readonly exact: boolean;
  readonly schedule: string;
  /** Sizes at which bytes are counted: those given, else those of the kernel's example. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly scratchBytes: number | null;
  readonly buffers: readonly ReportBuffer[];
  readonly fused: readonly string[];
  readonly streamed: readonly string[];
  readonly rejected: ManifestVariant['report']['rejected'];
}

export function reportRows(manifest: Manifest, given: Readonly<Record<string, number>>): ReportRow[] {
  return manifest.kernels.flatMap((kernel) => {
    const sizes = { ...kernel.example, ...given };
    return Object.entries(kernel.targets).flatMap(([target, variants]) => variants.map((variant) => reportRow(kernel, target, variant, within(variant, sizes))));
  });
}

/** The sizes, at most what the variant takes. */
const within = ({ when }: ManifestVariant, sizes: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(sizes).map(([name, n]) => [name, Math.min(n, when.atMost[name] ?? n)]));

function reportRow(kernel: ManifestKernel, target: string, variant: ManifestVariant, sizes: Readonly<Record<string, number>>): ReportRow {
  const tensor = (place: ReportBuffer['place']) => ({ name, dtype, shape }: ManifestTensor): ReportBuffer =>
    buffer(name, place, dtype, shape.length === 0 ? 1 : shape.length === 1 ? shape[0] ?? 1 : { op: 'mul', args: shape }, sizes);
  const scratch = variant.scratch.map(({ name, dtype, elements }) => buffer(name, 'scratch', dtype, elements, sizes));
  const { report } = variant;
  return {
    name: kernel.name, target, file: variant.file, when: variant.when, features: variant.features, launches: variant.launches.length,
    intrinsic: report.intrinsic, exact: report.exact, schedule: variant.plan, sizes,
    scratchBytes: scratch.reduce<number | null>((sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes), 0),
    buffers: [...kernel.inputs.map(tensor('input')), ...kernel.outputs.map(tensor('output')), ...scratch],
    fused: report.fused, streamed: report.streamed, rejected: report.rejected,
  };
}

function buffer(name: string, place: ReportBuffer['place'], dtype: ManifestTensor['dtype'], elements: SizeExpr, sizes: Readonly<Record<string, number>>): ReportBuffer {
  const count = sizeValue(elements, sizes);
  return { name, place, dtype, elements: sizeText(elements), bytes: count === undefined ? null : Math.ceil((count * bitsOf(dtype)) / 8) };
}

export function reportText(rows: readonly ReportRow[]): string {
  return rows.map((row) => {
    const when = [...Object.entries(row.when.equals).map(([name, value]) => `${name} = ${value}`), ...Object.entries(row.when.multiples).map(([name, value]) => `${name} a multiple of ${value}`), ...Object.entries(row.when.atMost).map(([name, value]) => `${name} at most ${value}`)];
    const lines = [
      `${row.name} for ${row.target}${when.length === 0 ? '' : `, where ${when.join(', ')}`}: ${row.launches} ${row.launches === 1 ? 'launch' : 'launches'}`,
      ...(row.features.length > 0 ? [`  needs      ${row.features.join(', ')}`] : []),
      ...(row.intrinsic.length > 0 ? [`  intrinsic  ${row.intrinsic.join(', ')}`] : []),
      ...row.fused.map((text) => `  fused      ${text}`),
      ...row.streamed.map((text) => `  streamed   ${text}`),
      ...row.rejected.map(({ candidate, reason }) => `  rejected   ${candidate}: ${reason}`),
      ...row.buffers.map(({ name, place, dtype, elements, bytes }) => `  ${place.padEnd(9)}  ${name}: ${dtype}, ${elements} elements${bytes === null ? '' : `, ${bytes} bytes`}`),
      ...(row.schedule.trim() === '' ? [] : row.schedule.trimEnd().split('\n').map((line) => `  ${line}`)),
    ];
    return `${lines.join('\n')}\n`;
  }).join('\n');
}
