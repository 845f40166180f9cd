/** The fenced blocks of README.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cli/support.ts';

export const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Texts of the blocks whose fence says exactly `info`: `tdsl`, `js uvu`. */
export function blocks(info: string): string[] {
  return [...readme.matchAll(/^```(\S[^\n]*)\n([\s\S]*?)^```$/gm)].filter(([, found]) => found === info).map(([, , text = '']) => text);
}
