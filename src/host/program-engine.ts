/**
 * Runs programs: states on the device, the memory of a run, one recording of its launches that is started again and again.
 *
 * Like the engine this text is copied into harnesses, so it imports nothing but types and functions of the other copied parts.
 */
import type { Device, DeviceBuffer } from '../runtime/device.ts';
import type { Sizes } from '../runtime/abi.ts';
import { checkLimit, dataOf, prepareKernel, wholeWords } from './engine.ts';
import { bindSizes, shapeOf, sizeValue, type HostTensor, type Input, type KernelSpec, type Prepared, type TensorSpec } from './engine-spec.ts';
import { touchedBytes, type Touch } from './program-order.ts';
import { layoutOf, shareMemory, unroll, versionKey, type MemoryPlan, type Place, type PlannedCall, type ProgramSpec, type ProgramTensorSpec } from './program-plan.ts';
import { callHost, downloadRows, segments, uploadRows, wordBytes, type HostSpec, type ProgramOptions } from './program-run.ts';

export interface StateFieldSpec extends TensorSpec { readonly sliced: number }
export interface StateSpec { readonly name: string; readonly sizes: readonly string[]; readonly fields: readonly StateFieldSpec[] }
/** What programs refer to by name. */
export interface Specs { readonly kernels: Readonly<Record<string, KernelSpec>>; readonly states: Readonly<Record<string, StateSpec>>; readonly hosts: Readonly<Record<string, HostSpec>> }

/* @__NO_SIDE_EFFECTS__ */
export function fieldOf(tensor: TensorSpec, sliced = 0): StateFieldSpec {
  return { ...tensor, sliced };
}

/** A state on a device: its fields outlive the runs of programs. */
export interface StateObject<Field extends string> {
  readonly sizes: Sizes;
  readonly buffers: Readonly<Record<Field, DeviceBuffer>>;
  /** Bytes of device memory that belong to this object. */
  readonly bytes: number;
  /** Gives a field its elements; with `at` those of one row of its leading dimensions, so that large fields can be streamed. */
  upload(field: Field, data: ArrayBufferView, at?: readonly number[]): void;
  download(field: Field): Promise<HostTensor<ArrayBufferView>>;
  destroy(): void;
}

export interface StateOptions<Field extends string> {
  /** Fields that are the memory of another, such as tied weights: a field of this state that is declared before, or a buffer. */
  readonly shared?: Partial<Readonly<Record<Field, DeviceBuffer | Field>>>;
}

/** A program made ready for one device, one set of sizes and its states. */
export interface PreparedProgram<Name extends string, S> {
  readonly sizes: S;
  /** Memory of inputs and results, which live as long as this object. */
  readonly buffers: Readonly<Record<Name, DeviceBuffer>>;
  /** How the temporaries share memory, and how many launches a run has. */
  readonly memory: MemoryPlan;
  readonly launches: number;
  readonly calls: readonly PlannedCall[];
  upload(input: Name, data: Input<ArrayBufferView>): void;
  /** Starts a run; results stay on the device. @throws TypeError where the program calls host functions, which `run` waits for */
  launch(): void;
  /** A whole run, with functions of the host, and `verify`. */
  run(): Promise<void>;
  /** A run one call after the other, which hands over what each has written; for checks. */
  trace(onCall: (call: PlannedCall, written: ReadonlyMap<string, Uint8Array>) => void): Promise<void>;
  /** Waits for the last run and looks at what its kernels checked. @throws RangeError as `Prepared.verify` does */
  verify(): Promise<void>;
  download(name: Name): Promise<HostTensor<ArrayBufferView>>;
  destroy(): void;
}

