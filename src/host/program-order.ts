/**
 * Which calls of a program must come after which: two meet where they touch the same bytes and one of them writes. All others are independent, and a device may run them at once.
 *
 * Like the engine this text is copied into harnesses, so it imports nothing but types and the engine's own functions.
 */
import type { Sizes } from '../runtime/abi.ts';
import { shapeOf, type TensorSpec } from './engine-spec.ts';

/** Bytes `from` to `to` of some memory, read or written by a call. */
export interface Touch { readonly memory: object; readonly from: number; readonly to: number; readonly writes: boolean }

/** The bytes of a tensor that a kernel touches: all, or those of its region. @param bytes of the whole tensor */
export function touchedBytes(tensor: TensorSpec | undefined, bytes: number, sizes: Sizes): { readonly from: number; readonly to: number } {
  const region = tensor?.region ?? [];
  if (tensor === undefined || region.length === 0) return { from: 0, to: bytes };
  const shape = shapeOf(tensor, sizes);
  const bits = shape.slice(region.length).reduce((a, b) => a * b, tensor.bits);
  const first = region.reduce((n, at, dim) => n * (shape[dim] ?? 1) + at, 0) * bits;
  // A byte that two regions share is touched by both.
  return { from: Math.floor(first / 8), to: Math.min(bytes, Math.ceil((first + bits) / 8)) };
}

/** For each call the earlier ones that it must come after; those that follow from others may be missing. */
export function orderOf(calls: readonly (readonly Touch[])[]): number[][] {
  interface Past extends Touch { readonly call: number }
  const pasts = new Map<object, Past[]>();
  return calls.map((touches, call) => {
    const after = new Set<number>();
    for (const t of touches) {
      for (const past of pasts.get(t.memory) ?? []) {
        if ((t.writes || past.writes) && t.from < past.to && past.from < t.to) after.add(past.call);
      }
    }
    for (const t of touches) {
      // What is overwritten as a whole is behind this call for all that follow.
      const left = (pasts.get(t.memory) ?? []).filter((past) => past.call === call || !t.writes || past.from < t.from || past.to > t.to);
      pasts.set(t.memory, [...left, { ...t, call }]);
    }
    return [...after].sort((a, b) => a - b);
  });
}
