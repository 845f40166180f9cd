/** Peaks of GPUs by their makers' data sheets: dense tensor-core rates, no sparsity. A roofline is only drawn where they are known. */
import type { DType } from '../ir/dtype.ts';

interface Peak {
  readonly name: RegExp;
  /** GB/s. */
  readonly memory: number;
  /** Tera-operations per second: f32 without tensor cores, f16 and bf16 on them, i8 and 8-bit floats on them. */
  readonly f32: number;
  readonly f16: number;
  readonly i8: number;
}

const peaks: readonly Peak[] = [
  { name: /H200/, memory: 4800, f32: 67, f16: 989, i8: 1979 },
  { name: /H100.*(NVL)/, memory: 3900, f32: 60, f16: 835, i8: 1671 },
  { name: /H100.*PCIe/, memory: 2000, f32: 51, f16: 756, i8: 1513 },
  { name: /H100/, memory: 3350, f32: 67, f16: 989, i8: 1979 },
  { name: /A100.*80GB/, memory: 2039, f32: 19.5, f16: 312, i8: 624 },
  { name: /A100/, memory: 1555, f32: 19.5, f16: 312, i8: 624 },
  { name: /\bL40S/, memory: 864, f32: 91.6, f16: 362, i8: 733 },
  { name: /\bL4\b/, memory: 300, f32: 30.3, f16: 121, i8: 242 },
  { name: /RTX 4090/, memory: 1008, f32: 82.6, f16: 165, i8: 661 },
];

/** The rate is that of the fastest unit the inputs' types could use, so the roofline is never drawn too low. */
export function peakOf(device: string, dtypes: readonly DType[]): { readonly bytesPerSecond: number; readonly opsPerSecond: number } | undefined {
  const peak = peaks.find(({ name }) => name.test(device));
  if (peak === undefined) return undefined;
  const halves = dtypes.includes('f16') || dtypes.includes('bf16');
  // Beside 8-bit floats an f32 is a scale.
  const bytes = dtypes.some((t) => t === 'e4m3' || t === 'e5m2' || t === 'e2m1');
  const rate = halves ? peak.f16 : bytes || !dtypes.includes('f32') ? peak.i8 : peak.f32;
  return { bytesPerSecond: peak.memory * 1e9, opsPerSecond: rate * 1e12 };
}
