/** Which parameters of an accelerator the cost models know. Whatever else varies must reach them, or bring a cost of its own. */
import type { SpaceEntry } from '../../grammar/ast.ts';
import { similarNames } from '../check/suggest.ts';
import type { Reporter } from '../diagnostics/report.ts';
import { namesOf } from './space.ts';

export const knownParameters: readonly string[] = ['x', 'y', 'scratchpad', 'local', 'banks', 'dataflow', 'bus', 'burst', 'clock'];
export const costParameters: readonly string[] = ['cost_area', 'cost_power', 'cost_cycles'];

/** Reports each parameter that no term of a cost model would see: it is not known, and nothing that is known is computed from it. */
export function checkParameters(entries: readonly SpaceEntry[], reporter: Reporter): void {
  const seen = new Set([...knownParameters, ...costParameters]);
  for (let before = -1; before !== seen.size;) {
    before = seen.size;
    for (const e of entries) if (seen.has(e.name.name) && e.domain.kind === 'domain-value') for (const n of namesOf(e.domain.value)) seen.add(n);
  }
  for (const { name } of entries) {
    if (!seen.has(name.name)) reporter.report('TDSL0608', { name: name.name, similar: similarNames(name.name, knownParameters), known: knownParameters }, name.span);
  }
}
