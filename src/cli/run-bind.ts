/** Sizes and inputs of a run: from files, from `--size`, from the kernel's example, and random numbers for the rest. */
import { similarNames } from '../check/suggest.ts';
import { bindSizes, inferSizes } from '../host/engine-spec.ts';
import { kernelSpec } from '../host/spec.ts';
import type { ManifestKernel } from '../manifest.ts';
import type { Sizes } from '../runtime/abi.ts';
import { messageOf } from '../runtime/errors.ts';
import { exit, notes, stop } from './outcome.ts';
import { readTensor, type TensorFile } from './tensor-file.ts';

export interface Bound {
  readonly sizes: Sizes;
  readonly files: ReadonlyMap<string, TensorFile>;
}

interface Request {
  readonly file: string;
  readonly target: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: ReadonlyMap<string, string>;
}

/** @throws Stop with 2 where no kernel has a size of that name */
export function checkSizes(kernels: readonly Pick<ManifestKernel, 'sizes'>[], sizes: Readonly<Record<string, number>>): void {
  const known = [...new Set(kernels.flatMap((kernel) => kernel.sizes.map(({ name }) => name)))];
  for (const name of Object.keys(sizes)) {
    if (!known.includes(name)) throw stop(exit.usage, 'TDSL0503', { what: 'size', name, known, similar: similarNames(name, known) });
  }
}

/** @throws Stop with 2 where a name or a size is missing or unknown, with 1 where files do not fit the signature */
export function bind(kernel: ManifestKernel, request: Request): Bound {
  checkNames('input', kernel.inputs.map(({ name }) => name), request.inputs);
  checkNames('output', kernel.outputs.map(({ name }) => name), request.outputs);
  const files = new Map([...request.inputs].map(([name, path]) => {
    const tensor = kernel.inputs.find((input) => input.name === name);
    if (tensor === undefined) throw new RangeError(`no input ${name}`);
    return [name, readTensor(path, tensor)] as const;
  }));
  const spec = kernelSpec(kernel);
  // With several kernels in one run, each takes of the sizes what it has.
  const given = Object.fromEntries(Object.entries(request.sizes).filter(([name]) => kernel.sizes.some((size) => size.name === name)));
  const shapes = Object.fromEntries([...files].map(([name, { shape }]) => [name, shape]));
  try {
    const told = bindSizes(spec, shapes, given).sizes;
    const rest = kernel.sizes.filter(({ name }) => told[name] === undefined).map(({ name, pinned }) => [name, kernel.example[name] ?? (pinned?.length === 1 ? pinned[0] : undefined)] as const);
    const missing = rest.filter(([, value]) => value === undefined).map(([name]) => name);
    if (missing.length > 0) throw stop(exit.usage, 'TDSL0501', { kernel: kernel.name, sizes: missing }, missingNotes(kernel, request, missing));
    return { sizes: inferSizes(spec, shapes, { ...Object.fromEntries(rest), ...given }), files };
  } catch (cause) {
    if (cause instanceof RangeError) throw stop(exit.diagnostics, 'TDSL0509', { text: messageOf(cause) }, notes(...[...request.inputs].map(([name, path]) => `${name} is read from ${path}`)));
    throw cause;
  }
}

/** The line to type, and the line to write. */
export function missingNotes(kernel: Pick<ManifestKernel, 'name' | 'sizes'>, request: Request, missing: readonly string[]): ReturnType<typeof notes> {
  const value = (name: string): number => request.sizes[name] ?? kernel.sizes.find((size) => size.name === name)?.pinned?.[0] ?? 512;
  const all = [...new Set([...Object.keys(request.sizes), ...missing])];
  const sizes = (names: readonly string[], between: string): string => names.map((name) => `${name}=${value(name)}`).join(between);
  const target = request.target === 'cpu' ? '' : ` --target ${request.target}`;
  return notes(
    `type: tdsl run ${request.file} --kernel ${kernel.name}${target} --size ${sizes(all, ',')}`,
    `or write above the kernel: /// @example ${sizes(kernel.sizes.map(({ name }) => name), ', ')}`,
  );
}

export function checkNames(what: 'input' | 'output', known: readonly string[], given: ReadonlyMap<string, string>): void {
  for (const name of given.keys()) {
    if (!known.includes(name)) throw stop(exit.usage, 'TDSL0503', { what, name, known, similar: similarNames(name, known) });
  }
}
