/** Where the examples run: a target, the machine that its text runs on, and how much of a kernel is affordable there. */
import { openDevice } from '../../src/runtime/index.ts';
import { cpuMachine, type Machine, OnDevice, shimMachine, wgslMachine } from '../fuzz/machines.ts';

export interface Lane {
  readonly name: string;
  /** What is compiled. */
  readonly target: string;
  /** Settings that a process must have from its start. */
  readonly env: Readonly<Record<string, string>>;
  /** Iterations of a kernel, about, that a derived size and the large one may have. */
  readonly most: number;
  readonly large: number;
  /** Seconds that a kernel may take before sizes are left out: where tiles are mostly padding (taps of 3 in a product's 16), iterations say little about the work. */
  readonly seconds?: number;
  /** The lane differs from another in these features alone: kernels that use none of them have the same texts and results there, and are not run again. */
  readonly differsIn?: readonly string[];
  /** On a real GPU, where the large size is timed. */
  readonly isGpu: boolean;
  /** `--device` of programs. */
  readonly device: string | undefined;
  open(): Machine;
}

const software = (name: string, width: number, f16: boolean, differsIn?: readonly string[]): Lane => ({
  name, ...(differsIn === undefined ? {} : { differsIn }), target: 'wgsl', most: 3e6, large: 2e7, isGpu: false, device: undefined, open: wgslMachine,
  env: { TDSL_VULKAN: 'lavapipe', LP_NATIVE_VECTOR_WIDTH: String(width), ...(f16 ? {} : { TDSL_WEBGPU_WITHOUT: 'shader-f16' }) },
});
const shim = (arch: string): Lane => ({
  name: `shim:${arch}`, target: `cuda:${arch}`, env: {}, most: 3e6, large: 1e7, seconds: 60, isGpu: false, device: 'shim', open: () => shimMachine(() => ({ random: 1 }), `cuda:${arch}`),
});
const gpu = (arch: string): Lane => ({
  name: `gpu:${arch}`, target: `cuda:${arch}`, env: {}, most: 1e9, large: Infinity, isGpu: true, device: undefined, open: () => new OnDevice(`cuda:${arch}`, () => openDevice('cuda')),
});

export const lanes: readonly Lane[] = [
  gpu('sm_90a'), gpu('sm_80'),
  { name: 'gpu:wgsl', target: 'wgsl', env: { TDSL_VULKAN: 'system' }, most: 1e9, large: Infinity, isGpu: true, device: undefined, open: wgslMachine },
  { name: 'cpu', target: 'cpu', env: {}, most: 5e7, large: 1e9, isGpu: false, device: undefined, open: cpuMachine },
  { name: 'wgsl', target: 'wgsl', env: {}, most: 3e6, large: 2e7, isGpu: false, device: undefined, open: wgslMachine },
  shim('sm_90a'), shim('sm_80'),
  // Software Vulkan: a subgroup is as wide as the processor's vectors are said to be.
  software('wgsl:8', 256, true), software('wgsl:8:no-f16', 256, false, ['shader-f16']), software('wgsl:4', 128, true, ['subgroups']), software('wgsl:4:no-f16', 128, false, ['shader-f16', 'subgroups']),
  // A software adapter with subgroups of 4 and without f16.
  { name: 'swiftshader', target: 'wgsl', env: { TDSL_VULKAN: 'swiftshader' }, most: 3e6, large: 1e7, isGpu: false, device: undefined, open: wgslMachine },
];

export function laneOf(name: string): Lane {
  const found = lanes.find((l) => l.name === name);
  if (found === undefined) throw new RangeError(`there is no lane ${name}; there are ${lanes.map((l) => l.name).join(', ')}`);
  return found;
}
