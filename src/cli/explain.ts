/** `tdsl explain CODE`. */
import { similarNames } from '../check/suggest.ts';
import { codes, isCode, rowOf, type Code } from '../diagnostics/table.ts';
import type { Context } from './context.ts';
import { done, exit, stop, type Outcome } from './outcome.ts';

export async function explainCommand(context: Context, [asked]: readonly string[]): Promise<Outcome> {
  const all = Object.keys(codes).filter(isCode).sort();
  if (asked === undefined) {
    for (const code of all) context.result(`${code}  ${heading(code)}\n`);
    return done({ codes: all.map((code) => ({ code, severity: rowOf(code).severity, text: rowOf(code).explain })) });
  }
  const upper = asked.toUpperCase();
  const code = /^\d+$/.test(upper) ? `TDSL${upper.padStart(4, '0')}` : upper;
  if (!isCode(code)) throw stop(exit.usage, 'TDSL0503', { what: 'code', name: asked, known: [], similar: similarNames(code, all) });
  const { severity, explain } = rowOf(code);
  context.result(`${context.outStyle.strong(`${severity} ${code}`)}\n\n${explain.trim()}\n`);
  return done({ codes: [{ code, severity, text: explain }] });
}

/** The first sentence, or as much of it as the first line holds. */
function heading(code: Code): string {
  const first = rowOf(code).explain.trim().split('\n')[0] ?? '';
  return /^.*?[.:](?= |$)/.exec(first)?.[0] ?? first;
}
