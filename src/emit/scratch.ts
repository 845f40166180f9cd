/** Shared memory that emission itself needs: values that threads show each other in reductions and layout changes. */
import type { ValueType } from '../ir/dtype.ts';
import type { Context } from './context.ts';

/** One of two halves (so that one barrier a round suffices) of the scratch array of part `part`, with room for `registers` values of every thread. */
export function partialsMemory(context: Context, type: ValueType, half: 0 | 1, part: number, registers: number): string {
  const dtype = type === 'f32' ? 'f32' : 'i32';
  return scratchMemory(context, `${context.roleKey}partials ${dtype} ${half} ${part}`, `partials${dtype === 'f32' ? '' : '_int'}_${2 * part + half}`, dtype, registers * context.threads);
}

/** The shared array known by `key`, made at its first use and as long as its longest use. */
export function scratchMemory(context: Context, key: string, wanted: string, dtype: 'f32' | 'i32', length: number): string {
  const known = context.memoryNames.get(key);
  if (known === undefined) {
    const text = context.names.freshAt(0, wanted);
    context.memoryNames.set(key, text);
    context.memories.push({ name: text, space: 'shared', dtype, length, access: 'readwrite' });
    return text;
  }
  const at = context.memories.findIndex((m) => m.name === known);
  const old = context.memories[at]!;
  if ((old.length ?? 0) < length) context.memories[at] = { ...old, length };
  return known;
}
