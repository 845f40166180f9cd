/**
 * Loops by the names that the algorithm gave them. After fusion one axis of a launch stands for loops of several statements (t of attention's scores,
 * weights and result), and one statement may own several axes (a softmax runs along n twice). A name means all axes it reaches.
 */
import type { LoopRef } from '../../grammar/ast.ts';
import { similarNames } from '../check/suggest.ts';
import type { Reporter } from '../diagnostics/report.ts';
import { groupsOf, type Nest } from '../ir/nest.ts';
import type { Axis } from '../ir/tst.ts';
import { sizeName } from './apply-size.ts';

export interface LoopTarget { readonly nest: Nest; readonly axis: string }
interface Named { readonly statement: string; readonly name: string; readonly target: LoopTarget }

/** The statement of the source that a statement of a later stage comes from; itself where there is none. */
export function ownerOf(statement: string, written: readonly string[]): string {
  return written.filter((w) => w === statement || statement.startsWith(`${w}_`)).sort((a, b) => b.length - a.length)[0] ?? statement;
}
/** Loops over the parts or chunks that a reduction was cut into. */
export const isOfParts = (a: Axis): boolean => a.pieces?.kind === 'parts' || a.pieces?.kind === 'chunks';
export const axesOf = (nest: Nest): Map<string, Axis> => new Map([...nest.spatial, ...[...groupsOf(nest)].flatMap((g) => g.axes)].map((a) => [a.id, a]));

const key = (t: LoopTarget): string => `${t.nest.name}/${t.axis}`;

export class LoopNames {
  /** By the statement that the user wrote, and by those that passes made of it. */
  private readonly owned: Named[] = [];
  private readonly derived: Named[] = [];

  constructor(nests: readonly Nest[], written: readonly string[]) {
    for (const nest of nests) {
      const seen = new Set<string>();
      for (const { statement, name, axis } of nest.loops) {
        const target = { nest, axis };
        const owner = ownerOf(statement, written);
        // The launch that adds up the parts of a split loop is reached by derived names alone: what is said of the statement is meant for the loop itself.
        if (!isMerge(nest) && !seen.has(`${owner}.${name}.${axis}`)) this.owned.push({ statement: owner, name, target });
        seen.add(`${owner}.${name}.${axis}`);
        this.derived.push({ statement, name, target });
      }
    }
  }

  /** The axes that a reference means; reports names that mean none or several loops. */
  resolve(ref: LoopRef, reporter: Reporter): readonly LoopTarget[] {
    const { statement, index } = ref;
    if (statement !== undefined) {
      for (const list of [this.owned, this.derived]) {
        const found = list.filter((n) => n.statement === statement.name && n.name === index.name);
        if (found.length > 0) return unique(found);
      }
    }
    const families = this.families(index.name);
    if (statement === undefined && families.length === 1) return unique(families[0]!);
    const qualified = families.map((f) => `${f.at(-1)!.statement}.${index.name}`);
    if (families.length > 0) {
      if (statement === undefined) reporter.report('TDSL0305', { name: index.name, candidates: qualified }, ref.span);
      else reporter.report('TDSL0304', { name: sizeName(ref), similar: qualified, known: [] }, ref.span);
      return [];
    }
    const known = [...new Set(this.owned.map((n) => n.name))];
    reporter.report('TDSL0304', { name: sizeName(ref), similar: similarNames(index.name, known), known }, ref.span);
    return [];
  }

  /** Loops of one bare name, those that share an axis together. */
  private families(name: string): Named[][] {
    const families: Named[][] = [];
    for (const n of this.owned.filter((x) => x.name === name)) {
      const touching = families.filter((f) => f.some((x) => x.statement === n.statement || key(x.target) === key(n.target)));
      const merged = [...touching.flat(), n];
      for (const f of touching) families.splice(families.indexOf(f), 1);
      families.push(merged);
    }
    return families;
  }

  /** Ways to name an axis, the shortest first, with everything that each reaches. */
  namesOf(target: LoopTarget): { readonly text: string; readonly reaches: readonly LoopTarget[] }[] {
    const of = (list: readonly Named[]): Named[] => list.filter((n) => key(n.target) === key(target));
    const ways: { text: string; reaches: LoopTarget[] }[] = [];
    for (const n of of(this.owned)) {
      const families = this.families(n.name);
      if (families.length === 1) ways.push({ text: n.name, reaches: unique(families[0]!) });
    }
    for (const list of [this.owned, this.derived]) {
      for (const n of of(list)) {
        if (list === this.derived && this.owned.some((o) => o.statement === n.statement && o.name === n.name)) continue;
        ways.push({ text: `${n.statement}.${n.name}`, reaches: unique(list.filter((x) => x.statement === n.statement && x.name === n.name)) });
      }
    }
    return ways;
  }
}

const unique = (named: readonly Named[]): LoopTarget[] => [...new Map(named.map((n) => [key(n.target), n.target])).values()];
const isMerge = (nest: Nest): boolean => [...groupsOf(nest)].some((g) => g.axes.some(isOfParts));
