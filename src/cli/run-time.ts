/** Times of a run, and how they compare with what the device could do. */
import { sizeValue } from '../host/engine-spec.ts';
import type { DType } from '../ir/dtype.ts';
import type { ManifestKernel } from '../manifest.ts';
import type { Sizes } from '../runtime/abi.ts';
import type { Device } from '../runtime/device.ts';
import { peakOf } from './peaks.ts';

export interface TimeReport {
  readonly medianUs: number;
  readonly p10Us: number;
  readonly p90Us: number;
  readonly repeats: number;
  /** What was read: the host's clock, timestamps or events of the device. */
  readonly clock: string;
  /** Each input read once and each output written once, over the median. */
  readonly gbps: number;
  readonly tflops: number;
  /** Least time that the device's memory and arithmetic allow over the median, from 0 to 1; null where its peaks are not known. */
  readonly roofline: number | null;
}

/** What a run moves and does at least. */
export interface Cost { readonly bytes: number; readonly flops: number }

export function costOf(kernel: ManifestKernel, target: string, sizes: Sizes): Cost {
  const cost = kernel.targets[target]?.[0]?.report.cost ?? { bytes: 0, flops: 0 };
  return { bytes: sizeValue(cost.bytes, sizes) ?? 0, flops: sizeValue(cost.flops, sizes) ?? 0 };
}

export async function timeReport(device: Device, launch: () => void, { bytes, flops }: Cost, dtypes: readonly DType[]): Promise<TimeReport> {
  const { medianUs, p10Us, p90Us, repeats, clock } = await device.time(launch);
  const seconds = medianUs * 1e-6;
  const per = (amount: number): number => (seconds > 0 ? amount / seconds : 0);
  const peak = peakOf(device.name, dtypes);
  const least = peak === undefined ? undefined : Math.max(bytes / peak.bytesPerSecond, flops / peak.opsPerSecond);
  return { medianUs, p10Us, p90Us, repeats, clock, gbps: per(bytes) / 1e9, tflops: per(flops) / 1e12, roofline: least === undefined || seconds === 0 ? null : least / seconds };
}
