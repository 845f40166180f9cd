/**
 * Rules `pipe`, `deadlock`, `pending` and `barrier`, by running the control flow alone: all roles, the first and the last group, on sample sizes
 * (tile-validate-samples.ts). A bounded check: it tries every loop with few trips, not every number of trips.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { evaluate } from './index-expr.ts';
import { replicatedBits, threadKey } from './layout-query.ts';
import type { Layout } from './layout.ts';
import { TileFault } from './tile-fault.ts';
import { type Surroundings, uniformIndex } from './tile-interpret-loop.ts';
import { type Step, picker, runRoles, walk } from './tile-interpret-run.ts';
import { type Compute, Scope } from './tile-interpret-scope.ts';
import { PipeState, pipeUses } from './tile-pipe.ts';
import { type Sizes, sampleSizes } from './tile-validate-samples.ts';
import { tilesOf, visitOps } from './tile-uses.ts';
import type { Op, OpOf, Role, TileKernel } from './tile.ts';
import type { Report, TileRule, ValidateOptions } from './tile-validate.ts';

export function checkProtocol(kernel: TileKernel, options: ValidateOptions, report: Report): void {
  const uses = pipeUses(kernel);
  for (const p of kernel.pipes) {
    const use = uses.get(p.id)!;
    if (use.producers.size !== 1 || use.consumers.size === 0) { report('pipe', `pipe ${p.id}`, undefined, `${use.producers.size} roles fill it, ${use.consumers.size} drain it`); return; }
  }
  if (!sharedByOneRole(kernel, report)) return;
  const asynchronous = kernel.roles.some((r) => { let found = false; visitOps(r.body, (op) => { found ||= op.kind === 'mma' && op.isAsync; }); return found; });
  if (kernel.shared.length === 0 && kernel.pipes.length === 0 && !asynchronous) return;
  const seen = new Set<string>();
  const once = (f: TileFault): void => {
    const rule = rules[f.rule] ?? 'pipe';
    const key = `${rule} ${f.span?.start}`;
    if (!seen.has(key)) report(rule, 'control flow', f.span, f.reason);
    seen.add(key);
  };
  let finished = 0, total = 0;
  const samples = sampleSizes(kernel, options);
  const run = (budget: number): void => { for (const sizes of samples) {
    const counts = kernel.grid.map((g) => evaluate(g.count, (_, id) => sizes[id] ?? 0));
    if (counts.some((c) => c <= 0)) continue;
    for (const group of counts.every((c) => c === 1) ? [counts.map(() => 0)] : [counts.map(() => 0), counts.map((c) => c - 1)]) {
      total++;
      try { new Run(kernel, sizes, group, uses, budget).run(); finished++; } catch (f) {
        if (f instanceof TooLong) continue;
        finished++;
        if (!(f instanceof TileFault)) throw f;
        once(new TileFault(f.rule, `${f.reason} with ${JSON.stringify(sizes)}`, f.span));
      }
    }
  } };
  run(usualBudget);
  // Loops inside loops of sizes that are known may all be long.
  if (finished === 0 && total > 0) run(largeBudget);
  if (finished === 0 && total > 0) throw new CompilerBug(`kernel ${kernel.name}: no sample of sizes makes its control flow short enough to check`);
}
/** Operations that a sample may take, and where none is done with so many. */
const usualBudget = 20_000, largeBudget = 5_000_000;
/** A sample's control flow goes on for too long: other samples have to do. */
class TooLong extends Error {}
const rules: Partial<Record<TileFault['rule'], TileRule>> = { deadlock: 'deadlock', pending: 'pending', race: 'barrier' };

function sharedByOneRole(kernel: TileKernel, report: Report): boolean {
  const ringed = new Set(kernel.pipes.flatMap((p) => p.buffers));
  const users = new Map<string, Set<string>>();
  for (const role of kernel.roles) visitOps(role.body, (op) => {
    for (const b of [...buffersRead(op).map((x) => x.buffer), ...(op.kind === 'storeShared' ? [op.buffer] : [])]) users.set(b, (users.get(b) ?? new Set()).add(role.name));
  });
  let fine = true;
  for (const [id, roles] of users) if (!ringed.has(id) && roles.size > 1) {
    report('pipe', `shared ${id}`, undefined, `roles ${[...roles].join(' and ')} use it, and data crosses roles only through pipes`);
    fine = false;
  }
  return fine;
}

interface SharedRead { readonly buffer: string; readonly stage: OpOf<'loadShared'>['stage'] }
function buffersRead(op: Op): SharedRead[] {
  if (op.kind === 'loadShared') return [op];
  return op.kind === 'mma' ? [op.a, op.b].flatMap((o) => (o.kind === 'shared' ? [o] : [])) : [];
}

