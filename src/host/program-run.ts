/**
 * What a run of a program does: rows of memory in and out, functions of the host, recordings of the launches between them.
 *
 * Like the engine this text is copied into harnesses, so it imports nothing but types and functions of the other copied parts.
 */
import type { Device, DeviceBuffer, RecordedPart, Recording } from '../runtime/device.ts';
import type { Sizes } from '../runtime/abi.ts';
import { arrays, wholeWords } from './engine.ts';
import { elementsOf, type HostTensor, type LoadOptions, type Prepared, type TensorSpec } from './engine-spec.ts';
import { orderOf, type Touch } from './program-order.ts';
import { layoutOf, type PlannedCall } from './program-plan.ts';

export interface HostSpec { readonly name: string; readonly inputs: readonly TensorSpec[]; readonly outputs: readonly TensorSpec[] }


/** A function of the host, from tensors to tensors by their names. */
export type HostFunction = (inputs: Readonly<Record<string, HostTensor<ArrayBufferView>>>, sizes: Sizes) => Readonly<Record<string, ArrayBufferView>> | Promise<Readonly<Record<string, ArrayBufferView>>>;

export interface ProgramOptions extends LoadOptions {
  /** The `extern host fn`s of the program, by name. */
  readonly host?: Readonly<Record<string, HostFunction>>;
  /** Start launches one by one in place of a recording; for finding faults. */
  readonly unrecorded?: boolean;
  /** Record launches one after the other, also those that do not depend on each other; to compare. */
  readonly inOrder?: boolean;
}

export const wordBytes = (bytes: number): number => Math.ceil(bytes / 4) * 4;

/** Rows of memory one by one where they lie apart, else all at once. */
export function uploadRows(what: string, tensor: TensorSpec & { readonly sliced: number }, buffer: DeviceBuffer, device: Device, data: ArrayBufferView, sizes: Sizes, at: readonly number[]): void {
  const { shape, rowBytes, pitch, rows } = layoutOf(tensor, sizes);
  const part = at.length === 0 ? rows : shape.slice(at.length, tensor.sliced).reduce((a, b) => a * b, 1);
  if (at.length > tensor.sliced) throw new RangeError(`${what}: rows of ${tensor.name} are given by at most ${tensor.sliced} positions, found [${at.join(', ')}]`);
  at.forEach((position, dim) => { if (!(position >= 0 && position < (shape[dim] ?? 0))) throw new RangeError(`${what}: position ${position} of ${tensor.name} is not below ${shape[dim]}`); });
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length !== part * rowBytes) throw new RangeError(`${what}: ${tensor.name}${at.length === 0 ? '' : `[${at.join(', ')}]`} takes ${part * rowBytes} bytes, found ${bytes.length}`);
  const first = at.reduce((n, position, dim) => n * (shape[dim] ?? 1) + position, 0) * (at.length === 0 ? 0 : part);
  if (tensor.sliced === 0) { device.upload(buffer, wholeWords(bytes)); return; }
  for (let r = 0; r < part; r++) device.upload(device.view(buffer, (first + r) * pitch, wordBytes(rowBytes)), wholeWords(bytes.subarray(r * rowBytes, (r + 1) * rowBytes)));
}

export async function downloadRows(tensor: TensorSpec & { readonly sliced: number }, buffer: DeviceBuffer, device: Device, sizes: Sizes): Promise<HostTensor<ArrayBufferView>> {
  const { shape, rowBytes, pitch, rows } = layoutOf(tensor, sizes);
  const raw = await device.download(buffer);
  const all = new Uint8Array(rows * rowBytes);
  for (let r = 0; r < rows; r++) all.set(raw.subarray(r * pitch, r * pitch + rowBytes), r * rowBytes);
  return { data: new arrays[tensor.array](all.buffer), shape };
}

export interface BoundCall { readonly call: PlannedCall; readonly ready: Prepared<string, Sizes> | undefined; readonly args: Readonly<Record<string, DeviceBuffer>>; readonly touches: readonly Touch[] }
export interface Segment { readonly kind: 'device' | 'host'; readonly name: string; start(): void | Promise<void>; destroy(): void }

/** Launches between two calls of the host are one recording, made when they first run; in it each waits for those alone whose memory it shares. */
export function segments(calls: readonly BoundCall[], device: Device, options: ProgramOptions, hosts: Readonly<Record<string, HostSpec>>): Segment[] {
  const found: Segment[] = [];
  for (let i = 0; i < calls.length;) {
    const first = calls[i];
    if (first === undefined) break;
    if (first.call.kind === 'host') {
      found.push({ kind: 'host', name: first.call.callee, start: () => callHost(first, device, options, hosts), destroy() {} });
      i++;
      continue;
    }
    const end = calls.findIndex(({ call }, j) => j > i && call.kind === 'host');
    const run = calls.slice(i, end < 0 ? calls.length : end);
    const launch = (): void => { for (const { ready, args } of run) ready?.launch(args); };
    const parts = (): RecordedPart[] => { const order = orderOf(run.map(({ touches }) => touches)); return run.map(({ ready, args }, j) => ({ after: order[j] ?? [], launch: () => ready?.launch(args) })); };
    let recording: Recording | undefined;
    found.push({
      kind: 'device', name: first.call.callee,
      start() {
        if (options.unrecorded === true) return launch();
        recording ??= device.record(options.inOrder === true ? [{ after: [], launch }] : parts());
        recording.launch();
      },
      destroy() { recording?.destroy(); },
    });
    i += run.length;
  }
  return found;
}

export async function callHost({ call, args }: BoundCall, device: Device, options: ProgramOptions, hosts: Readonly<Record<string, HostSpec>>): Promise<void> {
  const spec = hosts[call.callee];
  const fn = options.host?.[call.callee];
  if (spec === undefined || fn === undefined) throw new RangeError(`the host function ${call.callee} is missing`);
  const bufferOf = (name: string): DeviceBuffer => {
    const buffer = args[name];
    if (buffer === undefined) throw new RangeError(`${call.callee}: ${name} has no memory`);
    return buffer;
  };
  const inputs: Record<string, HostTensor<ArrayBufferView>> = {};
  for (const t of spec.inputs) inputs[t.name] = await downloadRows({ ...t, sliced: 0 }, bufferOf(t.name), device, call.sizes);
  const results = await fn(inputs, call.sizes);
  for (const t of spec.outputs) {
    const data = results[t.name];
    if (data === undefined) throw new TypeError(`host function ${call.callee} gave no ${t.name}`);
    const expected = Math.ceil((elementsOf(t, call.sizes) * t.bits) / 8);
    if (data.byteLength !== expected) throw new RangeError(`host function ${call.callee}: ${t.name} takes ${expected} bytes, found ${data.byteLength}`);
    uploadRows(call.callee, { ...t, sliced: 0 }, bufferOf(t.name), device, data, call.sizes, []);
  }
}
