/** Where a command reads and writes. Results go to `out`, progress and notes to `err`; with `--json` both stay empty but for the object. */
import pc from 'picocolors';
import type { Styler } from '../diagnostics/render.ts';
import { plain } from '../diagnostics/render.ts';

export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: () => Promise<string>;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Context {
  readonly json: boolean;
  /** A result. */
  result(text: string): void;
  /** A remark that is no part of the result. */
  note(text: string): void;
  /** Something a person may want to see while waiting; shown on a terminal alone. */
  progress(text: string): void;
  readonly stdin: () => Promise<string>;
  readonly outStyle: Styler;
  readonly errStyle: Styler;
}

export function context(streams: Streams, json: boolean): Context {
  return {
    json,
    result: (text) => { if (!json) streams.out(text); },
    note: (text) => { if (!json) streams.err(text); },
    progress: (text) => { if (!json && streams.errIsTerminal) streams.err(text); },
    stdin: streams.stdin,
    outStyle: style(colored(streams.outIsTerminal, streams.env)),
    errStyle: style(colored(streams.errIsTerminal, streams.env)),
  };
}

/** NO_COLOR and FORCE_COLOR as their conventions have it: any value that is not empty counts, and NO_COLOR wins. */
function colored(terminal: boolean, env: Streams['env']): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '') return true;
  return terminal && env['TERM'] !== 'dumb';
}

function style(enabled: boolean): Styler {
  if (!enabled) return plain;
  const c = pc.createColors(true);
  return {
    severity: (severity, text) => (severity === 'error' ? c.red(text) : severity === 'warning' ? c.yellow(text) : c.cyan(text)),
    strong: c.bold,
    dim: c.dim,
    fix: c.green,
  };
}
