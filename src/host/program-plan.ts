/**
 * From a program and its sizes to a list of calls and the memory they use: loops are unrolled, every new value of a temporary is a version with a
 * lifetime of its own, and versions whose lifetimes do not overlap share memory.
 *
 * Like the engine this text is copied into harnesses, so it imports nothing but types and the engine's own functions.
 */
import type { SizeExpr, Sizes } from '../runtime/abi.ts';
import { sizeValue, type TensorSpec } from './engine-spec.ts';

/** `sliced`: every use fixes so many leading positions, and rows begin at multiples of ROW_ALIGNMENT bytes. */
export interface ProgramTensorSpec extends TensorSpec {
  readonly role: 'input' | 'output' | 'temporary' | 'state';
  readonly state?: { readonly parameter: string; readonly field: string };
  readonly sliced: number;
}

export type PassedSpec = { readonly name: string; readonly access: 'read' | 'write' | 'readwrite' } & (
  | { readonly kind: 'slice'; readonly tensor: string; readonly at: readonly SizeExpr[] }
  | { readonly kind: 'scalar'; readonly value: SizeExpr; readonly dtype: string }
);

export type StepSpec =
  | { readonly kind: 'call' | 'host'; readonly callee: string; readonly sizes: Readonly<Record<string, SizeExpr>>; readonly args: readonly PassedSpec[] }
  | { readonly kind: 'for'; readonly variable: string; readonly from: SizeExpr; readonly to: SizeExpr; readonly body: readonly StepSpec[] };

export interface ProgramSpec {
  readonly name: string;
  readonly sizes: readonly { readonly name: string; readonly pinned?: readonly number[] }[];
  readonly states: readonly { readonly parameter: string; readonly state: string }[];
  readonly tensors: readonly ProgramTensorSpec[];
  readonly steps: readonly StepSpec[];
  readonly facts: readonly { readonly expr: SizeExpr; readonly relation: 'nonneg' | 'zero'; readonly text: string }[];
}

/** A part of a tensor's memory. `version` counts the values that a temporary has had; of other tensors it is 0. */
export interface Place { readonly kind: 'place'; readonly tensor: string; readonly version: number; readonly offset: number; readonly bytes: number }
export interface Scalar { readonly kind: 'scalar'; readonly value: number; readonly dtype: string }
export interface PlannedArg { readonly name: string; readonly access: 'read' | 'write' | 'readwrite'; readonly from: Place | Scalar }
export interface PlannedCall { readonly kind: 'call' | 'host'; readonly callee: string; readonly sizes: Sizes; readonly args: readonly PlannedArg[] }

/** Every device can bind memory from here on (WebGPU's largest alignment). */
const ROW_ALIGNMENT = 256;

export interface Layout { readonly shape: readonly number[]; /** Bytes of what is left when `sliced` positions are fixed. */ readonly rowBytes: number; /** Bytes from one such row to the next. */ readonly pitch: number; readonly rows: number; readonly bytes: number }

/** How a tensor lies in memory. Rows lie apart only where nothing ever sees the whole. */
export function layoutOf(tensor: { readonly shape: readonly SizeExpr[]; readonly bits: number; readonly sliced: number }, sizes: Sizes): Layout {
  const shape = tensor.shape.map((e) => sizeValue(e, sizes) ?? 0);
  const rows = shape.slice(0, tensor.sliced).reduce((a, b) => a * b, 1);
  const bits = shape.slice(tensor.sliced).reduce((a, b) => a * b, 1) * tensor.bits;
  const rowBytes = Math.ceil(bits / 8);
  const pitch = tensor.sliced === 0 ? rowBytes : Math.ceil(rowBytes / ROW_ALIGNMENT) * ROW_ALIGNMENT;
  return { shape, rowBytes, pitch, rows, bytes: rows * pitch };
}

/** Where a slice begins, and its bytes. @throws RangeError where a position is outside */
export function sliceOf(tensor: ProgramTensorSpec, at: readonly number[], sizes: Sizes): { readonly offset: number; readonly bytes: number } {
  const { shape, pitch, rowBytes, bytes } = layoutOf(tensor, sizes);
  at.forEach((position, dim) => {
    const extent = shape[dim] ?? 0;
    if (position < 0 || position >= extent) throw new RangeError(`position ${position} of dimension ${dim} of ${tensor.name} is not below ${extent}`);
  });
  const row = at.reduce((n, position, dim) => n * (shape[dim] ?? 1) + position, 0);
  if (at.length === 0) return { offset: 0, bytes };
  if (at.length === tensor.sliced) return { offset: row * pitch, bytes: Math.max(rowBytes, pitch) };
  const bits = shape.slice(at.length).reduce((a, b) => a * b, 1) * tensor.bits;
  if (bits % 8 !== 0) throw new RangeError(`${tensor.name}[${at.join(', ')}] does not begin at a whole byte`);
  return { offset: (row * bits) / 8, bytes: bits / 8 };
}

