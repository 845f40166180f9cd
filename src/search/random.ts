/** Seeded pseudo-random numbers: mulberry32, whose whole state is one 32-bit number, so that a search can be repeated and resumed anywhere. */
export class Random {
  #state: number;
  constructor(seed: number) { this.#state = (seed ^ 0x9e3779b9) >>> 0; for (let i = 0; i < 4; i++) this.next(); }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** A whole number in [0, n). */
  below(n: number): number { return Math.floor(this.next() * n); }
  pick<T>(list: readonly T[]): T { return list[this.below(list.length)]!; }
  /** Standard normal (Box and Muller). */
  normal(): number { return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next()); }
  shuffle<T>(list: readonly T[]): T[] {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) { const j = this.below(i + 1); [out[i], out[j]] = [out[j]!, out[i]!]; }
    return out;
  }
}

/** A seed from numbers and texts, so that each part of a search has its own stream whatever runs before it (FNV-1a). */
export function seedOf(...parts: readonly (number | string)[]): number {
  let h = 0x811c9dc5;
  for (const c of parts.join('\u0000')) h = Math.imul(h ^ c.codePointAt(0)!, 0x01000193);
  return h >>> 0;
}