/** @throws RangeError for sizes that are missing or no whole numbers; DeviceError where there is no memory */
export function createState<Field extends string>(spec: StateSpec, device: Device, sizes: Sizes, options: StateOptions<Field> = {}): StateObject<Field> {
  for (const name of spec.sizes) {
    const value = sizes[name];
    if (value === undefined || !Number.isSafeInteger(value) || value < 0) throw new RangeError(`state ${spec.name}: size ${name} must be a whole number from 0 up, found ${value}`);
  }
  const own: DeviceBuffer[] = [];
  const shared: Readonly<Record<string, DeviceBuffer | string | undefined>> = options.shared ?? {};
  const buffers: Record<string, DeviceBuffer> = {};
  const needs = spec.fields.map((f) => ({ name: `${spec.name}.${f.name}`, bytes: shared[f.name] === undefined ? wordBytes(layoutOf(f, sizes).bytes) : 0 }));
  checkMemory(`state ${spec.name}`, device, needs);
  for (const field of spec.fields) {
    const { bytes } = layoutOf(field, sizes);
    const other = shared[field.name];
    const given = typeof other === 'string' ? buffers[other] : other;
    if (typeof other === 'string' && given === undefined) throw new RangeError(`state ${spec.name}: ${field.name} shares the memory of ${other}, which is no field before it`);
    if (given !== undefined && given.bytes < bytes) throw new RangeError(`state ${spec.name}: ${field.name} takes ${bytes} bytes, and the shared memory has ${given.bytes}`);
    const buffer = given ?? allocate(device, wordBytes(bytes), `${spec.name}.${field.name}`, field.place);
    if (given === undefined) own.push(buffer);
    buffers[field.name] = buffer;
  }
  const find = (name: string): { readonly field: StateFieldSpec; readonly buffer: DeviceBuffer } => {
    const field = spec.fields.find((f) => f.name === name);
    const buffer = buffers[name];
    if (field === undefined || buffer === undefined) throw new RangeError(`state ${spec.name} has no field ${name}`);
    return { field, buffer };
  };
  return {
    sizes,
    buffers: buffers as Record<Field, DeviceBuffer>,
    bytes: own.reduce((n, b) => n + b.bytes, 0),
    upload(name, data, at) {
      const { field, buffer } = find(name);
      uploadRows(`state ${spec.name}`, field, buffer, device, data, sizes, at ?? []);
    },
    async download(name) {
      const { field, buffer } = find(name);
      return downloadRows(field, buffer, device, sizes);
    },
    destroy() {
      for (const buffer of own) buffer.destroy();
    },
  };
}

/** Says how much too much it is, and which buffers are the largest. */
function checkMemory(what: string, device: Device, needs: readonly { readonly name: string; readonly bytes: number }[]): void {
  const { memoryBytes, bufferBytes } = device.info().limits;
  const total = needs.reduce((n, { bytes }) => n + bytes, 0);
  const large = needs.find(({ bytes }) => bytes > bufferBytes);
  if (large !== undefined) throw new RangeError(`${what}: ${large.name} takes ${large.bytes} bytes, ${large.bytes - bufferBytes} over what one buffer of ${device.name} can have (${bufferBytes})`);
  if (memoryBytes === 0 || total <= memoryBytes) return;
  const largest = [...needs].sort((a, b) => b.bytes - a.bytes).slice(0, 4).map(({ name, bytes }) => `${name} ${bytes}`).join(', ');
  throw new RangeError(`${what} takes ${total} bytes, ${total - memoryBytes} over the memory of ${device.name} (${memoryBytes}); its largest buffers are ${largest}`);
}

function allocate(device: Device, bytes: number, name: string, place?: 'host'): DeviceBuffer {
  try {
    return device.alloc(bytes, place);
  } catch (cause) {
    // The same error, which says by its kind and code what is missing.
    if (cause instanceof Error) cause.message = `${name} (${bytes} bytes): ${cause.message}`;
    throw cause;
  }
}

