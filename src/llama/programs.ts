/** The programs of `examples/llama/llama.tdsl`, compiled for one target, with what the engine needs to run them. */
import type { Manifest } from '../manifest.ts';
import { compileSource } from '../driver.ts';
import { CompilerBug } from '../diagnostics/bug.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { createState, prepareProgram, type PreparedProgram, type StateObject, type StateOptions, type StateSpec } from '../host/program-engine.ts';
import type { HostSpec } from '../host/program-run.ts';
import type { KernelSpec } from '../host/engine-spec.ts';
import type { ProgramSpec } from '../host/program-plan.ts';
import { hostSpec, kernelSpec, programSpec, stateSpec } from '../host/spec.ts';
import type { Sizes } from '../runtime/abi.ts';
import type { Device } from '../runtime/device.ts';

/** What matrix products take: bf16 as the checkpoints are made for, or f32, with which nothing is rounded between kernels. */
export type Compute = 'bf16' | 'f32';
export const computes: readonly Compute[] = ['bf16', 'f32'];

/** The plain formats of the source, by what they are for. */
export interface LlamaFormats { readonly act: Compute; readonly weight: Compute }

export interface Programs {
  readonly formats: LlamaFormats;
  state<Field extends string>(name: string, device: Device, sizes: Sizes, options?: StateOptions<Field>): StateObject<Field>;
  prepare(name: string, device: Device, sizes: Sizes, states: Readonly<Record<string, StateObject<string>>>): Promise<PreparedProgram<string, Sizes>>;
}

/** @param text the source; one with mistakes is a bug of whoever ships it */
export function compilePrograms(text: string, file: string, target: string, validate: boolean, formats: LlamaFormats = { act: 'bf16', weight: 'bf16' }): Programs {
  const { manifest, files, diagnostics } = compileSource(text, file, { targets: [target], validate, formats: { ...formats } });
  if (hasErrors(diagnostics)) throw new CompilerBug(`${file} does not compile: ${diagnostics.find((d) => d.severity === 'error')?.message ?? ''}`);
  const texts = new Map(files.map((f) => [f.path, f.text]));
  const load = async (path: string): Promise<string> => {
    const found = texts.get(path);
    if (found === undefined) throw new CompilerBug(`nothing was emitted to ${path}`);
    return found;
  };
  const specs = specsOf(manifest);
  const find = <T>(all: Readonly<Record<string, T>>, name: string): T => {
    const found = all[name];
    if (found === undefined) throw new CompilerBug(`${file} has no ${name}`);
    return found;
  };
  return {
    formats,
    state: (name, device, sizes, options) => createState(find(specs.states, name), device, sizes, options),
    prepare: (name, device, sizes, states) => prepareProgram(find(specs.programs, name), specs, device, sizes, states, { load }),
  };
}

interface Specs {
  readonly kernels: Readonly<Record<string, KernelSpec>>;
  readonly programs: Readonly<Record<string, ProgramSpec>>;
  readonly states: Readonly<Record<string, StateSpec>>;
  readonly hosts: Readonly<Record<string, HostSpec>>;
}

function specsOf({ kernels, programs = [], states = [], hosts = [] }: Manifest): Specs {
  return {
    kernels: Object.fromEntries(kernels.map((k) => [k.name, kernelSpec(k)])), programs: Object.fromEntries(programs.map((p) => [p.name, programSpec(p)])),
    states: Object.fromEntries(states.map((s) => [s.name, stateSpec(s)])), hosts: Object.fromEntries(hosts.map((h) => [h.name, hostSpec(h)])),
  };
}
