/** How an outcome is shown: diagnostics as text with excerpts, or everything as one JSON object. */
import { toJson } from '../diagnostics/json.ts';
import { renderAll } from '../diagnostics/render.ts';
import { context, type Streams } from './context.ts';
import type { Outcome } from './outcome.ts';

/** `check` is asked for diagnostics, so there they are the result. */
export function printDiagnostics(outcome: Outcome, command: string, streams: Streams): void {
  const { outStyle, errStyle } = context(streams, false);
  if (command === 'check') streams.out(renderAll(outcome.diagnostics, outcome.sources, outStyle));
  else streams.err(renderAll(outcome.diagnostics, outcome.sources, errStyle));
}

export function printJson(outcome: Outcome, command: string, streams: Streams): void {
  const object = {
    schema: 1,
    command,
    ok: outcome.exitCode === 0,
    exitCode: outcome.exitCode,
    diagnostics: outcome.diagnostics.map((d) => toJson(d, outcome.sources)),
    ...outcome.fields,
  };
  streams.out(`${JSON.stringify(object, undefined, 2)}\n`);
}