/** All sizes of a program: those of its states, and those given, which must agree. */
function programSizes(program: ProgramSpec, states: Readonly<Record<string, StateObject<string>>>, specs: Readonly<Record<string, StateSpec>>, given: Sizes): Sizes {
  const shapes: Record<string, readonly number[]> = {};
  for (const { parameter, state } of program.states) {
    const object = states[parameter];
    if (object === undefined) throw new RangeError(`${program.name}: state ${parameter} is missing`);
    for (const field of specs[state]?.fields ?? []) shapes[`${parameter}.${field.name}`] = layoutOf(field, object.sizes).shape;
  }
  const inputs = program.tensors.filter((t) => t.role === 'input' || t.role === 'state');
  const { sizes } = bindSizes({ name: program.name, sizes: program.sizes, inputs, outputs: [], facts: [], targets: {} }, shapes, given);
  const missing = program.sizes.filter((s) => sizes[s.name] === undefined).map((s) => s.name);
  if (missing.length > 0) throw new RangeError(`${program.name}: nothing tells size ${missing.join(', ')}`);
  for (const t of inputs) {
    const found = shapes[t.name];
    const expected = shapeOf(t, sizes);
    if (found !== undefined && expected.some((n, i) => n !== found[i])) throw new RangeError(`${program.name}: ${t.name} must have the shape [${expected.join(', ')}] for ${sizesText(sizes)}, and the state has [${found.join(', ')}]`);
  }
  for (const { name, pinned } of program.sizes) if (pinned !== undefined && !pinned.includes(sizes[name] ?? -1)) throw new RangeError(`${program.name}: size ${name} is compiled for ${pinned.join(', ')}, found ${sizes[name]}`);
  for (const fact of program.facts) {
    const value = sizeValue(fact.expr, sizes) ?? Number.NaN;
    if (fact.relation === 'zero' ? value !== 0 : !(value >= 0)) throw new RangeError(`${program.name}: ${fact.text} does not hold for ${sizesText(sizes)}`);
  }
  return sizes;
}

const sizesText = (sizes: Sizes): string => Object.entries(sizes).map(([name, v]) => `${name}=${v}`).join(', ');

const scalarArrays: Readonly<Record<string, (value: number) => ArrayBufferView>> = {
  f32: (v) => Float32Array.of(v), i32: (v) => Int32Array.of(v), u32: (v) => Uint32Array.of(v), i16: (v) => Int16Array.of(v), u16: (v) => Uint16Array.of(v), i8: (v) => Int8Array.of(v), u8: (v) => Uint8Array.of(v), bool: (v) => Uint8Array.of(v),
};