/** All calls in their order, with numbers for every size and place. */
export function unroll(program: ProgramSpec, sizes: Sizes): PlannedCall[] {
  const tensors = new Map(program.tensors.map((t) => [t.name, t]));
  const versions = new Map<string, number>();
  const calls: PlannedCall[] = [];
  const number = (e: SizeExpr, known: Sizes): number => sizeValue(e, known) ?? Number.NaN;
  const place = (tensor: ProgramTensorSpec, at: readonly number[], known: Sizes): Place =>
    ({ kind: 'place', tensor: tensor.name, version: versions.get(tensor.name) ?? 0, ...sliceOf(tensor, at, known) });
  const arg = (passed: PassedSpec, known: Sizes): PlannedArg => {
    const { name, access } = passed;
    if (passed.kind === 'scalar') return { name, access, from: { kind: 'scalar', value: number(passed.value, known), dtype: passed.dtype } };
    const tensor = tensors.get(passed.tensor);
    if (tensor === undefined) throw new RangeError(`${program.name} has no tensor ${passed.tensor}`);
    // What is written whole is a new value: earlier calls may still read the old one, in memory of its own.
    if (access === 'write' && tensor.role === 'temporary' && passed.at.length === 0) versions.set(tensor.name, (versions.get(tensor.name) ?? 0) + 1);
    return { name, access, from: place(tensor, passed.at.map((e) => number(e, known)), known) };
  };
  const walk = (steps: readonly StepSpec[], known: Sizes): void => {
    for (const s of steps) {
      if (s.kind === 'for') {
        const to = number(s.to, known);
        for (let i = number(s.from, known); i < to; i++) walk(s.body, { ...known, [s.variable]: i });
        continue;
      }
      // Reads first: `x = f(x)` reads the version before.
      const read = new Map(s.args.filter((a) => a.access !== 'write').map((a) => [a.name, arg(a, known)]));
      const args = s.args.map((a) => read.get(a.name) ?? arg(a, known));
      calls.push({ kind: s.kind, callee: s.callee, sizes: Object.fromEntries(Object.entries(s.sizes).map(([name, e]) => [name, number(e, known)])), args });
    }
  };
  walk(program.steps, sizes);
  return calls;
}

export interface MemoryPlan {
  /** Bytes of each shared piece of memory. */
  readonly slots: readonly number[];
  /** Which piece a version of a temporary uses, by `tensor#version`. */
  readonly slotOf: ReadonlyMap<string, number>;
  /** Bytes of all versions together, which is what they would take without sharing. */
  readonly unshared: number;
}

export const versionKey = ({ tensor, version }: Place): string => `${tensor}#${version}`;

/**
 * Gives temporaries memory: a version lives from the call that writes it to the last that reads it; when it ends, its memory serves a later one. The
 * smallest free piece that is large enough is taken, or the largest is enlarged (first fit decreasing has no meaning here: calls come in order).
 * @param need bytes of a temporary's whole version, by key
 */
export function shareMemory(calls: readonly PlannedCall[], isTemporary: (tensor: string) => boolean, need: ReadonlyMap<string, number>): MemoryPlan {
  const last = new Map<string, number>();
  calls.forEach((call, i) => {
    for (const { from } of call.args) if (from.kind === 'place' && isTemporary(from.tensor)) last.set(versionKey(from), i);
  });
  const slots: number[] = [];
  const free = new Set<number>();
  const slotOf = new Map<string, number>();
  calls.forEach((call, i) => {
    const places = call.args.flatMap(({ from }) => (from.kind === 'place' && isTemporary(from.tensor) ? [versionKey(from)] : []));
    for (const key of places) {
      if (slotOf.has(key)) continue;
      const bytes = need.get(key) ?? 0;
      const candidates = [...free].sort((a, b) => (slots[a] ?? 0) - (slots[b] ?? 0));
      const chosen = candidates.find((slot) => (slots[slot] ?? 0) >= bytes) ?? candidates.at(-1) ?? slots.push(0) - 1;
      free.delete(chosen);
      slots[chosen] = Math.max(slots[chosen] ?? 0, bytes);
      slotOf.set(key, chosen);
    }
    for (const key of new Set(places)) {
      const slot = slotOf.get(key);
      if (last.get(key) === i && slot !== undefined) free.add(slot);
    }
  });
  return { slots, slotOf, unshared: [...slotOf.keys()].reduce((n, key) => n + (need.get(key) ?? 0), 0) };
}
