/** One program, once: states and inputs to the device, a run, results and changed fields back, compared and timed. */
import type { CompileResult } from '../driver-types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { bindSizes, elementsOf, shapeOf, sizeValue } from '../host/engine-spec.ts';
import { createState, prepareProgram, type PreparedProgram, type StateObject } from '../host/program-engine.ts';
import { hostSpec, kernelSpec, programSpec, stateSpec, tensorSpec } from '../host/spec.ts';
import { randomValues } from '../ir/random-input.ts';
import { compare, type Comparison } from '../ir/tolerance.ts';
import type { ManifestProgram, ManifestProgramTensor } from '../manifest.ts';
import { type HostOracle, interpretProgram } from '../program/interpret.ts';
import type { Sizes } from '../runtime/abi.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Device } from '../runtime/device.ts';
import type { Context } from './context.ts';
import { exit, notes, stop } from './outcome.ts';
import { checkNames, missingNotes } from './run-bind.ts';
import { reportOf } from './run-check.ts';
import { offenceOf } from './run-offence.ts';
import { inspectValues, type Result, type RunRequest } from './run-kernel.ts';
import { costOf, timeReport } from './run-time.ts';
import { bytesFor, decode, encode, fromRows, toRows } from './tensor-data.ts';
import { readTensor, writeTensors, type NamedOutput } from './tensor-file.ts';

type Program = PreparedProgram<string, Sizes>;

export async function runProgramOnce(
  context: Context, request: RunRequest, compiled: CompileResult, program: ManifestProgram, texts: ReadonlyMap<string, string>, open: () => Promise<Device>,
): Promise<{ result: Result; diagnostics: readonly Diagnostic[] }> {
  const given = program.tensors.filter(({ role }) => role === 'input' || role === 'state');
  const results = program.tensors.filter((t) => t.role === 'output' || t.state?.inout === true);
  checkNames('input', given.map(({ name }) => name), request.inputs);
  checkNames('output', results.map(({ name }) => name), request.outputs);
  const files = new Map([...request.inputs].flatMap(([name, path]) => { const t = given.find((x) => x.name === name); return t === undefined ? [] : [[name, readTensor(path, t)] as const]; }));
  const sizes = sizesOf(program, given, request, new Map([...files].map(([name, { shape }]) => [name, shape])));
  const count = (t: ManifestProgramTensor): number => elementsOf(tensorSpec(t), sizes);
  const rows = (t: ManifestProgramTensor): number => shapeOf(tensorSpec(t), sizes).slice(0, t.sliced).reduce((a, b) => a * b, 1);
  const [host] = hostCalls(program);
  if (host !== undefined) throw stop(exit.usage, 'TDSL0516', { kernel: program.name, target: request.target, reason: `it calls the host function ${host}, which a harness gives` });
  const device = await open();
  context.progress(`${program.name} on ${device.name} …\n`);
  const bytes = new Map(given.map((t) => [t.name, files.get(t.name)?.bytes ?? encode(t.dtype, randomValues(t.dtype, t.name, count(t), request.seed, t.limit === undefined ? undefined : sizeValue(t.limit, sizes)))]));
  const values = new Map(given.map((t) => [t.name, decode(t.dtype, bytes.get(t.name) ?? new Uint8Array(0), count(t))]));
  const warnings = [...files.keys()].flatMap((name) => inspectValues({ inputs: given }, name, values.get(name) ?? [], sizes));
  const states: Record<string, StateObject<string>> = {};
  let prepared: Program | undefined;
  try {
    prepared = await prepare(compiled, program, device, sizes, states, texts, request);
    const memory = prepared;
    for (const t of given) {
      const data = typed(t, toRows(t.dtype, bytes.get(t.name) ?? new Uint8Array(0), count(t), rows(t)));
      if (t.state === undefined) memory.upload(t.name, data);
      else states[t.state.parameter]?.upload(t.state.field, data);
    }
    const traced: ReadonlyMap<string, Uint8Array>[] = [];
    const ran = request.check ? memory.trace((_, written) => traced.push(written)) : memory.run();
    await ran.catch((cause: unknown) => { throw offenceOf(cause, request.file); });
    const found = new Map<string, Uint8Array>();
    for (const t of results) {
      const tensor = t.state === undefined ? await memory.download(t.name) : await states[t.state.parameter]?.download(t.state.field);
      if (tensor !== undefined) found.set(t.name, fromRows(t.dtype, new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength), count(t), rows(t)).subarray(0, bytesFor(t.dtype, count(t))));
    }
    const written = results.flatMap((t): NamedOutput[] => { const path = request.outputs.get(t.name); return path === undefined ? [] : [{ path, dtype: t.dtype, shape: shapeOf(tensorSpec(t), sizes), bytes: found.get(t.name) ?? new Uint8Array(0) }]; });
    writeTensors(written);
    const checked = request.check ? checkCalls(compiled, program, sizes, values, traced, request.target) : undefined;
    const costs = memory.calls.map((call) => { const kernel = compiled.manifest.kernels.find(({ name }) => name === call.callee); return kernel === undefined ? { bytes: 0, flops: 0 } : costOf(kernel, request.target, call.sizes); });
    const cost = { bytes: costs.reduce((n, c) => n + c.bytes, 0), flops: costs.reduce((n, c) => n + c.flops, 0) };
    const time = request.time ? await timeReport(device, () => memory.launch(), cost, given.map(({ dtype }) => dtype)) : undefined;
    const result: Result = {
      kernel: program.name, target: request.target, device: device.name, sizes, seed: request.seed, file: `${memory.launches} launches`,
      outputs: results.map((t) => ({ name: t.name, dtype: t.dtype, shape: shapeOf(tensorSpec(t), sizes), file: request.outputs.get(t.name) ?? null })),
      ...(checked === undefined ? {} : { check: checked.report }),
      ...(time === undefined ? {} : { time }),
    };
    return { result, diagnostics: [...warnings, ...(checked?.diagnostics ?? [])] };
  } finally {
    prepared?.destroy();
    for (const state of Object.values(states)) state.destroy();
  }
}