/** Loads the kernels of a program, plans and allocates its memory. */
export async function prepareProgram<Name extends string, S extends Sizes>(
  program: ProgramSpec, specs: Specs,
  device: Device, given: Partial<S>, states: Readonly<Record<string, StateObject<string>>>, options: ProgramOptions,
): Promise<PreparedProgram<Name, S>> {
  const sizes = programSizes(program, states, specs.states, given as Sizes);
  const calls = unroll(program, sizes);
  const tensors = new Map(program.tensors.map((t) => [t.name, t]));
  const isTemporary = (name: string): boolean => tensors.get(name)?.role === 'temporary';
  const prepared = new Map<string, Prepared<string, Sizes>>();
  // What a call checked stands in memory of its own until `verify` looks at it.
  const keyOf = (call: PlannedCall): string => `${call.callee} ${JSON.stringify(call.sizes)}${(specs.kernels[call.callee]?.checks?.length ?? 0) > 0 ? ` #${calls.indexOf(call)}` : ''}`;
  const owned: DeviceBuffer[] = [];
  const destroyAll = (): void => {
    for (const p of prepared.values()) p.destroy();
    for (const b of owned) b.destroy();
  };
  try {
    for (const call of calls) {
      const kernel = specs.kernels[call.callee];
      if (call.kind === 'host') {
        if (options.host?.[call.callee] === undefined) throw new RangeError(`${program.name}: the host function ${call.callee} is missing; give it in \`host\``);
      } else if (kernel === undefined) throw new RangeError(`${program.name}: there is no kernel ${call.callee}`);
      else if (!prepared.has(keyOf(call))) prepared.set(keyOf(call), await prepareKernel<string, Sizes>(kernel, device, call.sizes, options));
    }
    // A kernel may address more than the elements of its tensor; memory is for the most that any call asks.
    const need = new Map<string, number>();
    for (const call of calls) for (const { name, from } of call.args) {
      if (from.kind !== 'place') continue;
      const key = versionKey(from);
      const least = prepared.get(keyOf(call))?.bytes[name] ?? 0;
      need.set(key, Math.max(need.get(key) ?? 0, from.offset + Math.max(wordBytes(from.bytes), least)));
    }
    const memory = shareMemory(calls, isTemporary, need);
    const fixed = program.tensors.filter((t) => t.role === 'input' || t.role === 'output');
    const bytesOf = (t: ProgramTensorSpec): number => Math.max(wordBytes(layoutOf(t, sizes).bytes), need.get(`${t.name}#0`) ?? 0);
    checkMemory(`program ${program.name}`, device, [
      ...fixed.filter((t) => t.place === undefined).map((t) => ({ name: t.name, bytes: bytesOf(t) })), ...memory.slots.map((bytes, i) => ({ name: slotName(memory, i), bytes })),
      ...Object.entries(states).map(([parameter, object]) => ({ name: parameter, bytes: object.bytes })),
    ]);
    const buffers: Record<string, DeviceBuffer> = {};
    const own = (bytes: number, name: string, place?: 'host'): DeviceBuffer => { const b = allocate(device, bytes, name, place); owned.push(b); return b; };
    for (const t of fixed) buffers[t.name] = own(bytesOf(t), `${t.role} ${t.name} of ${program.name}`, t.place);
    const slots = memory.slots.map((bytes, i) => own(bytes, `${slotName(memory, i)} of ${program.name}`));
    for (const t of program.tensors) {
      const buffer = t.state === undefined ? undefined : states[t.state.parameter]?.buffers[t.state.field];
      if (buffer !== undefined) buffers[t.name] = buffer;
    }
    const scalars = new Map<string, DeviceBuffer>();
    const scalar = (value: number, dtype: string): DeviceBuffer => {
      const known = scalars.get(`${dtype} ${value}`);
      const make = scalarArrays[dtype];
      if (known !== undefined) return known;
      if (make === undefined) throw new RangeError(`${program.name}: a number cannot be passed as ${dtype}`);
      const made = make(value);
      const buffer = own(4, 'a scalar');
      device.upload(buffer, wholeWords(new Uint8Array(made.buffer)));
      scalars.set(`${dtype} ${value}`, buffer);
      return buffer;
    };
    const views = new Map<string, DeviceBuffer>();
    const wholeOf = (place: Place): DeviceBuffer | undefined => (isTemporary(place.tensor) ? slots[memory.slotOf.get(versionKey(place)) ?? -1] : buffers[place.tensor]);
    const memoryOf = (place: Place, least: number): DeviceBuffer => {
      const whole = wholeOf(place);
      if (whole === undefined) throw new RangeError(`${program.name}: ${place.tensor} has no memory`);
      const tensor = tensors.get(place.tensor);
      if (place.offset === 0 && (isTemporary(place.tensor) || (tensor !== undefined && place.bytes >= layoutOf(tensor, sizes).bytes))) return whole;
      const bytes = Math.min(whole.bytes - place.offset, Math.max(wordBytes(place.bytes), least));
      const key = `${versionKey(place)} ${place.offset} ${bytes}`;
      const view = views.get(key) ?? device.view(whole, place.offset, bytes);
      views.set(key, view);
      return view;
    };
    const bound = calls.map((call) => {
      const ready = prepared.get(keyOf(call));
      const kernel = specs.kernels[call.callee];
      const touches = call.args.flatMap(({ name, access, from }): Touch[] => {
        const memory = from.kind === 'place' ? wholeOf(from) : undefined;
        if (from.kind !== 'place' || memory === undefined) return [];
        const part = touchedBytes(call.kind === 'host' ? undefined : [...kernel?.inputs ?? [], ...kernel?.outputs ?? []].find((t) => t.name === name), from.bytes, call.sizes);
        // Of a part of other memory it is not known which.
        const at = memory.whole === undefined || memory.whole === memory ? { memory, from: from.offset + part.from, to: from.offset + part.to } : { memory: memory.whole, from: 0, to: Infinity };
        return [{ ...at, writes: access !== 'read' }];
      });
      if (ready !== undefined && ready.ownBytes > 0) touches.push({ memory: ready, from: 0, to: ready.ownBytes, writes: true });
      const args = Object.fromEntries(call.args.map(({ name, from }) => [name, from.kind === 'scalar' ? scalar(from.value, from.dtype) : memoryOf(from, ready?.bytes[name] ?? 0)]));
      return { call, ready, args, touches };
    });
    const checked = [...new Set(bound.flatMap(({ call, ready }) => ((specs.kernels[call.callee]?.checks?.length ?? 0) > 0 && ready !== undefined ? [ready] : [])))];
    const verify = async (): Promise<void> => { for (const ready of checked) await ready.verify(); };
    const parts = segments(bound, device, options, specs.hosts);
    return {
      sizes: sizes as S, buffers: buffers as Record<Name, DeviceBuffer>, memory, calls,
      launches: bound.reduce((n, { ready }) => n + (ready?.launches ?? 0), 0),
      upload(name, data) {
        const tensor = program.tensors.find((t) => t.name === name && t.role === 'input');
        const buffer = buffers[name];
        if (tensor === undefined || buffer === undefined) throw new RangeError(`${program.name} has no input ${name}`);
        const elements = dataOf(program, tensor, data);
        if (tensor.limit !== undefined) checkLimit(program, tensor, elements, sizeValue(tensor.limit, sizes) ?? 0);
        uploadRows(program.name, tensor, buffer, device, elements, sizes, []);
      },
      launch() {
        for (const part of parts) {
          if (part.kind === 'host') throw new TypeError(`${program.name} calls ${part.name} on the host: use run`);
          part.start();
        }
      },
      async run() {
        for (const part of parts) await part.start();
        await verify();
      },
      verify,
      async trace(onCall) {
        for (const one of bound) {
          if (one.call.kind === 'host') await callHost(one, device, options, specs.hosts);
          else one.ready?.launch(one.args);
          const written = new Map<string, Uint8Array>();
          for (const { name, access, from } of one.call.args) {
            const buffer = one.args[name];
            if (access !== 'read' && from.kind === 'place' && buffer !== undefined) written.set(name, (await device.download(buffer)).subarray(0, from.bytes));
          }
          onCall(one.call, written);
        }
        await verify();
      },
      async download(name) {
        const tensor = tensors.get(name);
        const buffer = buffers[name];
        if (tensor === undefined || buffer === undefined) throw new RangeError(`${program.name} has no tensor ${name} outside of a run`);
        return downloadRows(tensor, buffer, device, sizes);
      },
      destroy() {
        for (const part of parts) part.destroy();
        destroyAll();
      },
    };
  } catch (cause) {
    destroyAll();
    throw cause;
  }
}

