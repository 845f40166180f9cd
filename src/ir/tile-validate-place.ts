/** What is known where an op stands: ranges of loop and grid variables, conditions around it, and its axes as base + local coordinate. */
import { type IndexExpr, add, neg, num, size, sub, substitute, valuesOf, variable, variablesOf } from './index-expr.ts';
import { Facts } from './index-facts.ts';
import { visitOps } from './tile-uses.ts';
import type { Op, Role, TileKernel } from './tile.ts';
import type { ValidateOptions } from './tile-validate.ts';

/** The local coordinate of an axis, as a variable. */
export const localOf = (axis: string): string => `${axis}.local`;

export class Place {
  readonly facts: Facts;
  private readonly kernel: TileKernel;
  /** Variables of loops and bindings around; inner ones with the same name get another. */
  private readonly names: ReadonlyMap<string, IndexExpr>;
  private readonly ranges: ReadonlyMap<string, IndexExpr>;

  private constructor(kernel: TileKernel, facts: Facts, names: ReadonlyMap<string, IndexExpr>, ranges: ReadonlyMap<string, IndexExpr>) {
    this.kernel = kernel;
    this.facts = facts;
    this.names = names;
    this.ranges = ranges;
  }

  static start(kernel: TileKernel, options: ValidateOptions): Place {
    let facts = options.facts ?? Facts.none;
    for (const [name, by] of Object.entries(kernel.assumes)) facts = facts.withDivisible(size(name), by);
    for (const g of kernel.grid) facts = facts.withVariable(g.id, g.count);
    const ranges = new Map<string, IndexExpr>();
    for (const [tile, limit] of loadedLimits(kernel, options)) ranges.set(`t${tile}`, limit);
    return new Place(kernel, facts, new Map(), ranges);
  }

  /** The expression with this place's variables, each axis as base + local coordinate. */
  at(e: IndexExpr): IndexExpr {
    return substitute(e, (atom) => {
      if (atom.kind !== 'variable') return undefined;
      const bound = this.names.get(atom.id);
      if (bound !== undefined) return bound;
      const axis = this.kernel.axes.find((a) => a.id === atom.id);
      if (axis === undefined) return undefined;
      const base = this.at(axis.base);
      return axis.tile === 1 ? base : add(base, variable(localOf(axis.id)));
    });
  }
  /** The facts with the ranges of everything that the expressions (already at this place) mention. */
  knowing(es: readonly IndexExpr[]): Facts {
    let { facts } = this;
    for (const id of new Set(es.flatMap((e) => [...valuesOf(e)]))) {
      const limit = this.ranges.get(id);
      facts = facts.withValue(id, limit && num(0), limit && sub(limit, num(1)));
    }
    const mentioned = new Set(es.flatMap((e) => [...variablesOf(e)]));
    return facts.withVariables(this.kernel.axes.filter((a) => mentioned.has(localOf(a.id))).map((a) => [localOf(a.id), num(a.tile)] as const));
  }

  inLoop(name: string, count: IndexExpr): Place {
    let fresh = name;
    while (this.facts.variableIds.includes(fresh)) fresh += "'";
    return new Place(this.kernel, this.facts.withVariable(fresh, this.at(count)), new Map(this.names).set(name, variable(fresh)), this.ranges);
  }
  binding(name: string, value: IndexExpr): Place {
    return new Place(this.kernel, this.facts, new Map(this.names).set(name, this.at(value)), this.ranges);
  }
  where(conditions: readonly IndexExpr[]): Place {
    return new Place(this.kernel, conditions.reduce((f, e) => f.withNonNegative(this.at(e)), this.facts), this.names, this.ranges);
  }
  /** Where not all conditions hold. */
  otherwise(conditions: readonly IndexExpr[]): Place {
    const [only] = conditions;
    return only === undefined || conditions.length > 1 ? this : this.where([sub(neg(only), num(1))]);
  }
}

/** Tiles that only ever hold integers of a buffer with a known limit. */
function loadedLimits(kernel: TileKernel, options: ValidateOptions): Map<number, IndexExpr> {
  const limits = new Map<number, IndexExpr | undefined>();
  for (const role of kernel.roles) visitOps(role.body, (op) => {
    const writes = op.kind === 'load' || op.kind === 'map' || op.kind === 'loadShared' || op.kind === 'convert' ? [op.dst] : op.kind === 'reduce' ? op.dsts : op.kind === 'mma' ? [op.acc] : [];
    for (const id of writes) {
      const limit = op.kind === 'load' && (op.view.guard.length === 0 || op.view.fill === 0) ? options.limitOf?.(op.view.buffer) : op.kind === 'convert' ? limits.get(op.src) : undefined;
      const old = limits.get(id);
      limits.set(id, limits.has(id) && old?.key !== limit?.key ? undefined : limit);
    }
  });
  return new Map([...limits].flatMap(([id, limit]) => (limit === undefined ? [] : [[id, limit] as const])));
}

/** Visits every op with what is known where it stands. */
export function visitPlaces(kernel: TileKernel, role: Role, options: ValidateOptions, visit: (op: Op, place: Place) => void): void {
  const go = (ops: readonly Op[], place: Place): void => {
    for (const op of ops) {
      visit(op, place);
      if (op.kind === 'for') go(op.body, place.inLoop(op.variable, op.count));
      else if (op.kind === 'let') go(op.body, place.binding(op.variable, op.value));
      else if (op.kind === 'if') { go(op.then, place.where(op.nonNegative)); go(op.else, place.otherwise(op.nonNegative)); }
    }
  };
  go(role.body, Place.start(kernel, options));
}

/** The role's ops with each one that touches memory replaced, by what is known where it stands. */
export function mapPlaces(kernel: TileKernel, role: Role, options: ValidateOptions, map: (op: Op, place: Place) => Op): readonly Op[] {
  const go = (ops: readonly Op[], place: Place): readonly Op[] => ops.map((op): Op => {
    if (op.kind === 'for') return { ...op, body: go(op.body, place.inLoop(op.variable, op.count)) };
    if (op.kind === 'let') return { ...op, body: go(op.body, place.binding(op.variable, op.value)) };
    if (op.kind === 'if') return { ...op, then: go(op.then, place.where(op.nonNegative)), else: go(op.else, place.otherwise(op.nonNegative)) };
    return map(op, place);
  });
  return go(role.body, Place.start(kernel, options));
}
