/** Which point of a statement's axes writes a given element of its target. */
import { affineParts, type IndexExpr, evaluate, num, size as sizeAtom, substitute, isConst } from './index-expr.ts';

interface Position { readonly terms: readonly { axis: number; factor: number }[]; readonly constant: number; readonly whole: IndexExpr }

/** The function from an element's coordinates to the axes' values, undefined where no point writes it. Positions are affine in the axes. */
export function pointOf(
  index: readonly IndexExpr[], axes: readonly { readonly id: string; readonly extent: number }[], sizes: ReadonlyMap<string, number>,
): (where: readonly number[]) => number[] | undefined {
  const numberOf = (e: IndexExpr): number => evaluate(e, (_, id) => sizes.get(id) ?? NaN);
  const positions = index.map((whole): Position => {
    const concrete = substitute(whole, (a) => (a.kind === 'size' ? num(numberOf(sizeAtom(a.id))) : undefined));
    const parts = affineParts(concrete, () => true);
    const terms = [...(parts?.coefficients ?? [])].map(([id, c]) => ({ axis: axes.findIndex((a) => a.id === id), factor: isConst(c) ?? 0 }));
    // Larger factors first: with mixed-radix digits each then has one candidate.
    terms.sort((a, b) => Math.abs(b.factor) - Math.abs(a.factor));
    return { terms, constant: parts ? numberOf(parts.rest) : NaN, whole };
  });
  return (where) => {
    const point = axes.map((): number | undefined => undefined);
    const solve = (d: number, t: number, rest: number): boolean => {
      const position = positions[d];
      if (!position) return true;
      const term = position.terms[t];
      if (!term) return rest === 0 && solve(d + 1, 0, (where[d + 1] ?? 0) - (positions[d + 1]?.constant ?? 0));
      const { axis, factor } = term, known = point[axis];
      if (known !== undefined) return solve(d, t + 1, rest - factor * known);
      const extent = axes[axis]!.extent;
      // What the later terms can add.
      let low = 0, high = 0;
      for (const u of position.terms.slice(t + 1)) {
        const reach = u.factor * (point[u.axis] ?? axes[u.axis]!.extent - 1);
        if (point[u.axis] !== undefined) { low += reach; high += reach; } else if (reach < 0) low += reach; else high += reach;
      }
      const a = (rest - high) / factor, b = (rest - low) / factor;
      const from = Math.max(0, Math.ceil(Math.min(a, b))), to = Math.min(extent - 1, Math.floor(Math.max(a, b)));
      for (let x = from; x <= to; x++) {
        point[axis] = x;
        if (solve(d, t + 1, rest - factor * x)) return true;
      }
      point[axis] = undefined;
      return false;
    };
    if (!solve(0, 0, (where[0] ?? 0) - (positions[0]?.constant ?? 0))) return undefined;
    // An axis that the target does not mention: any point writes the element; the last one does.
    return point.map((x, i) => x ?? axes[i]!.extent - 1);
  };
}
