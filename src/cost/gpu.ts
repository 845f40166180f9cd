/**
 * The gpu cost model: a roofline per launch, with what real launches lose to it.
 *
 *   seconds   = Σ launches (launch + wait for memory or multiprocessors)
 *   a launch  = (memory^p + processors^p)^(1/p): the slower of the two, more where they are alike
 *   memory    = max(bytes from device memory / its rate, sectors from the second-level cache / its rate)
 *   processors = Σ waves; a wave of `a` groups on a multiprocessor takes a · (units of a group, joined by a norm) or a group's row of dependent steps
 *   a         = min(threads, registers, shared memory, groups): how many fit at once (occupancy); the last wave has fewer
 *
 * Device memory gives a tensor once to each wave that asks for it, whatever its groups ask again comes from the cache (memory levels); tensors that the cache
 * holds all together stay in it from run to run. A ring of s stages hides (s - 1)/s of a load's latency and pays it once to fill (pipeline fill).
 */
import { evaluate, variablesOf } from '../ir/index-expr.ts';
import { sharedBytes } from '../ir/layout-shared.ts';
import { bitsOf } from '../ir/dtype.ts';
import { registerCount } from '../ir/layout.ts';
import type { MmaIntrinsic } from '../ir/intrinsic.ts';
import { threadsOf, type TileKernel } from '../ir/tile.ts';
import { visitOps } from '../ir/tile-uses.ts';
import { distinctInWave } from './gpu-access.ts';
import type { GpuProfile } from './gpu-profile.ts';
import { Counter, type Work } from './gpu-work.ts';
import type { Term } from './model.ts';

/** Where a launch's time goes; seconds. */
export interface LaunchEstimate { readonly seconds: number; readonly terms: readonly Term[]; readonly bound: string }
export interface GpuEstimate { readonly seconds: number; readonly launches: readonly LaunchEstimate[] }

type Sizes = Readonly<Record<string, number>>;
/** The share of the cache that data of one run may take to stay there. */
const kept = 0.7;
const norm = (values: readonly number[], p: number): number => { const most = Math.max(0, ...values); return most === 0 ? 0 : most * values.reduce((n, v) => n + (v / most) ** p, 0) ** (1 / p); };

export function estimate(kernels: readonly TileKernel[], sizes: Sizes, profile: GpuProfile, intrinsic: (name: string) => MmaIntrinsic | undefined): GpuEstimate {
  const launches = kernels.map((k) => estimateLaunch(k, sizes, profile, intrinsic));
  return { seconds: launches.reduce((n, l) => n + l.seconds, 0), launches };
}

/** Groups of a launch that one multiprocessor holds at once, and what keeps it from more. */
function occupancy(kernel: TileKernel, profile: GpuProfile): { readonly groups: number; readonly why: string } {
  const threads = threadsOf(kernel), shared = kernel.shared.reduce((n, s) => n + sharedBytes(s), 0);
  const own = kernel.roles.reduce((n, r) => n + r.threads * (r.registers ?? Math.min(mostWords(kernel, profile), wordsOf(kernel, profile))), 0);
  const limits: [string, number][] = [
    ['threads', profile.threads / threads], ['registers', profile.registers / own], ['shared memory', shared === 0 ? Infinity : profile.sharedBytes / (shared + 1024)], ['groups', profile.groups],
  ];
  const [why, least] = limits.reduce((a, b) => (b[1] < a[1] ? b : a));
  return { groups: Math.max(1, Math.floor(least)), why };
}
/** Words that a thread needs: accumulators, the two largest other tiles, and what addresses take. */
function wordsOf(kernel: TileKernel, profile: GpuProfile): number {
  const words = (mutable: boolean): number[] => kernel.tiles.filter((t) => t.mutable === mutable).map((t) => (registerCount(t.layout) * (t.packed ? bitsOf(t.dtype) : 32)) / 32);
  const others = words(false).sort((a, b) => b - a);
  return words(true).reduce((a, b) => a + b, 0) + (others[0] ?? 0) + (others[1] ?? 0) + profile.losses.besides;
}
/**
 * Words of arrays that stay in memory because a loop that is not unrolled indexes them: where memory is typed, elements narrower than a word are stored by two atomic
 * operations each, and a loop with many of them stays a loop.
 */
