/** Speeds of `llama.ts`, and what PyTorch on the same GPU says of words, scores and speeds. */
import { spawnSync } from 'node:child_process';
import type { LlamaSession } from '../../src/llama/session.ts';
import type { Found } from './llama-checks.ts';

/** What `llama_torch.py` prints. Words and leads by prompt, as in `Answer`; the first window's mean −log p. */
export interface Torch {
  readonly speeds: Readonly<Record<string, { readonly eager: number; readonly graph?: number }>>;
  readonly needles: readonly { readonly words: readonly number[]; readonly leads: readonly number[] }[];
  readonly firstWindow?: number;
}

/** @param asked ids of the first window, and how many prompts are to be answered */
export function runTorch(script: string, folder: string, asked: { readonly window: readonly number[]; readonly needles: number }, say: (line: string) => void): Torch | undefined {
  const { status, stdout, stderr } = spawnSync(process.env['PYTHON'] ?? 'python3', [script, folder], { input: JSON.stringify(asked), encoding: 'utf8', maxBuffer: 1 << 26, timeout: 150_000 });
  if (status !== 0) {
    say(`PyTorch did not run (${status ?? 'timed out'}): ${stderr.trim().split('\n').slice(-3).join(' ')}`);
    return undefined;
  }
  const torch: Torch = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
  return torch;
}

/** Prompt by prompt and word by word beside a forward of PyTorch in f32. */
export function compareWithTorch({ compute, needles, perplexity }: Found, torch: Torch, say: (line: string) => void): void {
  const pairs = needles.flatMap((a) => { const theirs = torch.needles[a.item]; return theirs === undefined ? [] : [{ a, theirs }]; });
  if (pairs.length > 0) {
    const places = pairs.flatMap(({ a, theirs }) => a.words.map((w, i) => ({ a, i, same: w === theirs.words[i], ours: a.leads[i] ?? Number.NaN, lead: theirs.leads[i] ?? Number.NaN })));
    const apart = places.map(({ ours, lead }) => Math.abs(ours - lead)).sort((x, y) => x - y);
    say(`${compute} beside PyTorch in f32: ${places.filter((p) => p.same).length} of ${places.length} words of answers equal, all of them in ${pairs.filter(({ a }) => places.every((p) => p.a !== a || p.same)).length} of ${pairs.length} prompts; leads differ by ${apart[apart.length >> 1]?.toExponential(1)} (median), ${apart.at(-1)?.toExponential(1)} (most)`);
    for (const { a, i, same, ours, lead } of places) if (!same) say(`    prompt ${a.item}, word ${i}: the answer leads by ${ours.toFixed(4)} here and by ${lead.toFixed(4)} in PyTorch`);
  }
  if (perplexity !== undefined && torch.firstWindow !== undefined) say(`${compute}, first window: perplexity ${Math.exp(perplexity.firstWindow).toFixed(4)}, PyTorch in f32 ${Math.exp(torch.firstWindow).toFixed(4)}: ${(100 * (Math.exp(perplexity.firstWindow - torch.firstWindow) - 1)).toFixed(4)} %`);
}

const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[all.length >> 1] ?? Number.NaN;

/** Tokens/s by what was measured. */
export async function measure(session: LlamaSession, words: number): Promise<Record<string, number>> {
  const speeds: Record<string, number> = {};
  const prompt = (n: number): number[] => Array.from({ length: n }, (_, i) => (i * 7919 + 13) % words);
  // JavaScript would take minutes; what is of interest there is that the command works.
  const slow = session.device.kind === 'cpu';
  for (const n of (slow ? [64] : [512, 2048]).filter((x) => x + 300 <= session.positions)) {
    await session.prefill(prompt(n));
    const times: number[] = [];
    for (let i = 0; i < (slow ? 1 : 9); i++) { const t = performance.now(); await session.prefill(prompt(n)); times.push(performance.now() - t); }
    speeds[`prefill ${n}`] = (n * 1000) / median(times);
  }
  for (const n of (slow ? [64] : [128, 2048, 8192 - 300]).filter((x) => x + 280 <= session.positions)) {
    await session.prefill(prompt(n));
    session.start(1, n);
    const steps = slow ? 4 : 64;
    let at = n;
    await session.steps(at, steps); at += steps;
    const times: number[] = [];
    for (let i = 0; i < 3; i++) { const t = performance.now(); await session.steps(at, steps); times.push(performance.now() - t); at += steps; }
    speeds[`decode at ${n}`] = (steps * 1000) / median(times);
  }
  return speeds;
}

export function printSpeeds(speeds: Readonly<Record<string, Readonly<Record<string, number>>>>, torch: Torch | undefined, say: (line: string) => void): void {
  if (Object.keys(speeds).length === 0) return;
  say('tokens/s, from the call to the results on the host:');
  say('| | | tdsl | PyTorch bf16 | ratio | PyTorch as CUDA graph | ratio |');
  say('|---|---|---|---|---|---|---|');
  for (const [compute, rows] of Object.entries(speeds)) for (const [name, ours] of Object.entries(rows)) {
    const theirs = torch?.speeds[name];
    const cell = (n: number | undefined): string => (n === undefined ? '' : `${n.toFixed(0)} | ${(ours / n).toFixed(2)}`);
    say(`| ${compute} | ${name} | ${ours.toFixed(0)} | ${cell(theirs?.eager) || ' | '} | ${cell(theirs?.graph) || ' | '} |`);
  }
}
