/** How a command ends: its exit code, its diagnostics, and what `--json` adds to the common object. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic, type Extra } from '../diagnostics/report.ts';
import { Sources } from '../diagnostics/span.ts';
import type { Code, Params } from '../diagnostics/table.ts';

export const exit = { ok: 0, diagnostics: 1, usage: 2, verification: 3, missing: 4, bug: 70, interrupted: 130 } as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

export interface Outcome {
  readonly exitCode: ExitCode;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
  /** Fields of the JSON object beside the common ones. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export function done(fields: Outcome['fields'] = {}, partial: Partial<Outcome> = {}): Outcome {
  return { exitCode: exit.ok, diagnostics: [], sources: new Sources(), fields, ...partial };
}

/** Ends a command at once. Thrown by commands alone, caught by `main`; the compiler itself returns its diagnostics. */
export class Stop extends Error {
  override readonly name = 'Stop';
  readonly diagnostic: Diagnostic;
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, d: Diagnostic) {
    super(d.message);
    this.exitCode = exitCode;
    this.diagnostic = d;
  }
}

export function stop<C extends Code>(exitCode: ExitCode, code: C, params: Params<C>, extra?: Extra): Stop {
  return new Stop(exitCode, diagnostic(code, params, undefined, extra));
}

/** Notes without a place. */
export function notes(...messages: readonly string[]): Extra {
  return { notes: messages.map((message) => ({ message })) };
}