/** Who touched a stage of shared memory since the role's last barrier: patterns of threads over elements. */
interface Touched { readonly reads: Set<string>; readonly writes: Set<string> }
/** A product on its way: what it reads and adds to. */
interface Pending { readonly stages: readonly { readonly pipe: string; readonly stage: number; readonly buffer: string }[]; readonly tiles: readonly number[] }

class Run {
  private readonly kernel: TileKernel;
  private readonly pipes: ReadonlyMap<string, PipeState>;
  private readonly programs: { readonly role: Role; readonly scope: Scope; readonly steps: readonly Step[]; readonly pending: Pending[] }[] = [];
  private budget: number;

  constructor(kernel: TileKernel, sizes: Sizes, group: readonly number[], uses: ReturnType<typeof pipeUses>, budget: number) {
    this.kernel = kernel;
    this.budget = budget;
    this.pipes = new Map(kernel.pipes.map((p) => [p.id, new PipeState(p, uses.get(p.id)!)]));
    const axes = new Map(kernel.axes.map((a) => [a.id, a]));
    for (const role of kernel.roles) {
      const scope = new Scope();
      for (const [name, value] of Object.entries(sizes)) scope.set('size', name, value);
      kernel.grid.forEach((g, n) => scope.set('variable', g.id, group[n]!));
      // Integers read at run time stand at 1.
      const around: Surroundings = { scope, base: (id) => axes.get(id)?.base, data: () => Float64Array.of(1), table: () => { throw new CompilerBug('control flow reads no elements'); } };
      const pending: Pending[] = [];
      this.programs.push({ role, scope, pending, steps: this.body(role.body, role, around, pending, new Map()) });
    }
  }

  run(): void {
    runRoles(this.programs.map((p) => ({ name: p.role.name, body: walk(p.steps, p.scope.values) })), picker('forward'), () => [...this.pipes.values()].map((p) => `${p.pipe.id}: ${p.describe()}`).join(' | '));
    for (const { role, pending } of this.programs) if (pending.length > 0) throw new TileFault('pending', `at the end of role ${role.name} ${pending.length} products are still pending`);
    const left = [...this.pipes.values()].flatMap((p) => p.finish());
    if (left.length > 0) throw new TileFault('pipe', `at the end of the kernel: ${left.join('; ')}`);
  }

  private body(ops: readonly Op[], role: Role, around: Surroundings, pending: Pending[], touched: Map<string, Touched>): Step[] {
    return ops.flatMap((op) => this.step(op, role, around, pending, touched));
  }

  private step(op: Op, role: Role, around: Surroundings, pending: Pending[], touched: Map<string, Touched>): Step[] {
    const slot = (name: string): number => around.scope.number('variable', name);
    switch (op.kind) {
      case 'for': {
        const number = slot(op.variable), count = uniformIndex(op.count, around);
        const body = this.body(op.body, role, around, pending, touched);
        return body.length === 0 ? [] : [{ kind: 'for', slot: number, count, body }];
      }
      case 'let': {
        const number = slot(op.variable), value = uniformIndex(op.value, around);
        const body = this.body(op.body, role, around, pending, touched);
        return body.length === 0 ? [] : [{ kind: 'let', slot: number, value, body }];
      }
      case 'if': {
        const then = this.body(op.then, role, around, pending, touched), otherwise = this.body(op.else, role, around, pending, touched);
        return then.length + otherwise.length === 0 ? [] : [{ kind: 'if', conditions: op.nonNegative.map((e) => uniformIndex(e, around)), then, otherwise }];
      }
      case 'acquire': { const p = this.pipe(op.pipe); return [{ kind: 'sync', name: `acquire ${op.pipe}`, span: op.span, ready: () => p.canAcquire(), run: () => { this.spend(); p.acquire(); } }]; }
      case 'wait': { const p = this.pipe(op.pipe); return [{ kind: 'sync', name: `wait ${op.pipe}`, span: op.span, ready: () => p.canWait(role.name), run: () => { this.spend(); p.wait(role.name, op.ahead, op.span); } }]; }
      case 'commit': { const p = this.pipe(op.pipe); return [{ kind: 'do', run: () => { p.commit(op.span); } }]; }
      case 'release': { const p = this.pipe(op.pipe); return [{ kind: 'do', run: () => this.release(p, role, op.span, pending) }]; }
      case 'barrier': return [{ kind: 'do', run: () => touched.clear() }];
      case 'mmaWait': return [{ kind: 'do', run: () => { if (pending.length > op.pending) pending.splice(0, pending.length - op.pending); } }];
      case 'copyAsync': {
        const stage = uniformIndex(op.stage, around), p = this.pipeOf(op.buffer)!;
        return [{ kind: 'do', run: () => this.write(p, role, op.buffer, stage(), op.span) }];
      }
      default: return this.data(op, role, around, pending, touched);
    }
  }
  private spend(): void { if (--this.budget < 0) throw new TooLong(); }
  private pipe(id: string): PipeState { return this.pipes.get(id)!; }
  private pipeOf(buffer: string): PipeState | undefined { return [...this.pipes.values()].find((p) => p.pipe.buffers.includes(buffer)); }

