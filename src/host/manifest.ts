/** The manifest of a compilation: signatures, launches and decisions, as plain JSON. */
import { SourceFile } from '../diagnostics/span.ts';
import type { CompiledKernel, CompiledVariant } from '../driver-types.ts';
import { sizeExpr } from '../emit/launch.ts';
import { regionOf } from '../emit/region.ts';
import type { Kernel, Tensor } from '../ir/tst.ts';
import type { Manifest, ManifestKernel, ManifestTensor, ManifestVariant } from '../manifest.ts';
import type { CheckedPrograms } from '../program/check.ts';
import { manifestHost, manifestProgram, manifestState } from '../program/manifest.ts';
import { version } from '../version.ts';

export function manifestOf(stem: string, source: string, kernels: readonly CompiledKernel[], { programs, states: declared, hosts }: CheckedPrograms = { programs: [], states: [], hosts: [] }, others: readonly SourceFile[] = []): Manifest {
  // One table of lines for all kernels: counting from the start for each would be quadratic.
  const lines = new SourceFile(`${stem}.tdsl`, source, others);
  const states = declared.map((s) => manifestState(s, programs, lines));
  const described = kernels.map((k) => kernelOf(k, lines));
  return {
    schema: 1, compiler: version, source: `${stem}.tdsl`, kernels: described,
    ...(programs.length === 0 ? {} : { programs: programs.map((p) => manifestProgram(p, states, described, lines)), states, hosts: hosts.map((h) => manifestHost(h, lines)) }),
  };
}

function kernelOf({ kernel, variants }: CompiledKernel, lines: SourceFile): ManifestKernel {
  const checked = new Set(kernel.checks?.map((c) => c.tensor));
  const tiles = variants.flatMap((v) => v.launches.map((l) => l.tile));
  const touched = ({ name, role }: Tensor): { region?: readonly number[] } => { const region = role === 'inout' ? regionOf(name, tiles) : []; return region.length === 0 ? {} : { region }; };
  const tensors = (role: Tensor['role']): ManifestTensor[] => kernel.tensors.filter((t) => (t.role === role || t.role === 'inout') && !checked.has(t.name)).map((t) => ({
    name: t.name, dtype: t.dtype, shape: t.shape.map(sizeExpr), ...(t.limit === undefined ? {} : { limit: sizeExpr(t.limit) }),
    ...(t.place === undefined ? {} : { place: t.place }), ...(t.role === 'inout' ? { inout: true as const } : {}), ...(t.distinct === true ? { distinct: true as const } : {}), ...touched(t),
  }));
  const targets: Record<string, ManifestVariant[]> = {};
  for (const v of variants) (targets[v.target] ??= []).push(variantOf(v));
  return {
    name: kernel.name, doc: kernel.doc, line: lines.of(kernel.span).position(kernel.span.start).line,
    sizes: kernel.sizes.map((s) => ({ name: s.name, ...(s.pinned === undefined ? {} : { pinned: s.pinned }), parameter: s.parameter })),
    inputs: tensors('input'), outputs: tensors('output'),
    ...(kernel.checks === undefined ? {} : { checks: kernel.checks.map(({ tensor, kind, target, axes, places, span }) => ({
      tensor, kind, target, line: lines.of(span).position(span.start).line, axes: axes.map((a) => ({ name: a.name, extent: sizeExpr(a.extent) })),
      ...(places === undefined ? {} : { places: places.map((p) => ({ dimension: p.dimension, extent: sizeExpr(p.extent) })) }),
    })) }),
    formats: kernel.formats.map(({ tensor, format, codes, scale, zero, group }) => ({ tensor, format, codes, scale, ...(zero === undefined ? {} : { zero }), group: group.map((n) => n ?? null) })),
    facts: factsOf(kernel), example: kernel.example, targets,
  };
}

const factsOf = (kernel: Kernel): ManifestKernel['facts'] => kernel.facts.map((f) => ({ expr: sizeExpr(f.expr), relation: f.relation, text: f.text }));

function variantOf(v: CompiledVariant): ManifestVariant {
  return {
    file: v.file, when: v.when, features: [...new Set(v.launches.flatMap((l) => l.abi.features))],
    launches: v.launches.map(({ abi }) => ({ abi })),
    scratch: v.scratch.map((s) => ({ name: s.name, dtype: s.dtype, elements: sizeExpr(s.elements) })),
    plan: v.launches.map((l) => l.plan).join('\n'), report: v.report,
  };
}
