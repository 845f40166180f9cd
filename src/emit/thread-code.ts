/** Tile kernel to thread code: the common lowering of all targets. */
import { CompilerBug } from '../diagnostics/bug.ts';
import type { SourceFile } from '../diagnostics/span.ts';
import { type CodeExpr, type CodeKernel, type Stmt, binary, name } from '../ir/code.ts';
import { visitExprs, visitStmts } from '../ir/code-walk.ts';
import { stageElements } from '../ir/layout-shared.ts';
import { type GridVar, type TileKernel, threadsOf } from '../ir/tile.ts';
import type { Capabilities } from './capabilities.ts';
import { removeDead } from './cleanup.ts';
import { Context } from './context.ts';
import { IndexCode } from './index-code.ts';
import { type BoxMap, BoxMaps } from './maps.ts';
import { Rings } from './rings.ts';
import { emitRoles, roleBody } from './roles.ts';

export interface ThreadCode {
  readonly code: CodeKernel;
  /** Names in the text of buffers and sizes, by their names in the kernel. */
  readonly names: ReadonlyMap<string, string>;
  readonly maps: readonly BoxMap[];
}

/** `reserved`: names that the target's text uses at the outermost level (functions, parameters). */
export function threadCode(kernel: TileKernel, caps: Capabilities, source: SourceFile, reserved: Iterable<string>): ThreadCode {
  const [role] = kernel.roles;
  const threads = threadsOf(kernel);
  if (role === undefined) throw new CompilerBug(`kernel ${kernel.name} has no role`);
  if (kernel.roles.length > 1 && caps.family !== 'cuda') throw new CompilerBug(`kernel ${kernel.name}: ${kernel.roles.length} roles, but this target runs one`);
  if (!caps.linearGrid && threads !== 1) throw new CompilerBug(`kernel ${kernel.name}: ${threads} threads, but this target runs one`);
  const context = new Context(kernel, caps, { name: role.name, first: 0, threads, barrier: undefined });
  for (const word of reserved) context.names.take(word);
  const entry = context.names.fresh(kernel.name);
  const sizes = kernel.sizes.map((s) => {
    const text = context.names.fresh(s);
    context.sizes.set(s, name('index', caps.sizePrefix + text));
    return text;
  });
  for (const b of kernel.buffers) declareMemory(context, b.name, { space: 'global', dtype: b.dtype, length: undefined });
  for (const s of kernel.shared) declareMemory(context, s.id, { space: 'shared', dtype: s.dtype, length: stageElements(s) * s.stages });
  const maps = new BoxMaps(context);
  const rings = new Rings(context);

  const body = context.block([], () => {
    if (caps.linearGrid) emitRoles(context, rings, maps, source);
    else loopOverGrid(context, roleBody(context, role, { rings, maps, isElected: false }, source));
  });
  const alive = removeDead(body);
  const used = memoryUses(alive), stored = new Set([...maps.stored].map((name) => context.memoryName(name)));
  return {
    code: {
      name: entry, threads, sizes, body: alive,
      memories: context.memories.filter((m) => m.space === 'global' || used.has(m.name)).map((m) => ({ ...m, access: used.get(m.name) ?? (stored.has(m.name) ? 'write' : 'read') })),
      barriers: rings.barriers, maps: maps.list.map((m) => m.name),
    },
    names: new Map([...kernel.buffers.map((b) => [b.name, context.memoryName(b.name)] as const), ...kernel.sizes.map((s, n) => [s, sizes[n]!] as const)]),
    maps: maps.list,
  };
}

function declareMemory(context: Context, id: string, memory: { space: 'global' | 'shared'; dtype: CodeKernel['memories'][number]['dtype']; length: number | undefined }): void {
  const text = context.names.fresh(id);
  context.memoryNames.set(id, text);
  context.memories.push({ name: text, access: 'read', ...memory });
}

/** How the code touches each memory. */
function memoryUses(body: readonly Stmt[]): Map<string, 'read' | 'write' | 'readwrite'> {
  const uses = new Map<string, 'read' | 'write' | 'readwrite'>();
  const note = (memory: string, use: 'read' | 'write'): void => {
    const old = uses.get(memory);
    uses.set(memory, old === undefined || old === use ? use : 'readwrite');
  };
  visitExprs(body, (e) => { if (e.kind === 'load') note(e.memory, 'read'); });
  visitStmts(body, (s) => {
    if (s.kind === 'store' || s.kind === 'storeVector') note(s.memory, 'write');
    if (s.kind === 'loadVector') note(s.memory, 'read');
    if (s.kind === 'call') s.args.forEach((a, n) => { if (a.kind === 'memory') note(a.memory, (s.wrapper.startsWith('cp_async') || s.wrapper.startsWith('tma_load')) && n === 0 ? 'write' : 'read'); });
  });
  return uses;
}

/** The launch's grid dimensions stand for the grid's factors, the last one in x; more than three share z. */
function loopOverGrid(context: Context, inner: () => void): void {
  const { grid } = context.kernel;
  const parameters = ['gridX', 'gridY', 'gridZ'];
  const direct = grid.slice(-3);
  const shared: readonly GridVar[] = grid.length > 3 ? grid.slice(0, grid.length - 2) : [];
  const plain = shared.length > 0 ? grid.slice(-2) : direct;
  const loop = (bound: readonly string[], text: string, count: CodeExpr, body: () => void): void => {
    context.put({ kind: 'for', variable: text, count, registers: false, unroll: false, body: context.block(bound, body) });
  };
  const nest = (n: number): void => {
    const g = plain[n];
    if (g === undefined) { inner(); return; }
    const text = context.names.fresh(g.name);
    context.variables.set(g.id, name('index', text));
    loop([g.id], text, name('index', parameters[plain.length - 1 - n]!), () => nest(n + 1));
  };
  if (shared.length === 0) { nest(0); return; }
  const text = context.names.fresh('outer');
  loop(shared.map((g) => g.id), text, name('index', 'gridZ'), () => {
    let rest: CodeExpr = name('index', text);
    const code = new IndexCode(context);
    for (let n = shared.length - 1; n >= 0; n--) {
      const g = shared[n]!;
      const value: CodeExpr = n === 0 ? rest : binary('rem', rest, code.expr(g.count));
      const own = context.names.fresh(g.name);
      context.put({ kind: 'let', name: own, value });
      context.variables.set(g.id, name('index', own));
      if (n > 0) rest = context.let('rest', binary('div', rest, code.expr(g.count)));
    }
    context.put(...context.block([], () => nest(0)));
  });
}