function indexedWords(kernel: TileKernel, profile: GpuProfile): number {
  if (!profile.typed) return 0;
  let most = 0;
  for (const role of kernel.roles) visitOps(role.body, (op) => {
    if (op.kind !== 'store') return;
    const bits = bitsOf(kernel.buffers.find((b) => b.name === op.view.buffer)?.dtype ?? 'f32') * op.view.vector, count = registerCount(kernel.tiles[op.src]!.layout);
    if (bits % 32 !== 0 && count / op.view.vector > profile.losses.unrolled) most = Math.max(most, count);
  });
  return most;
}
/** What it gets: the compiler gives as many as the threads of one group can have. */
const mostWords = (kernel: TileKernel, profile: GpuProfile): number => Math.min(255, profile.registers / threadsOf(kernel));

export function estimateLaunch(kernel: TileKernel, sizes: Sizes, profile: GpuProfile, intrinsic: (name: string) => MmaIntrinsic | undefined): LaunchEstimate {
  const size = (e: Parameters<typeof evaluate>[0]): number => evaluate(e, (kind, id) => (kind === 'size' ? sizes[id] ?? 0 : 0));
  const counts = kernel.grid.map((g) => Math.max(0, size(g.count))), groups = counts.reduce((a, b) => a * b, 1);
  const work = averageWork(kernel, counts, sizes, profile, intrinsic);
  const { groups: fit, why } = occupancy(kernel, profile);
  const threads = threadsOf(kernel), tensors = profile.matrix;
  // Clocks that a group keeps each unit of its multiprocessor busy.
  const units: [string, number, string][] = [
    ...[...work.matrix].map(([name, n]): [string, number, string] => {
      const rate = tensors.find((m) => name.startsWith(m.prefix))?.perClock ?? profile.fma;
      return [`matrix unit (${name})`, n / rate, `${round(n)} multiply-adds / ${rate.toFixed(0)} a clock`];
    }),
    ['multiply-adds', work.fma / profile.fma, `${round(work.fma)} / ${profile.fma} a clock`],
    ['special functions', work.special / profile.special, `${round(work.special)} / ${profile.special} a clock`],
    ['instructions', work.instructions / profile.issue, `${round(work.instructions)} of warps / ${profile.issue} a clock`],
    ['shared memory and load port', work.sharedClocks, `${round(work.sharedClocks)} clocks`],
  ];
  const needed = wordsOf(kernel, profile), most = mostWords(kernel, profile), isOwn = kernel.roles.every((r) => r.registers === undefined);
  // What does not fit into registers goes through the load port, there and back.
  const indexed = indexedWords(kernel, profile), over = Math.max(isOwn ? needed - most : 0, indexed);
  const spilled = over > 0 ? work.instructions * Math.min(1, over / needed) * profile.losses.spill : 0;
  if (spilled > 0) units.push(['spilled registers', spilled, indexed > needed - most ? `${indexed} words of an array that a loop indexes` : `${round(needed)} words a thread of which ${round(most)} fit`]);
  const busiest = units.reduce((a, b) => (b[1] > a[1] ? b : a)), busy = norm(units.map((u) => u[1]), profile.losses.units);
  const clocks = (active: number): number => norm([active * busy, work.chain + spilled], profile.losses.overlap);
  // Whole waves, and a last one spread as evenly as the scheduler does.
  const wave = profile.multiprocessors * fit, whole = Math.floor(groups / wave), rest = groups - whole * wave;
  const tail = rest === 0 ? 0 : clocks(Math.ceil(rest / profile.multiprocessors));
  const processors = (whole * clocks(fit) + tail) / profile.clock;

  const waves = Math.max(1, Math.ceil(groups / wave)), distinct = distinctInWave(counts, Math.min(groups, wave), kernel.panels);
  const footprint = kernel.buffers.reduce((n, b) => n + bytesOf(b, size), 0);
  const staysInCache = footprint <= kept * profile.l2Bytes;
  let fromMemory = 0, fromCache = 0;
  for (const [key, t] of work.traffic) {
    const buffer = kernel.buffers.find((b) => b.name === key.replace(/ written$/, ''));
    if (buffer === undefined) continue;
    const all = bytesOf(buffer, size), asked = t.moved * groups;
    // The share of the tensor that the groups of one wave touch: all of it along loops, their own places along factors of the grid.
    const share = kernel.grid.reduce((n, g, i) => (t.factors.has(g.id) ? (n * distinct[i]!) / Math.max(1, counts[i]!) : n), 1);
    fromCache += asked;
    if (!staysInCache) fromMemory += Math.min(asked, all <= (kept * profile.l2Bytes) / 2 ? all : Math.max(all, all * share * waves));
  }
  const memory = Math.max(fromMemory / profile.dram, fromCache / profile.l2);
  const seconds = groups === 0 ? 0 : profile.launch + norm([memory, processors], profile.losses.overlap);
  const bound = memory > processors ? (fromMemory / profile.dram > fromCache / profile.l2 ? 'device memory' : 'second-level cache') : work.chain > fit * busy ? 'dependent steps' : busiest[0];
  return {
    seconds, bound, terms: [
      { name: 'groups', value: groups, unit: '', how: counts.join(' · ') || 'one' },
      { name: 'groups at once', value: fit, unit: '', how: `on each of ${profile.multiprocessors} multiprocessors, ${threads} threads each; limited by ${why}` },
      { name: 'waves', value: groups / wave, unit: '', how: `${groups} / (${profile.multiprocessors} · ${fit}); the last one has ${Math.ceil(rest / profile.multiprocessors)} groups on a multiprocessor` },
      ...units.filter(([, n]) => n > 0).map(([name, n, how]): Term => ({ name: `a group: ${name}`, value: n, unit: 'clocks', how })),
      { name: 'a group: all units', value: busy, unit: 'clocks', how: `norm of exponent ${profile.losses.units}` },
      { name: 'a group: dependent steps', value: work.chain, unit: 'clocks', how: `${round(work.barriers)} barriers, loads ${profile.latency.load} clocks` },
      { name: 'multiprocessors', value: processors * 1e6, unit: 'us', how: `${whole} waves of ${fit} · ${round(busy)} (most: ${busiest[0]}) beside ${round(work.chain)} in a row, and a last of ${round(tail)} clocks` },
      { name: 'device memory', value: (fromMemory / profile.dram) * 1e6, unit: 'us', how: staysInCache ? `${round(footprint)} bytes stay in the cache` : `${round(fromMemory)} bytes` },
      { name: 'second-level cache', value: (fromCache / profile.l2) * 1e6, unit: 'us', how: `${round(fromCache)} bytes` },
      { name: 'launch', value: profile.launch * 1e6, unit: 'us', how: profile.name },
      { name: 'time', value: seconds * 1e6, unit: 'us', how: `bound by ${bound}` },
    ],
  };
}
const round = (n: number): string => (n >= 1e5 ? n.toExponential(2) : String(Math.round(n * 10) / 10));
const bytesOf = (b: TileKernel['buffers'][number], size: (e: TileKernel['buffers'][number]['shape'][number]) => number): number => (b.shape.reduce((n, e) => n * size(e), 1) * bitsOf(b.dtype)) / 8;

