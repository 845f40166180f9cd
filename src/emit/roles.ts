/** The roles of a kernel, each for its own threads: registers taken or given away, turns of the group through the grid, and the role's body. */
import type { SourceFile } from '../diagnostics/span.ts';
import { type CodeExpr, type Stmt, binary, constantOf, index } from '../ir/code.ts';
import { type Role, threadsOf } from '../ir/tile.ts';
import { placeBarriers } from './barriers.ts';
import { Body, type RoleTools } from './body.ts';
import type { Context } from './context.ts';
import { threadNumber } from './coordinates.ts';
import { type GridCounts, emitGrid, gridCounts } from './grid.ts';
import { awaitPrevious, releaseNext } from './early.ts';
import type { BoxMaps } from './maps.ts';
import { type Rings, isOneThreads } from './rings.ts';
import { finishBoxStores } from './store-boxes.ts';
import { structure } from './structure.ts';

/** Registers of a multiprocessor, handed to threads in eights. */
const registerFile = 65536;
const registersAtStart = (threads: number): number => Math.min(255, Math.floor(registerFile / threads / 8) * 8);

/** Prepares the role's code; calling the result puts it. */
export function roleBody(context: Context, role: Role, tools: RoleTools, source: SourceFile): () => void {
  const tree = structure(context.kernel, role.body);
  return () => {
    const barriers = placeBarriers(context, tree.body);
    context.rounds = barriers.rounds;
    context.definitions = tree.definitions;
    new Body(context, tree, barriers, source, tools).emit();
  };
}

export function emitRoles(context: Context, rings: Rings, maps: BoxMaps, source: SourceFile): void {
  const { kernel } = context;
  const ids = kernel.grid.map((g) => g.id);
  const [only] = kernel.roles;
  releaseNext(context);
  if (kernel.roles.length === 1 && only !== undefined && kernel.persistent !== true) {
    const body = roleBody(context, only, { rings, maps, isElected: false }, source);
    awaitPrevious(context);
    emitGrid(context);
    context.put(...context.block(ids, body));
    return;
  }
  rings.start();
  const grid = kernel.persistent ? gridCounts(context) : undefined;
  if (grid === undefined) emitGrid(context);
  let first = 0;
  const codes = kernel.roles.map((role, n): { end: number; stmts: readonly Stmt[] } => {
    context.enter({ name: role.name, first, threads: role.threads, barrier: kernel.roles.length > 1 ? n + 1 : undefined });
    first += role.threads;
    return { end: first, stmts: [{ kind: 'comment', text: `role ${role.name}` }, ...context.block([], () => emitRole(context, role, grid, rings, maps, source), true, true)] };
  });
  const thread: CodeExpr = { kind: 'builtin', type: 'index', builtin: 'thread' };
  const chain = codes.reduceRight<readonly Stmt[]>((rest, { end, stmts }, n) => (n === codes.length - 1 ? stmts : [{ kind: 'if', cond: binary('lt', thread, index(end)), then: stmts, else: rest }]), []);
  context.put(...chain);
  // No group ends while another may still send boxes to it or arrive at its barriers.
  if (kernel.cluster !== undefined) context.put({ kind: 'call', wrapper: 'cluster_sync', constants: [], args: [] });
}

function emitRole(context: Context, role: Role, grid: GridCounts | undefined, rings: Rings, maps: BoxMaps, source: SourceFile): void {
  const { kernel } = context;
  if (role.registers !== undefined) {
    const wrapper = role.registers > registersAtStart(threadsOf(kernel)) ? 'setmaxnreg_inc' : 'setmaxnreg_dec';
    context.put({ kind: 'call', wrapper, constants: [role.registers], args: [] });
  }
  const isElected = isOneThreads(role);
  const work = (): void => {
    if (isElected) maps.prefetch(context, role);
    awaitPrevious(context);
    rings.enter(role);
    const body = roleBody(context, role, { rings, maps, isElected }, source);
    const ids = kernel.grid.map((g) => g.id);
    if (grid === undefined || constantOf(grid.total) === 1) { if (grid !== undefined) emitGrid(context, { group: index(0), grid }); context.put(...context.block(ids, body, false)); return; }
    context.forLoop('group', [], (group) => { emitGrid(context, { group, grid }); context.put(...context.block(ids, body, false)); }, (variable, inner) => ({ kind: 'for', variable, count: grid.total, turns: true, registers: false, unroll: false, body: inner }));
  };
  if (!isElected) { work(); finishBoxStores(context, role); return; }
  context.put({ kind: 'if', cond: binary('eq', threadNumber(context), index(0)), then: context.block([], work), else: [] });
}
