/** Where things that can be made again are kept. Node only. */
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `TDSL_CACHE`; else `.cache` of the project, when it runs from its own checkout; else `tdsl` in the user's cache folder.
 * The folder need not exist.
 */
export function cacheFolder(): string {
  const { env } = process;
  if (env['TDSL_CACHE'] !== undefined && env['TDSL_CACHE'] !== '') return env['TDSL_CACHE'];
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    if (!existsSync(join(folder, 'package.json'))) continue;
    if (!folder.includes(`${sep}node_modules${sep}`) && writable(folder)) return join(folder, '.cache');
    break;
  }
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tdsl');
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