/** Runs a program once from host arrays to host arrays; its states keep what it changed. */
export async function runProgram(
  program: ProgramSpec, specs: Specs, device: Device, states: Readonly<Record<string, StateObject<string>>>,
  inputs: Readonly<Record<string, Input<ArrayBufferView>>>, options: ProgramOptions & { readonly sizes?: Readonly<Record<string, number | undefined>> },
): Promise<Record<string, HostTensor<ArrayBufferView>>> {
  const shapes: Record<string, readonly number[]> = {};
  const given = program.tensors.filter((t) => t.role === 'input');
  for (const t of given) {
    const value = inputs[t.name];
    if (value === undefined) throw new TypeError(`${program.name}: input ${t.name} is missing`);
    if (!ArrayBuffer.isView(value)) shapes[t.name] = value.shape;
    else if (t.shape.length === 1 && t.bits >= 8) shapes[t.name] = [(value.byteLength * 8) / t.bits];
  }
  const { sizes } = bindSizes({ name: program.name, sizes: program.sizes, inputs: given, outputs: [], facts: [], targets: {} }, shapes, options.sizes ?? {});
  const prepared = await prepareProgram<string, Sizes>(program, specs, device, sizes, states, options);
  try {
    for (const t of given) { const value = inputs[t.name]; if (value !== undefined) prepared.upload(t.name, value); }
    await prepared.run();
    const results: Record<string, HostTensor<ArrayBufferView>> = {};
    for (const t of program.tensors) if (t.role === 'output') results[t.name] = await prepared.download(t.name);
    return results;
  } finally {
    prepared.destroy();
  }
}

/** The temporaries in a shared piece of memory. */
function slotName(memory: MemoryPlan, slot: number): string {
  const names = [...new Set([...memory.slotOf].filter(([, s]) => s === slot).map(([key]) => key.slice(0, key.lastIndexOf('#'))))];
  return names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');
}
