/**
 * The protocol of one pipe, as counters: the same object checks it in the validator and runs it in the interpreters.
 *
 * Stages are filled in turn: fill n uses stage n mod stages. The one producing role acquires and commits, every consuming role waits and
 * releases; a stage is empty again when all consumers have released it. With producer and consumer in one role, `wait ahead n` makes every
 * fill but the youngest n arrive; between roles a wait makes exactly the fill it waits for arrive, and that one is read until the next wait.
 */
import type { Span } from '../diagnostics/span.ts';
import { TileFault } from './tile-fault.ts';
import { visitOps } from './tile-uses.ts';
import type { Pipe, TileKernel } from './tile.ts';

/** Which roles fill and drain a pipe. */
export interface PipeUse { readonly producers: ReadonlySet<string>; readonly consumers: ReadonlySet<string> }

export function pipeUses(kernel: TileKernel): Map<string, PipeUse> {
  const uses = new Map<string, { producers: Set<string>; consumers: Set<string> }>(kernel.pipes.map((p) => [p.id, { producers: new Set(), consumers: new Set() }]));
  for (const role of kernel.roles) visitOps(role.body, (op) => {
    if (op.kind === 'acquire' || op.kind === 'commit') uses.get(op.pipe)?.producers.add(role.name);
    if (op.kind === 'wait' || op.kind === 'release') uses.get(op.pipe)?.consumers.add(role.name);
  });
  return uses;
}

export class PipeState {
  readonly pipe: Pipe;
  private readonly use: PipeUse;
  private acquired = 0;
  private committed = 0;
  private filled = new Set<number>();
  private readonly waited = new Map<string, number>();
  private readonly released = new Map<string, number>();
  /** Fills below this number have arrived. */
  private arrived = 0;

  constructor(pipe: Pipe, use: PipeUse) {
    this.pipe = pipe;
    this.use = use;
    for (const role of use.consumers) { this.waited.set(role, 0); this.released.set(role, 0); }
  }

  /** Fills that every consumer has given back. */
  private get drained(): number { return Math.min(...this.released.values()); }
  canAcquire(): boolean { return this.acquired - this.drained < this.pipe.stages; }
  canWait(role: string): boolean { return (this.waited.get(role) ?? 0) < this.committed; }

  acquire(): void { this.acquired++; }
  /** The fill that is being written, a number that never comes back. */
  get fillNumber(): number { return this.committed; }
  /** @returns the number of the fill that is now full */
  commit(span: Span): number {
    if (this.committed >= this.acquired) throw new TileFault('pipe', `commit ${this.pipe.id}: no stage is acquired`, span);
    return this.committed++;
  }
  /** Marks the fill that is being written as holding data. */
  wrote(stage: number): void {
    for (let n = this.committed; n < this.acquired; n++) if (n % this.pipe.stages === stage) this.filled.add(n);
  }
  /** @returns the number below which all fills have now arrived */
  wait(role: string, ahead: number, span: Span): number {
    const mine = this.waited.get(role) ?? 0;
    this.waited.set(role, mine + 1);
    const own = this.use.producers.has(role);
    this.arrived = Math.max(this.arrived, own ? this.committed - ahead : mine + 1);
    if (own && this.committed - ahead <= mine) throw new TileFault('pipe', `wait ${this.pipe.id} ahead ${ahead}: only ${this.committed - mine} fills are on their way, the one waited for may not have arrived`, span);
    return this.arrived;
  }
  /** @returns the stages that became empty */
  release(role: string, span: Span): number[] {
    const before = this.drained;
    const mine = this.released.get(role) ?? 0;
    if (mine >= (this.waited.get(role) ?? 0)) throw new TileFault('pipe', `release ${this.pipe.id}: no stage is held`, span);
    this.released.set(role, mine + 1);
    return Array.from({ length: this.drained - before }, (_, n) => (before + n) % this.pipe.stages);
  }
  /** Between roles each keeps count of the stage that it is at: a consumer reads the youngest that it waited for. */
  private get crosses(): boolean { return [...this.use.consumers].every((role) => !this.use.producers.has(role)); }
  isWritable(role: string, stage: number): boolean {
    return this.use.producers.has(role) && this.has(this.committed, this.acquired, stage);
  }
  isReadable(role: string, stage: number): boolean {
    const [from, to] = [this.released.get(role) ?? 0, this.waited.get(role) ?? 0];
    return this.has(this.crosses ? Math.max(from, to - 1) : from, to, stage);
  }
  private has(from: number, to: number, stage: number): boolean {
    for (let n = from; n < to; n++) if (n % this.pipe.stages === stage) return true;
    return false;
  }
  /** At the end of a kernel every stage is given back; fills that nobody waited for must be empty ones. */
  finish(): string[] {
    const faults: string[] = [];
    if (this.acquired !== this.committed) faults.push(`pipe ${this.pipe.id}: ${this.acquired} acquired, ${this.committed} committed`);
    for (const [role, waited] of this.waited) {
      if (waited !== this.released.get(role)) faults.push(`pipe ${this.pipe.id}: role ${role} waited ${waited} times and released ${this.released.get(role)}`);
      const left = [...this.filled].filter((n) => n >= waited);
      if (left.length > 0) faults.push(`pipe ${this.pipe.id}: role ${role} never waits for ${left.length} filled stages`);
    }
    return faults;
  }
  describe(): string { return `${this.acquired} acquired, ${this.committed} committed, ${[...this.waited].map(([r, n]) => `${r}: ${n} waited, ${this.released.get(r)} released`).join('; ')}`; }
}
