/** Step 2 of matching: chosen leaves meet at nodes of the same kind as the intrinsic's, with the same steps between them. */
import { equals, type IndexExpr, isConst, mul, num } from '../ir/index-expr.ts';
import { axesOf, type Computation, type Dimension, nameOfAxis, printDimension } from './computation.ts';
import type { Match } from './match.ts';

/** Undefined where the structures agree, else why they do not. */
export function checkStructure(c: Computation, i: Computation, m: Match): string | undefined {
  const back = new Map([...m.map].map(([u, s]) => [s, u]));
  for (const [p, wanted] of i.operands.entries()) {
    const given = c.operands[m.order[p] ?? 0];
    if (given === undefined) return 'an operand is missing';
    const reason = compareOperand(c, i, given.dimensions, wanted.dimensions, back, false)
      ?? given.others.map((dims) => compareOperand(c, i, dims, wanted.dimensions, back, true)).find((r) => r !== undefined);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

const chosenIn = (d: Dimension, back: ReadonlyMap<string, string>): string[] => [...d.coefficients.keys()].filter((id) => back.has(id));

/** `part`: a further read of a computed operand, which may vary along fewer indices. */
function compareOperand(c: Computation, i: Computation, given: readonly Dimension[], wanted: readonly Dimension[], back: ReadonlyMap<string, string>, part: boolean): string | undefined {
  for (const d of given) {
    const tangled = [...d.tangled].find((id) => back.has(id));
    if (tangled !== undefined) return `${nameOfAxis(c, tangled)} stands inside \`${printDimension(c, d)}\`, which is no sum of indices`;
  }
  const home = (u: string): Dimension | undefined => wanted.find((d) => d.coefficients.has(u));
  for (const d of given) {
    const ids = chosenIn(d, back), us = ids.map((id) => back.get(id) ?? '');
    const [first] = us;
    if (first === undefined) continue;
    const target = home(first);
    const apart = us.find((u) => home(u) !== target);
    if (apart !== undefined) return `${pair(c, ids[0] ?? '', ids[us.indexOf(apart)] ?? '')} meet at \`+\` (${printDimension(c, d)}); ${pair(i, first, apart)} meet at \`[ ]\``;
    const missing = part ? undefined : [...(target?.coefficients.keys() ?? [])].find((u) => !us.includes(u));
    if (missing !== undefined) {
      const other = [...back].find(([, u]) => u === missing)?.[0] ?? '';
      return `${pair(c, ids[0] ?? '', other)} meet at \`[ ]\`; ${pair(i, first, missing)} meet at \`+\` (${target === undefined ? '' : printDimension(i, target)})`;
    }
    const steps = target === undefined ? undefined : stepsReason(c, i, d, target, ids, back);
    if (steps !== undefined) return steps;
  }
  return undefined;
}
const pair = (c: Computation, a: string, b: string): string => `${nameOfAxis(c, a)} and ${nameOfAxis(c, b)}`;

/** Within one dimension coefficients must be proportional: 2x + 2r walks as x + r does, 2x + r does not. */
function stepsReason(c: Computation, i: Computation, given: Dimension, wanted: Dimension, ids: readonly string[], back: ReadonlyMap<string, string>): string | undefined {
  const of = (id: string): { g: IndexExpr; w: IndexExpr } | undefined => {
    const g = given.coefficients.get(id), w = wanted.coefficients.get(back.get(id) ?? '');
    return g === undefined || w === undefined ? undefined : { g, w };
  };
  // A loop that runs once takes no step.
  const once = (id: string): boolean => isConst(axesOf(c).find((a) => a.id === id)?.extent ?? num(0)) === 1;
  const walking = ids.filter((id) => !once(id));
  const [first, ...others] = (walking.length > 0 ? walking : ids.slice(0, 1)).flatMap((id) => of(id) ?? []);
  if (first === undefined) return undefined;
  const differs = others.find((o) => !equals(mul(first.g, o.w), mul(o.g, first.w)));
  if (differs !== undefined) return `strides differ: \`${printDimension(c, given)}\` against \`${printDimension(i, wanted)}\``;
  const known = isConst(first.g);
  if (ids.length > 1 && known !== undefined && known < 0) return `\`${printDimension(c, given)}\` runs backwards`;
  return undefined;
}
