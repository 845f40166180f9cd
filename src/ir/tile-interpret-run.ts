/** Control flow of both interpreters: every role is a coroutine that yields where it may have to wait, and a scheduler picks the next one. */
import type { Span } from '../diagnostics/span.ts';
import { TileFault } from './tile-fault.ts';
import type { Compute } from './tile-interpret-scope.ts';

export type Step =
  | { readonly kind: 'do'; readonly run: () => void }
  | { readonly kind: 'for'; readonly slot: number; readonly count: Compute; readonly body: readonly Step[] }
  | { readonly kind: 'let'; readonly slot: number; readonly value: Compute; readonly body: readonly Step[] }
  | { readonly kind: 'if'; readonly conditions: readonly Compute[]; readonly then: readonly Step[]; readonly otherwise: readonly Step[] }
  | Sync;
/** A point where other roles may run: `run` happens once `ready` holds. */
export interface Sync { readonly kind: 'sync'; readonly name: string; readonly span: Span; readonly ready: () => boolean; readonly run: () => void }

export function* walk(steps: readonly Step[], values: number[]): Generator<Sync, void, void> {
  for (const step of steps) {
    switch (step.kind) {
      case 'do': step.run(); break;
      case 'sync': yield step; step.run(); break;
      case 'if': yield* walk(step.conditions.every((c) => c() >= 0) ? step.then : step.otherwise, values); break;
      case 'let': {
        const before = values[step.slot]!;
        values[step.slot] = step.value();
        yield* walk(step.body, values);
        values[step.slot] = before;
        break;
      }
      case 'for': {
        const count = step.count();
        for (let n = 0; n < count; n++) {
          values[step.slot] = n;
          yield* walk(step.body, values);
        }
      }
    }
  }
}

/** Which runnable role goes on: always the first, always the last, or one drawn with the seed. */
export type Schedule = 'forward' | 'backward' | { readonly seed: number };

/** A small generator of reproducible numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function picker(schedule: Schedule): (count: number) => number {
  if (schedule === 'forward') return () => 0;
  if (schedule === 'backward') return (count) => count - 1;
  const random = randomFrom(schedule.seed);
  return (count) => Math.floor(random() * count);
}

/** Runs the coroutines to their ends. When none can go on, the fault names every wait. */
export function runRoles(roles: readonly { readonly name: string; readonly body: Generator<Sync, void, void> }[], pick: (count: number) => number, describe: () => string): void {
  const alive = roles.map(({ name, body }) => ({ name, body, at: body.next() })).filter((r) => r.at.done !== true);
  while (alive.length > 0) {
    const ready = alive.filter((r) => r.at.done !== true && r.at.value.ready());
    if (ready.length === 0) {
      const waits = alive.map((r) => `role ${r.name} at ${r.at.done === true ? 'its end' : `${r.at.value.name} (${r.at.value.span.file}:${r.at.value.span.start})`}`);
      throw new TileFault('deadlock', `${waits.join(', ')}; ${describe()}`);
    }
    const next = ready[pick(ready.length)]!;
    next.at = next.body.next();
    if (next.at.done === true) alive.splice(alive.indexOf(next), 1);
  }
}