/** The work of a group in the middle of the grid; the mean of three groups where groups differ in the length of their loops. */
function averageWork(kernel: TileKernel, counts: readonly number[], sizes: Sizes, profile: GpuProfile, intrinsic: (name: string) => MmaIntrinsic | undefined): Work {
  let differ = false;
  for (const role of kernel.roles) visitOps(role.body, (op) => { if (op.kind === 'for' && variablesOf(op.count).size > 0) differ = true; });
  const found = (differ ? [1 / 6, 1 / 2, 5 / 6] : [1 / 2]).map((share) => {
    const counter = new Counter(kernel, sizes, profile, intrinsic);
    const at = new Map(kernel.grid.map((g, i) => [g.id, Math.floor(Math.max(0, counts[i]! - 1) * share)]));
    for (const role of kernel.roles) counter.role(role, at);
    return counter.work;
  });
  const mean = (f: (w: Work) => number): number => found.reduce((n, w) => n + f(w), 0) / found.length;
  return {
    matrix: new Map([...new Set(found.flatMap((w) => [...w.matrix.keys()]))].map((k) => [k, mean((w) => w.matrix.get(k) ?? 0)])),
    traffic: new Map([...new Set(found.flatMap((w) => [...w.traffic.keys()]))].map((k) => {
      const some = found.find((w) => w.traffic.has(k))!.traffic.get(k)!;
      return [k, { ...some, bytes: mean((w) => w.traffic.get(k)?.bytes ?? 0), moved: mean((w) => w.traffic.get(k)?.moved ?? 0) }];
    })),
    fma: mean((w) => w.fma), special: mean((w) => w.special), instructions: mean((w) => w.instructions), sharedClocks: mean((w) => w.sharedClocks), barriers: mean((w) => w.barriers), chain: mean((w) => w.chain),
  };
}