/** From files, `--size` and the program's example. */
function sizesOf(program: ManifestProgram, given: readonly ManifestProgramTensor[], request: RunRequest, shapes: ReadonlyMap<string, readonly number[]>): Sizes {
  const own = Object.fromEntries(Object.entries(request.sizes).filter(([name]) => program.sizes.some((size) => size.name === name)));
  try {
    const { sizes } = bindSizes({ name: program.name, sizes: program.sizes, inputs: given.map(tensorSpec), outputs: [], facts: [], targets: {} }, Object.fromEntries(shapes), own);
    const rest = program.sizes.filter(({ name }) => sizes[name] === undefined).map(({ name, pinned }) => [name, program.example[name] ?? (pinned?.length === 1 ? pinned[0] : undefined)] as const);
    const missing = rest.filter(([, value]) => value === undefined).map(([name]) => name);
    if (missing.length > 0) throw stop(exit.usage, 'TDSL0501', { kernel: program.name, sizes: missing }, missingNotes(program, request, missing));
    return { ...sizes, ...Object.fromEntries(rest.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))) };
  } catch (cause) {
    if (cause instanceof RangeError) throw stop(exit.diagnostics, 'TDSL0509', { text: messageOf(cause) }, notes(...[...request.inputs].map(([name, path]) => `${name} is read from ${path}`)));
    throw cause;
  }
}

function hostCalls(program: ManifestProgram): string[] {
  const walk = (steps: ManifestProgram['steps']): string[] => steps.flatMap((s) => (s.kind === 'for' ? walk(s.body) : s.kind === 'host' ? [s.callee] : []));
  return walk(program.steps);
}

async function prepare(compiled: CompileResult, program: ManifestProgram, device: Device, sizes: Sizes, states: Record<string, StateObject<string>>, texts: ReadonlyMap<string, string>, request: RunRequest): Promise<Program> {
  const { kernels, states: declared = [], hosts = [] } = compiled.manifest;
  const specs = {
    kernels: Object.fromEntries(kernels.map((k) => [k.name, kernelSpec(k)])),
    states: Object.fromEntries(declared.map((s) => [s.name, stateSpec(s)])),
    hosts: Object.fromEntries(hosts.map((h) => [h.name, hostSpec(h)])),
  };
  const load = async (path: string): Promise<string> => {
    const found = texts.get(path);
    if (found === undefined) throw new RangeError(`the compiler emitted no ${path}`);
    return found;
  };
  try {
    for (const { parameter, state } of program.states) {
      const spec = specs.states[state];
      if (spec !== undefined) states[parameter] = createState(spec, device, sizes);
    }
    // A timed run is a graph itself and cannot start another.
    return await prepareProgram<string, Sizes>(programSpec(program), specs, device, sizes, states, { load, unrecorded: request.time });
  } catch (cause) {
    if (cause instanceof RangeError) throw stop(exit.diagnostics, 'TDSL0516', { kernel: program.name, target: request.target, reason: cause.message });
    throw cause;
  }
}

/**
 * Every call against the interpreter, from what the calls before it gave on the device: bounds stay those of single kernels, however many calls there are, and a
 * call that was given other memory than the program says shows. `host`: what its functions of the host give.
 */
export function checkCalls(compiled: CompileResult, program: ManifestProgram, sizes: Sizes, values: ReadonlyMap<string, ArrayLike<number>>, traced: readonly ReadonlyMap<string, Uint8Array>[], target: string, host?: HostOracle): ReturnType<typeof reportOf> | undefined {
  const { programs, hosts } = compiled.launched;
  const tree = programs.find(({ name }) => name === program.name);
  if (tree === undefined) return undefined;
  const compared: { name: string; result: Comparison }[] = [];
  let calls = 0;
  interpretProgram(tree, compiled.program.kernels, hosts, sizes, values, host, ({ index, callee }, name, expected) => {
    const written = traced[index]?.get(name);
    if (written === undefined) return undefined;
    calls = Math.max(calls, index + 1);
    const found = decode(expected.dtype, written, expected.values.length);
    compared.push({ name: `${name} of call ${index + 1}, ${callee}`, result: compare(found, expected) });
    return found;
  });
  return reportOf(program.name, target, compared.sort((a, b) => b.result.mismatches - a.result.mismatches), calls === traced.length, compared.reduce((n, { result }) => n + result.checked + result.unknown, 0));
}

/** The bytes as the typed array which the engine takes for the tensor. */
function typed(t: ManifestProgramTensor, bytes: Uint8Array): ArrayBufferView {
  const { buffer } = bytes.slice();
  switch (tensorSpec(t).array) {
    case 'Float32Array': return new Float32Array(buffer);
    case 'Uint16Array': return new Uint16Array(buffer);
    case 'Int16Array': return new Int16Array(buffer);
    case 'Int32Array': return new Int32Array(buffer);
    case 'Uint32Array': return new Uint32Array(buffer);
    case 'Int8Array': return new Int8Array(buffer);
    case 'Uint8Array': return new Uint8Array(buffer);
  }
}
