/** From the manifest's description of a kernel to the one the engine runs by. */
import { bitsOf, type DType } from '../ir/dtype.ts';
import type { ManifestHost, ManifestKernel, ManifestProgram, ManifestState, ManifestStep, ManifestTensor, ManifestVariant } from '../manifest.ts';
import { tensorOf } from './engine.ts';
import type { KernelSpec, TensorSpec, VariantSpec } from './engine-spec.ts';
import type { StateSpec } from './program-engine.ts';
import type { HostSpec } from './program-run.ts';
import type { ProgramSpec, StepSpec } from './program-plan.ts';

/** The typed array of a tensor's elements on the host. Sub-byte elements are packed into bytes. */
export function arrayOf(dtype: DType): TensorSpec['array'] {
  return tensorOf('', dtype, []).array;
}

export function tensorSpec({ name, dtype, shape, limit, place, region }: ManifestTensor): TensorSpec {
  return tensorOf(name, dtype, shape, { ...(limit === undefined ? {} : { limit }), ...(place === undefined ? {} : { place }), ...(region === undefined ? {} : { region }) });
}

export function variantSpec(variant: ManifestVariant): VariantSpec {
  return {
    file: variant.file,
    ...Object.fromEntries(Object.entries(variant.when).filter(([, conditions]) => Object.keys(conditions).length > 0)),
    features: variant.features,
    launches: variant.launches.map(({ abi }) => abi),
    scratch: variant.scratch.map(({ name, dtype, elements }) => ({ name, bits: bitsOf(dtype), elements })),
  };
}

/** Oldest architecture first, so that the engine, which takes the last that fits, prefers the newest. */
const byTarget = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

export function kernelSpec(kernel: ManifestKernel): KernelSpec {
  const targets = Object.keys(kernel.targets).sort(byTarget).map((target) => [target, (kernel.targets[target] ?? []).map(variantSpec)] as const);
  return {
    name: kernel.name,
    sizes: kernel.sizes.map(({ name, pinned }) => ({ name, ...(pinned === undefined ? {} : { pinned }) })),
    inputs: kernel.inputs.map(tensorSpec),
    outputs: kernel.outputs.map(tensorSpec),
    ...(kernel.checks === undefined ? {} : { checks: kernel.checks }),
    facts: kernel.facts,
    targets: Object.fromEntries(targets),
  };
}

export function stateSpec(state: ManifestState): StateSpec {
  return { name: state.name, sizes: state.sizes, fields: state.fields.map((f) => ({ ...tensorSpec(f), sliced: f.sliced })) };
}

export function hostSpec(fn: ManifestHost): HostSpec {
  return { name: fn.name, inputs: fn.inputs.map(tensorSpec), outputs: fn.outputs.map(tensorSpec) };
}

export function programSpec(program: ManifestProgram): ProgramSpec {
  return {
    name: program.name,
    sizes: program.sizes.map(({ name, pinned }) => ({ name, ...(pinned === undefined ? {} : { pinned }) })),
    states: program.states.map(({ parameter, state }) => ({ parameter, state })),
    tensors: program.tensors.map((t) => ({ ...tensorSpec(t), role: t.role, ...(t.state === undefined ? {} : { state: { parameter: t.state.parameter, field: t.state.field } }), sliced: t.sliced })),
    steps: program.steps.map(stepSpec),
    facts: program.facts,
  };
}

function stepSpec(s: ManifestStep): StepSpec {
  return s.kind === 'for' ? { kind: 'for', variable: s.variable, from: s.from, to: s.to, body: s.body.map(stepSpec) } : { kind: s.kind, callee: s.callee, sizes: s.sizes, args: s.args };
}
