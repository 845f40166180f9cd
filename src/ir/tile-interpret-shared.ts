/**
 * Shared memory of faithful mode: elements at their real offsets (padding and swizzle included), NaN until written, with a record of who
 * touched each element since the last barrier. An access that no barrier or pipe orders after another thread's is a fault, whatever order
 * the threads would have run in.
 */
import type { Span } from '../diagnostics/span.ts';
import { bitsOf } from './dtype.ts';
import { sharedOffset, stageElements } from './layout-shared.ts';
import { roundTo } from './round.ts';
import { TileFault } from './tile-fault.ts';
import type { SharedBuffer } from './tile.ts';

/** Who accesses: the thread's number in the group (`everyone` for an op of a whole warp), its role, and barriers of that role so far. */
export interface Access { readonly thread: number; readonly role: number; readonly epoch: number; readonly span: Span }
export const everyone = -2;
const nobody = -1;

export class SharedMemory {
  readonly buffer: SharedBuffer;
  readonly data: Float64Array;
  readonly stage: number;
  private readonly offset: (c: ArrayLike<number>) => number;
  /** Elements of the smallest store that leaves its neighbours alone. */
  private readonly unit: number;
  private readonly writer: Int32Array;
  private readonly wroteAt: Float64Array;
  private readonly unitWriter: Int32Array;
  private readonly unitWroteAt: Float64Array;
  private readonly reader: Int32Array;
  private readonly readAt: Float64Array;

  constructor(buffer: SharedBuffer, smallestStore: number) {
    this.buffer = buffer;
    this.stage = stageElements(buffer);
    this.offset = sharedOffset(buffer);
    this.unit = Math.max(1, smallestStore / bitsOf(buffer.dtype));
    const count = this.stage * buffer.stages, units = Math.ceil(count / this.unit);
    this.data = new Float64Array(count);
    this.writer = new Int32Array(count);
    this.wroteAt = new Float64Array(count);
    this.unitWriter = new Int32Array(units);
    this.unitWroteAt = new Float64Array(units);
    this.reader = new Int32Array(count);
    this.readAt = new Float64Array(count);
    this.reset();
  }
  reset(): void {
    this.data.fill(NaN);
    this.writer.fill(nobody); this.unitWriter.fill(nobody); this.reader.fill(nobody);
  }
  poison(stage: number): void { this.data.fill(NaN, stage * this.stage, (stage + 1) * this.stage); }

  /** Offsets within a stage of the elements with these coordinates (one array per axis of the buffer). */
  offsets(coords: readonly (Int32Array | undefined)[], count: number): Int32Array {
    const c = coords.map(() => 0);
    return Int32Array.from({ length: count }, (_, e) => {
      for (let d = 0; d < c.length; d++) c[d] = coords[d]?.[e] ?? 0;
      return this.offset(c);
    });
  }
  stageStart(n: number, span: Span): number {
    if (!(n >= 0 && n < this.buffer.stages)) throw new TileFault('bounds', `${this.buffer.id} has no stage ${n}`, span);
    return n * this.stage;
  }

  /** Between two moments the role passed a barrier. Moments count role * 2^32 + epoch. */
  private static moment(a: Access): number { return a.role * 2 ** 32 + a.epoch; }
  private static ordered(before: number, now: number): boolean { return Math.floor(before / 2 ** 32) === Math.floor(now / 2 ** 32) && before < now; }
  private race(what: string, at: number, a: Access, other: number): never {
    throw new TileFault('race', `${this.buffer.id}: thread ${a.thread} ${what} offset ${at % this.stage} of stage ${Math.floor(at / this.stage)} by thread ${other} without a barrier between`, a.span);
  }

  /** A write that only barriers order. */
  write(at: number, value: number, a: Access): void {
    const now = SharedMemory.moment(a);
    if (this.reader[at] !== nobody && this.reader[at] !== a.thread && !SharedMemory.ordered(this.readAt[at]!, now)) this.race('overwrites what is read at', at, a, this.reader[at]!);
    this.claim(at, a, now);
    this.data[at] = roundTo(this.buffer.dtype, value);
  }
  /** A write into an acquired stage: the pipe orders it before and after, so only other writers of the same fill (`epoch`) matter. */
  fill(at: number, a: Access): void { this.claim(at, a, SharedMemory.moment(a)); }
  private claim(at: number, a: Access, now: number): void {
    if (this.writer[at] !== nobody && this.writer[at] !== a.thread && !SharedMemory.ordered(this.wroteAt[at]!, now)) this.race('writes what is written at', at, a, this.writer[at]!);
    const unit = Math.floor(at / this.unit);
    if (this.unitWriter[unit] !== nobody && this.unitWriter[unit] !== a.thread && !SharedMemory.ordered(this.unitWroteAt[unit]!, now)) this.race('writes a part of the word written at', at, a, this.unitWriter[unit]!);
    this.writer[at] = a.thread; this.wroteAt[at] = now;
    this.unitWriter[unit] = a.thread; this.unitWroteAt[unit] = now;
  }
  /** A read that only barriers order. */
  read(at: number, a: Access): number {
    const now = SharedMemory.moment(a);
    if (this.writer[at] !== nobody && this.writer[at] !== a.thread && !SharedMemory.ordered(this.wroteAt[at]!, now)) this.race('reads what is written at', at, a, this.writer[at]!);
    // Several readers of one moment stand for everyone.
    this.reader[at] = this.reader[at] === nobody || this.reader[at] === a.thread || SharedMemory.ordered(this.readAt[at]!, now) ? a.thread : everyone;
    this.readAt[at] = now;
    return this.data[at]!;
  }
}
