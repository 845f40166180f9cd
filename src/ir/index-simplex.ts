/**
 * A small dense linear program: minimise c·x subject to rows A x <= b or A x = b, x >= 0 (two-phase tableau simplex with Bland's
 * rule, Chvátal, Linear Programming, chapters 2-3). It works in floating point: the caller checks what it gets.
 */
export interface Row { readonly a: readonly number[]; readonly b: number; readonly equal: boolean }

const tolerance = 1e-9;

/** A point whose cost is at most `goodEnough`, or undefined when there is none (or none was found in `limit` pivots). */
export function minimise(c: readonly number[], rows: readonly Row[], goodEnough: number, limit = 400): number[] | undefined {
  const n = c.length, m = rows.length;
  const slacks = rows.filter((r) => !r.equal).length;
  const width = n + slacks + m + 1;
  const tableau: Float64Array[] = [];
  const basis: number[] = [];
  let slack = n;
  rows.forEach((row, i) => {
    const t = new Float64Array(width);
    const sign = row.b < 0 ? -1 : 1;
    row.a.forEach((x, j) => { t[j] = sign * x; });
    if (!row.equal) t[slack] = sign;
    t[width - 1] = sign * row.b;
    if (!row.equal && sign > 0) basis.push(slack);
    else { t[n + slacks + i] = 1; basis.push(n + slacks + i); }
    if (!row.equal) slack++;
    tableau.push(t);
  });
  const artificial = n + slacks;

  const price = (cost: (j: number) => number): Float64Array => {
    const z = new Float64Array(width);
    for (let j = 0; j < width - 1; j++) z[j] = cost(j);
    tableau.forEach((t, i) => {
      const k = cost(basis[i]!);
      if (k !== 0) for (let j = 0; j < width; j++) z[j]! -= k * t[j]!;
    });
    return z;
  };
  let pivots = 0;
  const pivot = (z: Float64Array, i: number, j: number): void => {
    const t = tableau[i]!, p = t[j]!;
    for (let k = 0; k < width; k++) t[k]! /= p;
    for (const u of [...tableau, z]) {
      const f = u[j]!;
      if (u === t || f === 0) continue;
      for (let k = 0; k < width; k++) u[k]! -= f * t[k]!;
    }
    basis[i] = j;
  };
  /** Pivots until optimal or `done`; false when the pivots ran out. z's last entry is minus the cost. */
  const run = (z: Float64Array, columns: number, done: (cost: number) => boolean): boolean => {
    for (;;) {
      if (done(-z[width - 1]!)) return true;
      if (pivots++ > limit) return false;
      let j = 0;
      while (j < columns && z[j]! > -tolerance) j++;
      if (j === columns) return true;
      let best = -1, ratio = Infinity;
      tableau.forEach((t, i) => {
        if (t[j]! <= tolerance) return;
        const r = t[width - 1]! / t[j]!;
        if (r < ratio - tolerance || (r < ratio + tolerance && basis[i]! < basis[best]!)) { best = i; ratio = r; }
      });
      if (best < 0) { moveAlong(j, z); return true; }
      pivot(z, best, j);
    }
  };
  // An unbounded direction: the cost falls for ever along column j, so go far enough and stop.
  let direction: { column: number; step: number } | undefined;
  const moveAlong = (j: number, z: Float64Array): void => {
    direction = { column: j, step: Math.max(0, Math.ceil((goodEnough - -z[width - 1]!) / z[j]!)) };
  };

  const z1 = price((j) => (j >= artificial && j < width - 1 ? 1 : 0));
  if (!run(z1, artificial, (cost) => cost <= tolerance) || -z1[width - 1]! > 1e-7) return undefined;
  // Artificial variables that stayed in the basis at zero leave it where they can.
  for (let i = 0; i < m; i++) {
    if (basis[i]! < artificial) continue;
    const j = tableau[i]!.findIndex((x, k) => k < artificial && Math.abs(x) > 1e-7);
    if (j >= 0) pivot(z1, i, j);
  }
  direction = undefined;
  const z2 = price((j) => (j < n ? c[j]! : 0));
  if (!run(z2, artificial, (cost) => cost <= goodEnough)) return undefined;

  const x = new Array<number>(n).fill(0);
  const along = direction as { column: number; step: number } | undefined;
  tableau.forEach((t, i) => {
    if (basis[i]! < n) x[basis[i]!] = t[width - 1]! - (along ? t[along.column]! * along.step : 0);
  });
  if (along && along.column < n) x[along.column] = along.step;
  return c.reduce((s, k, j) => s + k * x[j]!, 0) <= goodEnough + 1e-7 ? x : undefined;
}
