/** Angles of rotary positions (Su et al. 2021), with the stretching of Llama 3.1. */
import type { LlamaConfig } from './config.ts';

/** Angle by which a pair turns from one position to the next, for each of the headChannels/2 pairs. */
export function frequencies({ headChannels, ropeBase, ropeScaling: scaling }: Pick<LlamaConfig, 'headChannels' | 'ropeBase' | 'ropeScaling'>): Float64Array {
  return Float64Array.from({ length: headChannels / 2 }, (_, pair) => {
    const plain = ropeBase ** ((-2 * pair) / headChannels);
    switch (scaling.kind) {
      case 'none': return plain;
      case 'linear': return plain / scaling.factor;
      case 'llama3': {
        // Turns within the context of the first training: many are kept, few are stretched.
        const turns = (scaling.original * plain) / (2 * Math.PI);
        if (turns < scaling.low) return plain / scaling.factor;
        if (turns > scaling.high) return plain;
        const kept = (turns - scaling.low) / (scaling.high - scaling.low);
        return ((1 - kept) * plain) / scaling.factor + kept * plain;
      }
    }
  });
}

/** f32[positions, 2, pairs]: cosines, then sines. */
export function ropeTable(config: Pick<LlamaConfig, 'headChannels' | 'ropeBase' | 'ropeScaling'>, positions: number): Float32Array {
  const turn = frequencies(config);
  const pairs = turn.length;
  const table = new Float32Array(positions * 2 * pairs);
  for (let p = 0; p < positions; p++) turn.forEach((angle, e) => {
    table[2 * p * pairs + e] = Math.cos(p * angle);
    table[(2 * p + 1) * pairs + e] = Math.sin(p * angle);
  });
  return table;
}
