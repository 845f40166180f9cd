/**
 * NSGA-II (K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, 2002) over choices: ranks by domination, crowding within a rank, binary tournaments, uniform
 * crossover, one parameter moved to a neighbouring value or drawn anew. Constraints by the paper's rule: feasible before infeasible, which compare by how far
 * they miss. Populations of twelve, since evaluations are dear. A child that was seen is mutated on.
 */
import { Random, seedOf } from '../search/random.ts';
import type { Observation } from './evaluate.ts';
import { type HardwarePoint, type HardwareSpace, keyOf } from './hardware-space.ts';
import { fresh, type Method } from './methods.ts';
import { type Constraint, excess, type Metric } from './metrics.ts';
import { dominates, type Vector } from './pareto.ts';

export const population = 12;

interface Individual { readonly point: HardwarePoint; readonly vector: Vector; /** How far constraints are missed; Infinity where the design does not run. */ readonly missed: number }
interface Ranked extends Individual { readonly rank: number; readonly crowding: number }

export const nsga2: Method = ({ space, objectives, constraints, seed, evals, seen }) => {
  const random = new Random(seedOf(seed, 'nsga2', seen.length)), left = evals - seen.length, taken = new Set(seen.map((o) => keyOf(o.point)));
  if (seen.length < population) return fresh(space, taken, random, Math.min(population - seen.length, left));
  // Generations again, from the order of evaluations.
  const all = seen.map((o) => individual(o, objectives, constraints));
  let parents = survivors(all.slice(0, population));
  for (let at = population; at < all.length; at += population) parents = survivors([...parents, ...all.slice(at, at + population)]);
  const children: HardwarePoint[] = [];
  const tournament = (): Ranked => { const a = random.pick(parents), b = random.pick(parents); return a.rank < b.rank || (a.rank === b.rank && a.crowding >= b.crowding) ? a : b; };
  while (children.length < Math.min(population, left)) {
    let child = crossover(tournament().point, tournament().point, random);
    if (random.next() < 0.7) child = mutate(space, child, random);
    for (let tries = 0; taken.has(keyOf(child)) && tries < 20; tries++) child = mutate(space, child, random);
    if (taken.has(keyOf(child))) { const [other] = fresh(space, taken, random, 1); if (other === undefined) break; child = other; }
    taken.add(keyOf(child));
    children.push(child);
  }
  return children;
};

function individual(o: Observation, objectives: readonly Metric[], constraints: readonly Constraint[]): Individual {
  const { metrics } = o;
  if (metrics === undefined) return { point: o.point, vector: objectives.map(() => Infinity), missed: Infinity };
  return { point: o.point, vector: objectives.map((m) => metrics[m]), missed: constraints.reduce((sum, c) => sum + excess(metrics, c), 0) };
}

const better = (a: Individual, b: Individual): boolean => (a.missed !== b.missed ? a.missed < b.missed : dominates(a.vector, b.vector));

/** The `population` best, by rank and then by crowding. */
export function survivors(all: readonly Individual[]): Ranked[] {
  const ranked: Ranked[] = [];
  let rest = [...all];
  for (let rank = 0; rest.length > 0 && ranked.length < population; rank++) {
    const first = rest.filter((a) => !rest.some((b) => better(b, a)));
    const crowded = crowding(first).map((c, i): Ranked => ({ ...first[i]!, rank, crowding: c })).sort((a, b) => (a.crowding === b.crowding ? 0 : b.crowding - a.crowding));
    ranked.push(...crowded.slice(0, population - ranked.length));
    rest = rest.filter((a) => !first.includes(a));
  }
  return ranked;
}

/** Of each: the edges of the box that its neighbours in each objective span, relative to the whole; Infinity at the ends. */
export function crowding(front: readonly { readonly vector: Vector }[]): number[] {
  const distances = front.map(() => 0), m = front[0]?.vector.length ?? 0;
  for (let j = 0; j < m; j++) {
    const order = front.map((_, i) => i).sort((a, b) => front[a]!.vector[j]! - front[b]!.vector[j]!);
    const span = front[order.at(-1)!]!.vector[j]! - front[order[0]!]!.vector[j]!;
    order.forEach((i, k) => {
      const before = order[k - 1], after = order[k + 1];
      if (before === undefined || after === undefined) distances[i] = Infinity;
      else if (span > 0) distances[i] = distances[i]! + (front[after]!.vector[j]! - front[before]!.vector[j]!) / span;
    });
  }
  return distances;
}

function crossover(a: HardwarePoint, b: HardwarePoint, random: Random): HardwarePoint {
  // Parents of different accelerators have no parameters to exchange.
  if (a.accelerator !== b.accelerator) return random.next() < 0.5 ? a : b;
  return { ...a, position: a.position.map((x, i) => (random.next() < 0.5 ? x : b.position[i]!)) };
}
function mutate(space: HardwareSpace, p: HardwarePoint, random: Random): HardwarePoint {
  const near = space.neighbours(p);
  if (near.length === 0) return p;
  if (random.next() < 0.7) return random.pick(near);
  const choices = space.choices(p), open = choices.map((_, i) => i).filter((i) => choices[i]!.values.length > 1), i = random.pick(open.length > 0 ? open : [0]);
  return { ...p, position: p.position.with(i, random.below(choices[i]?.values.length ?? 1)) };
}
