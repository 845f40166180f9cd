/** What tuning knows from run to run: one file for a kernel's meaning and a target, in the cache folder. Trials are kept, so a search goes on where it ended. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import type { Kernel } from '../ir/tst.ts';
import { printKernel } from '../ir/tst-print.ts';
import { writeFileAtomic } from '../runtime/atomic-write.ts';
import { cacheFolder } from '../runtime/cache-folder.ts';
import { messageOf } from '../runtime/errors.ts';
import { recordSum } from '../runtime/record-sum.ts';
import type { Trial } from '../tune/search.ts';
import { version } from '../version.ts';

/** One tuning: at these sizes, on this device (`model` where nothing was measured). */
export interface Tuning {
  readonly sizes: Readonly<Record<string, number>>;
  readonly device: string;
  readonly trials: readonly Trial[];
  /** The block that won; undefined where the compiler's own plan did, or nobody decided yet. */
  readonly winner?: string;
}
interface State { readonly schema: 1; readonly compiler: string; readonly kernel: string; readonly target: string; /** Of the tunings. */ readonly sum: string; /** The last one comes first. */ readonly tunings: readonly Tuning[] }

/** The kernel as its checked program: comments, names of files and layout of the source change nothing. */
const keyOf = (kernel: Kernel, target: string): string => createHash('sha256').update(`${printKernel(kernel)}\n${target}`).digest('hex').slice(0, 24);
export const statePath = (kernel: Kernel, target: string): string => join(cacheFolder(), 'tune', `${kernel.name}_${keyOf(kernel, target)}.json`);
const sizesKey = (sizes: Tuning['sizes']): string => Object.entries(sizes).sort(([a], [b]) => (a < b ? -1 : 1)).map(([n, x]) => `${n}=${x}`).join();
const isSame = (a: Pick<Tuning, 'sizes' | 'device'>, b: Pick<Tuning, 'sizes' | 'device'>): boolean => a.device === b.device && sizesKey(a.sizes) === sizesKey(b.sizes);

/** What is kept; nothing, and a note, where it cannot be read or another version made it. */
export function readTunings(kernel: Kernel, target: string): { readonly tunings: readonly Tuning[]; readonly notes: readonly Diagnostic[] } {
  const path = statePath(kernel, target);
  const ignored = (why: string): ReturnType<typeof readTunings> => ({ tunings: [], notes: [diagnostic('TDSL0614', { path, why })] });
  if (!existsSync(path)) return { tunings: [], notes: [] };
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    return ignored(`it cannot be read (${messageOf(cause)})`);
  }
  if (!isState(found)) return ignored('it is no record of tunings');
  if (found.compiler !== version) return ignored(`tdsl ${found.compiler} made it, this is ${version}`);
  if (found.sum !== recordSum(found.tunings)) return ignored('its tunings are not those that were written');
  return { tunings: found.tunings, notes: [] };
}

export const findTuning = (tunings: readonly Tuning[], like: Pick<Tuning, 'sizes' | 'device'>): Tuning | undefined => tunings.find((t) => isSame(t, like));

export function writeTuning(kernel: Kernel, target: string, tuning: Tuning): void {
  const others = readTunings(kernel, target).tunings.filter((t) => !isSame(t, tuning)), path = statePath(kernel, target), tunings = [tuning, ...others];
  const state: State = { schema: 1, compiler: version, kernel: kernel.name, target, sum: recordSum(tunings), tunings };
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, JSON.stringify(state));
}

const isRecord = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x);
const isOptional = (x: unknown, type: 'number' | 'string' | 'boolean'): boolean => x === undefined || typeof x === type;
function isTrial(x: unknown): x is Trial {
  return isRecord(x) && typeof x['block'] === 'string' && isOptional(x['predictedUs'], 'number') && isOptional(x['reason'], 'string') && isOptional(x['measuredUs'], 'number') && isOptional(x['right'], 'boolean');
}
function isTuning(x: unknown): x is Tuning {
  return isRecord(x) && typeof x['device'] === 'string' && isRecord(x['sizes']) && Object.values(x['sizes']).every((n) => typeof n === 'number') && Array.isArray(x['trials']) && x['trials'].every(isTrial) && isOptional(x['winner'], 'string');
}
const isState = (x: unknown): x is State => isRecord(x) && x['schema'] === 1 && typeof x['compiler'] === 'string' && typeof x['sum'] === 'string' && Array.isArray(x['tunings']) && x['tunings'].every(isTuning);
