/**
 * `tune bm in {64, 128}, st in 2..4`: a block with open sizes. `tdsl compile` takes the first value of each, so that its output depends on the source alone; `tdsl tune` looks at
 * all of them, and at nothing else, and writes the block with the values that won.
 */
import type { Expr, Schedule, SpaceEntry } from '../../grammar/ast.ts';
import type { Reporter } from '../diagnostics/report.ts';
import { constantOf } from './apply-size.ts';

/** The values that a name may have, the first one first; undefined for one that is no number. */
function valuesOf({ domain }: SpaceEntry, names: ReadonlyMap<string, number>): readonly (number | undefined)[] {
  if (domain.kind !== 'domain-range') return (domain.kind === 'domain-set' ? domain.values : [domain.value]).map((e) => constantOf(e, names));
  const from = constantOf(domain.from, names), to = constantOf(domain.to, names);
  return from === undefined || to === undefined || to < from || to - from > 4096 ? [undefined] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Gives the name its first value. */
export function tuneName(p: SpaceEntry, names: Map<string, number>, reporter: Reporter): void {
  const values = valuesOf(p, names);
  if (values.some((v) => v === undefined || !Number.isInteger(v) || v < 1)) reporter.report('TDSL0307', { what: `\`${p.name.name}\``, least: 1 }, p.span);
  if (names.has(p.name.name)) reporter.report('TDSL0308', { what: `the value of \`${p.name.name}\`` }, p.name.span);
  names.set(p.name.name, values[0] ?? 1);
}

export interface Instance { readonly name: string; readonly block: Schedule }

/** Every choice of values, up to `most`, in the order in which they stand; one of no name where nothing is open. */
export function instancesOf(block: Schedule, most: number): readonly Instance[] {
  const parameters = block.verbs.flatMap((v) => (v.kind === 'tune' ? v.parameters : []));
  let found: { readonly chosen: ReadonlyMap<string, number>; readonly names: readonly string[] }[] = [{ chosen: new Map(), names: [] }];
  for (const p of parameters) {
    found = found.flatMap(({ chosen, names }) => {
      const values = valuesOf(p, chosen).flatMap((v) => v ?? []);
      return values.map((v) => ({ chosen: new Map([...chosen, [p.name.name, v]]), names: values.length > 1 ? [...names, `${p.name.name} = ${v}`] : names }));
    }).slice(0, most);
  }
  return found.map(({ chosen, names }) => ({ name: names.join(', '), block: { ...block, verbs: block.verbs.map((v) => (v.kind === 'tune' ? { ...v, parameters: v.parameters.map((p) => fixed(p, chosen)) } : v)) } }));
}

function fixed(p: SpaceEntry, chosen: ReadonlyMap<string, number>): SpaceEntry {
  const { span } = p.domain, value: Expr = { kind: 'int', value: chosen.get(p.name.name) ?? 1, span };
  return { ...p, domain: { kind: 'domain-value', value, span } };
}
