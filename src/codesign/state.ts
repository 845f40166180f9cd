/** The state file of a search: its evaluations, and of what they are. One that is of something else, or cannot be read, is not used. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '../runtime/errors.ts';
import { recordSum } from '../runtime/record-sum.ts';
import { version } from '../version.ts';
import type { Observation } from './evaluate.ts';
import type { MethodName } from './run.ts';
import type { Setup } from './setup.ts';

export interface StateOf { readonly setup: Setup; readonly method: MethodName; readonly seed: number }

/** Of everything that decides what the next evaluation is. */
const keyOf = ({ setup, method, seed }: StateOf): string => createHash('sha256').update(JSON.stringify([version, { ...setup, files: setup.files.map((f) => f.text) }, method, seed])).digest('hex');

export const stateText = (of: StateOf, seen: readonly Observation[]): string => `${JSON.stringify({ schema: 1, key: keyOf(of), method: of.method, seed: of.seed, sum: recordSum(seen), observations: seen })}\n`;

export type State = { readonly kind: 'none' } | { readonly kind: 'ignored'; readonly why: string } | { readonly kind: 'found'; readonly observations: readonly Observation[] };

export function readState(path: string, of: StateOf): State {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT' ? { kind: 'none' } : { kind: 'ignored', why: messageOf(cause) };
  }
  let parsed: unknown;
  try { parsed = JSON.parse(text); } catch { return { kind: 'ignored', why: 'it is no JSON text' }; }
  if (typeof parsed !== 'object' || parsed === null || !('schema' in parsed) || parsed.schema !== 1 || !('observations' in parsed) || !Array.isArray(parsed.observations)) return { kind: 'ignored', why: 'it is not the state of a search' };
  if (!('key' in parsed) || parsed.key !== keyOf(of)) return { kind: 'ignored', why: 'it is of another program, method, seed, option or version' };
  // Positions in lists of designs, matches and cuts are used as they stand, so nothing is taken over that was not written.
  if (!('sum' in parsed) || parsed.sum !== recordSum(parsed.observations)) return { kind: 'ignored', why: 'its evaluations are not those that were written' };
  // JSON has no Infinity: cycles of a layer that does not run are null there.
  const list: unknown[] = parsed.observations, observations = list.map(observationOf);
  return observations.every((o) => o !== undefined) ? { kind: 'found', observations: observations.filter((o) => o !== undefined) } : { kind: 'ignored', why: 'an evaluation in it is broken' };
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const numbers = (v: unknown): number[] | undefined => (Array.isArray(v) && v.every((x) => typeof x === 'number') ? v : undefined);

function observationOf(v: unknown): Observation | undefined {
  if (!isObject(v) || !isObject(v['point']) || !Array.isArray(v['schedules']) || !Array.isArray(v['cycles'])) return undefined;
  const { accelerator, position } = v['point'], at = numbers(position), { fidelity, trials, metrics } = v;
  if (typeof accelerator !== 'number' || at === undefined || (fidelity !== 'low' && fidelity !== 'full') || typeof trials !== 'number') return undefined;
  const schedules = v['schedules'].map((s: unknown) => {
    if (!isObject(s)) return undefined;
    const cuts = numbers(s['cuts']), { hoist, choice } = s;
    return cuts !== undefined && typeof hoist === 'number' && typeof choice === 'number' ? { cuts, hoist, choice } : undefined;
  });
  const cycles = v['cycles'].map((c: unknown) => (typeof c === 'number' ? c : Infinity));
  if (metrics === undefined) return { point: { accelerator, position: at }, metrics: undefined, schedules, cycles, fidelity, trials };
  if (!isObject(metrics)) return undefined;
  const { latency, power, area, energy, cycles: sum } = metrics;
  if (typeof latency !== 'number' || typeof power !== 'number' || typeof area !== 'number' || typeof energy !== 'number' || typeof sum !== 'number') return undefined;
  return { point: { accelerator, position: at }, metrics: { latency, power, area, energy, cycles: sum }, schedules, cycles, fidelity, trials };
}