  private release(pipe: PipeState, role: Role, span: Op['span'], pending: readonly Pending[]): void {
    for (const stage of pipe.release(role.name, span)) {
      if (pending.some((p) => p.stages.some((s) => s.pipe === pipe.pipe.id && s.stage === stage))) throw new TileFault('pending', `stage ${stage} of ${pipe.pipe.id} is released while a product still reads it`, span);
    }
  }
  private write(pipe: PipeState, role: Role, buffer: string, stage: number, span: Op['span']): void {
    if (!pipe.isWritable(role.name, stage)) throw new TileFault('pipe', `stage ${stage} of ${buffer} is written without acquire (${pipe.describe()})`, span);
    pipe.wrote(stage);
  }

  /** Ops on tiles and shared memory: only what pipes, barriers and pending products care about. */
  private data(op: Op, role: Role, around: Surroundings, pending: Pending[], touched: Map<string, Touched>): Step[] {
    const { reads, writes } = tilesOf(op);
    const asynchronous = op.kind === 'mma' && op.isAsync;
    const checks: (() => void)[] = [];
    const tilesBusy = (): void => {
      for (const p of pending) {
        const acc = p.tiles[0]!;
        // The next product may add to the same accumulator; nothing else may touch it.
        if ((asynchronous ? op.acc !== acc && reads.includes(acc) : reads.includes(acc)) || (!asynchronous && writes.includes(acc)) || writes.some((w) => p.tiles.indexOf(w) > 0)) {
          throw new TileFault('pending', `${this.kernel.tiles.find((t) => t.id === acc)?.name} or a factor of it is used while a product is pending`, op.span);
        }
      }
    };
    if (reads.length + writes.length > 0 && this.hasAsync(role)) checks.push(tilesBusy);
    const stages: { pipe: string; buffer: string; stage: Compute }[] = [];
    for (const { buffer, stage } of buffersRead(op)) {
      const at = uniformIndex(stage, around), pipe = this.pipeOf(buffer);
      if (pipe === undefined) checks.push(() => this.touch(touched, buffer, at(), false, this.pattern(op, buffer, role), op));
      else {
        stages.push({ pipe: pipe.pipe.id, buffer, stage: at });
        checks.push(() => { if (!pipe.isReadable(role.name, at())) throw new TileFault('pipe', `stage ${at()} of ${buffer} is read without wait (${pipe.describe()})`, op.span); });
      }
    }
    if (op.kind === 'storeShared') {
      const at = uniformIndex(op.stage, around), pipe = this.pipeOf(op.buffer);
      checks.push(pipe === undefined ? () => this.touch(touched, op.buffer, at(), true, this.pattern(op, op.buffer, role), op) : () => this.write(pipe, role, op.buffer, at(), op.span));
    }
    if (asynchronous) checks.push(() => pending.push({ stages: stages.map((s) => ({ pipe: s.pipe, buffer: s.buffer, stage: s.stage() })), tiles: [op.acc, ...[op.a, op.b].flatMap((o) => (o.kind === 'tile' ? [o.tile] : []))] }));
    return checks.length === 0 ? [] : [{ kind: 'do', run: () => { this.spend(); for (const c of checks) c(); } }];
  }
  private hasAsync(role: Role): boolean {
    let found = false;
    visitOps(role.body, (op) => { found ||= op.kind === 'mma' && op.isAsync; });
    return found;
  }

  /** Which thread touches which element. Equal patterns in which no element has two threads are private to each thread. */
  private pattern(op: Op, buffer: string, role: Role): string {
    const id = op.kind === 'storeShared' ? op.src : op.kind === 'loadShared' ? op.dst : undefined;
    const decl = id === undefined ? undefined : this.kernel.tiles.find((t) => t.id === id);
    if (decl === undefined) return 'everyone';
    const { axes } = this.kernel.shared.find((s) => s.id === buffer)!;
    const ordered: Layout = { dims: axes.map((a) => decl.layout.dims[decl.axes.indexOf(a)]!) };
    return replicatedBits(decl.layout, role.threads).length > 0 ? 'everyone' : threadKey(ordered);
  }
  private touch(touched: Map<string, Touched>, buffer: string, stage: number, writes: boolean, pattern: string, op: Op): void {
    const key = `${buffer} ${stage}`;
    const t = touched.get(key) ?? { reads: new Set<string>(), writes: new Set<string>() };
    touched.set(key, t);
    const clash = (others: ReadonlySet<string>): boolean => [...others].some((o) => o !== pattern || o === 'everyone');
    if (clash(t.writes) || (writes && clash(t.reads))) throw new TileFault('race', `${buffer} is ${writes ? 'written' : 'read'} after other threads' ${clash(t.writes) ? 'writes' : 'reads'} without a barrier between`, op.span);
    (writes ? t.writes : t.reads).add(pattern);
  }
}
