/** Storage formats: codes of every width, scales of every kind, with and without zero points, clip and floor. */
import type { Random } from './random.ts';

/** `magnitude`: about the largest |value| that reading gives for made-up codes and scales. */
export interface MadeFormat { readonly name: string; readonly text: string; readonly zero: boolean; readonly magnitude: number }

export function makeFormat(random: Random, name: string): MadeFormat {
  const isFloat = random.chance(0.2);
  const bits = random.weighted([[6, 4], [4, 8], [1, 2], [1, 3], [0.7, 5], [0.7, 6], [0.7, 7]] as const);
  const codes = isFloat ? random.pick(['e4m3', 'e5m2', 'e2m1']) : `${random.pick(['int', 'uint'])}${bits}`;
  const scale = random.weighted([[4, 'f16'], [2, 'bf16'], [3, 'f32'], [2, 'e8m0']] as const);
  const zero = isFloat || random.chance(0.5) ? undefined : random.pick(['f16', 'bf16', 'f32', 'u8', 'i8']);
  const options = [
    `scale ${scale}`, zero === undefined ? 'symmetric' : `zero ${zero}`,
    ...(random.chance(0.15) ? [`clip ${random.pick(['0.9', '0.95', '0.5', '1'])}`] : []), ...(random.chance(0.1) ? [`floor ${random.pick(['0.5', '1e-3', '3'])}`] : []),
  ];
  return { name, text: `format ${name} = ${codes} { ${options.join(', ')} }`, zero: zero !== undefined, magnitude: (isFloat ? 2 : 2 ** bits) * (scale === 'e8m0' ? 16 : 2) * (zero === undefined ? 1 : 2) };
}
