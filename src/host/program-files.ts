/**
 * Where a harness with programs has its kernels and programs from: one file for each kind of device stands beside the kernels' texts, and `load` gives it when it is
 * first needed. So a page gets what its own device needs, and no other's.
 *
 * Like the engine this text is copied into harnesses, so it imports nothing but types and the engine's own functions.
 */
import type { Device } from '../runtime/device.ts';
import { kept } from './engine.ts';
import type { KernelSpec, Loader } from './engine-spec.ts';
import type { Specs, StateSpec } from './program-engine.ts';
import type { ProgramSpec } from './program-plan.ts';

/** What such a file has, by name. */
export interface Described extends Omit<Specs, 'states'> { readonly programs: Readonly<Record<string, ProgramSpec>> }

/** The states, which are made at once, and the paths of the files below the output folder by kinds of devices. */
export interface DescribedIn { readonly states: Readonly<Record<string, StateSpec>>; readonly files: { readonly [K in Device['kind']]?: string } }

/** By who reads them: another reader may have another text under the same name. */
const filesRead = new WeakMap<Loader, Map<string, Promise<Described>>>();

/** @throws RangeError where nothing was compiled for that kind of device, or where `load` gives something else */
async function described(name: string, path: string | undefined, { files }: DescribedIn, device: Device, load: Loader): Promise<Described> {
  if (path === undefined) throw new RangeError(`${name} was not compiled for ${device.kind}; it was for ${Object.keys(files).join(', ')}`);
  const known = filesRead.get(load) ?? new Map<string, Promise<Described>>();
  filesRead.set(load, known);
  return kept(known, path, async () => parsed(await load(path), path));
}

function parsed(text: string, path: string): Described {
  try {
    return { kernels: {}, programs: {}, hosts: {}, ...JSON.parse(text) as Partial<Described> };
  } catch (cause) {
    throw new RangeError(`what \`load\` gives for ${path} is no JSON; it must be the file that stands beside the kernels`, { cause });
  }
}

function named<T>(all: Readonly<Record<string, T>>, name: string, path: string | undefined): T {
  const found = all[name];
  if (found === undefined) throw new RangeError(`${path} has no ${name}: it is of another compilation than the harness`);
  return found;
}

export async function kernelOf(name: string, source: DescribedIn, device: Device, load: Loader): Promise<KernelSpec> {
  const path = source.files[device.kind];
  const { kernels } = await described(name, path, source, device, load);
  return named(kernels, name, path);
}

export async function programOf(name: string, source: DescribedIn, device: Device, load: Loader): Promise<{ readonly program: ProgramSpec; readonly specs: Specs }> {
  const path = source.files[device.kind];
  const all = await described(name, path, source, device, load);
  return { program: named(all.programs, name, path), specs: { ...all, states: source.states } };
}
