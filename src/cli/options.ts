/** Values of options: sizes, targets, tensors by name. */
import { exit, notes, stop } from './outcome.ts';
import { similarNames } from '../check/suggest.ts';

export const knownTargets = ['cpu', 'wgsl', 'cuda:sm_80', 'cuda:sm_90a'] as const;

/** `M=512,N=64`, any number of times. */
export function parseSizes(values: readonly string[]): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const item of items(values)) {
    const match = /^([A-Za-z_]\w*)=(\d+)$/.exec(item);
    const value = Number(match?.[2]);
    if (match?.[1] === undefined || !Number.isSafeInteger(value)) throw stop(exit.usage, 'TDSL0504', { option: '--size', value: item, form: 'M=512,N=64' }, notes('sizes are whole numbers from 0'));
    if (Object.hasOwn(sizes, match[1]) && sizes[match[1]] !== value) throw stop(exit.usage, 'TDSL0500', { text: `\`${match[1]}\` is given twice, as ${sizes[match[1]]} and as ${value}` });
    sizes[match[1]] = value;
  }
  return sizes;
}

/** `act=f32`, any number of times. Whether the source has such formats is for the compiler to say. */
export function parseFormats(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(items(values).map((item) => {
    const match = /^([A-Za-z_]\w*)=([A-Za-z_]\w*)$/.exec(item);
    if (match?.[1] === undefined || match[2] === undefined) throw stop(exit.usage, 'TDSL0504', { option: '--format', value: item, form: 'act=f32' });
    return [match[1], match[2]];
  }));
}

/** `A=a.npy`, any number of times. */
export function parseFiles(option: string, values: readonly string[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const item of values) {
    const at = item.indexOf('=');
    if (at <= 0 || at === item.length - 1) throw stop(exit.usage, 'TDSL0504', { option, value: item, form: 'A=a.npy' });
    files.set(item.slice(0, at).trim(), item.slice(at + 1));
  }
  return files;
}

/** `cpu,wgsl,cuda:sm_80`; `cuda` alone means its baseline. Undefined where nothing was asked for. */
export function parseTargets(values: readonly string[]): string[] | undefined {
  const targets = items(values).map((name) => (name === 'cuda' ? 'cuda:sm_80' : name));
  for (const name of targets) {
    if (knownTargets.some((known) => known === name)) continue;
    const newer = /^cuda:sm_(9\d|1\d\d)[af]?$/.test(name);
    throw stop(exit.usage, 'TDSL0503', { what: 'target', name, known: knownTargets, similar: similarNames(name, knownTargets) },
      newer ? notes('code for newer architectures is not in this version; what is compiled for cuda:sm_80 runs on them') : {});
  }
  return targets.length === 0 ? undefined : [...new Set(targets)];
}

/** One name out of a few. */
export function parseChoices<T extends string>(what: string, values: readonly string[], known: readonly T[]): T[] {
  return items(values).map((name) => {
    const found = known.find((k) => k === name);
    if (found === undefined) throw stop(exit.usage, 'TDSL0503', { what, name, known, similar: similarNames(name, known) });
    return found;
  });
}

export function parseCount(option: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const count = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(count)) throw stop(exit.usage, 'TDSL0504', { option, value, form: 'N' });
  return count;
}

function items(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',')).map((item) => item.trim()).filter((item) => item !== '');
}
