/** Spreads parts of a recording over streams, so that parts which need not wait for each other can run at once. */

/** Where a part goes, and the parts on other streams for which its stream waits first. */
export interface Spread { readonly stream: number; readonly waits: readonly number[] }

/**
 * Every part is put on a stream whose last part it comes after anyway, or on one that has none yet; where there is no such stream on the first, which costs freedom and not order.
 * A stream waits for another's part once: what it knows to have ended is kept by stream.
 * @param afters for each part the earlier ones that must have ended
 */
export function spread(afters: readonly (readonly number[])[], most: number): Spread[] {
  const last: number[] = [-1];
  /** By stream: for each stream the latest part that has ended before the next one here begins. */
  const known: number[][] = [[]];
  /** The same for each part: what has ended when it begins, itself included. */
  const ended: number[][] = [];
  const placed: Spread[] = [];
  for (const [part, after] of afters.entries()) {
    const covers = (clock: readonly number[], p: number): boolean => (clock[placed[p]?.stream ?? 0] ?? -1) >= p;
    /** What the part's own order says. */
    const own: number[] = [];
    for (const p of after) for (const [stream, at] of (ended[p] ?? []).entries()) own[stream] = Math.max(own[stream] ?? -1, at ?? -1);
    const follows = last.flatMap((p, stream) => (p >= 0 && covers(own, p) ? [{ stream, p }] : [])).sort((a, b) => b.p - a.p)[0]?.stream;
    const empty = last.indexOf(-1);
    const stream = follows ?? (empty >= 0 ? empty : last.length < most ? last.length : 0);
    const clock = [...known[stream] ?? []];
    const waits: number[] = [];
    // The latest first: one wait covers what ended before it.
    for (const p of [...after].sort((a, b) => b - a)) {
      if (placed[p]?.stream === stream || covers(clock, p)) continue;
      waits.push(p);
      for (const [s, at] of (ended[p] ?? []).entries()) clock[s] = Math.max(clock[s] ?? -1, at ?? -1);
    }
    clock[stream] = part;
    last[stream] = part;
    known[stream] = clock;
    ended[part] = clock;
    placed.push({ stream, waits });
  }
  return placed;
}
