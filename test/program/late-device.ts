/** The processor with recordings that run as late as they may: of the parts that could be next always the last. A program that misses a wait gets wrong numbers. */
import { lastFirst } from '../../src/cli/shim-device.ts';
import { CpuDevice } from '../../src/runtime/cpu.ts';
import type { RecordedPart, Recording } from '../../src/runtime/device.ts';

export class LateDevice extends CpuDevice {
  /** Recordings whose parts ran in another order than they came in. */
  reordered = 0;

  override record(parts: readonly RecordedPart[]): Recording {
    const order = lastFirst(parts.map(({ after }) => after));
    if (order.some((part, i) => part !== i)) this.reordered++;
    return super.record(order.flatMap((i) => parts[i] ?? []));
  }
}
