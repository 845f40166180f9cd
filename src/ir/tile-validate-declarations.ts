/** Rules about what a kernel declares: `declaration`, `layout`, `limit`. */
import { bitsOf } from './dtype.ts';
import { sizesOf, valuesOf, variablesOf } from './index-expr.ts';
import { bitIndex } from './layout-query.ts';
import { rowPitch, sharedBytes, stageBytes } from './layout-shared.ts';
import { type Layout, extentOf, isThreadBit } from './layout.ts';
import { tilesOf, visitOps } from './tile-uses.ts';
import { type Role, type TileKernel, threadsOf } from './tile.ts';
import type { Report, ValidateOptions } from './tile-validate.ts';

export function checkDeclarations(kernel: TileKernel, options: ValidateOptions, report: Report): void {
  const fail = (what: string, message: string): void => report('declaration', what, undefined, message);
  unique([...kernel.axes.map((a) => a.id), ...kernel.grid.map((g) => g.id)], (id) => fail(`variable ${id}`, 'two axes or grid variables have this id'));
  unique([...kernel.buffers.map((b) => b.name), ...kernel.shared.map((s) => s.id)], (id) => fail(`buffer ${id}`, 'two buffers have this name'));
  unique(kernel.pipes.map((p) => p.id), (id) => fail(`pipe ${id}`, 'two pipes have this id'));
  unique(kernel.roles.map((r) => r.name), (id) => fail(`role ${id}`, 'two roles have this name'));
  unique(kernel.tiles.map((t) => String(t.id)), (id) => fail(`tile ${id}`, 'two tiles have this id'));
  for (const b of kernel.buffers) {
    for (const e of b.shape) if (variablesOf(e).size > 0 || valuesOf(e).size > 0 || [...sizesOf(e)].some((s) => !kernel.sizes.includes(s))) fail(`buffer ${b.name}`, 'its shape depends on more than the sizes');
  }
  for (const a of kernel.axes) if (!Number.isInteger(a.tile) || a.tile < 1) fail(`axis ${a.id}`, `a tile of ${a.tile}`);
  checkShared(kernel, fail);
  checkTiles(kernel, options, report);
  checkLimits(kernel, options, report);
}

function unique(names: readonly string[], repeated: (name: string) => void): void {
  const seen = new Set<string>();
  for (const n of names) { if (seen.has(n)) repeated(n); seen.add(n); }
}

function checkShared(kernel: TileKernel, fail: (what: string, message: string) => void): void {
  const pieces = new Set<string>();
  for (const role of kernel.roles) visitOps(role.body, (op) => { if (op.kind === 'store' && op.boxes !== undefined) pieces.add(op.boxes); });
  for (const s of kernel.shared) {
    const what = `shared ${s.id}`;
    if (s.axes.length !== s.sizes.length || s.sizes.some((n) => !Number.isInteger(n) || n < 1) || s.stages < 1 || s.pad < 0) fail(what, 'sizes, stages and padding are no box');
    s.axes.forEach((id, d) => {
      const axis = kernel.axes.find((a) => a.id === id);
      if (axis === undefined) fail(what, `axis ${id} is not declared`);
      else if (pieces.has(s.id) ? axis.tile % s.sizes[d]! !== 0 : axis.tile !== s.sizes[d]) fail(what, `${s.sizes[d]} along ${id}, whose tile is ${axis.tile}`);
    });
    if (s.swizzle > 0) {
      if ((s.sizes.at(-1) ?? 1) % rowPitch(s) !== 0) fail(what, `rows are no multiple of W = ${s.swizzle} bytes`);
      if (stageBytes(s) % 1024 !== 0) fail(what, `a swizzled stage of ${stageBytes(s)} bytes is no multiple of 1024`);
      if ((s.pad * bitsOf(s.dtype)) % 1024 !== 0) fail(what, 'panels of swizzled rows are no whole rows of 128 bytes apart');
    }
  }
  unique(kernel.pipes.flatMap((p) => p.buffers), (id) => fail(`shared ${id}`, 'it belongs to two pipes'));
  for (const p of kernel.pipes) for (const id of p.buffers) {
    const s = kernel.shared.find((x) => x.id === id);
    if (s === undefined) fail(`pipe ${p.id}`, `${id} is not declared`);
    else if (s.stages !== p.stages) fail(`pipe ${p.id}`, `${id} has ${s.stages} stages, the pipe ${p.stages}`);
  }
}

/** Which role a tile's registers belong to. */
export function rolesOfTiles(kernel: TileKernel): Map<number, Set<Role>> {
  const roles = new Map<number, Set<Role>>();
  for (const role of kernel.roles) visitOps(role.body, (op) => {
    const { reads, writes } = tilesOf(op);
    for (const id of [...reads, ...writes]) roles.set(id, (roles.get(id) ?? new Set()).add(role));
  });
  return roles;
}

function checkTiles(kernel: TileKernel, options: ValidateOptions, report: Report): void {
  const roles = rolesOfTiles(kernel);
  for (const t of kernel.tiles) {
    const what = `tile ${t.name}`;
    const users = [...(roles.get(t.id) ?? [])];
    if (users.length > 1) report('declaration', what, undefined, `its registers are used by roles ${users.map((r) => r.name).join(' and ')}`);
    if (t.layout.dims.length !== t.axes.length) { report('layout', what, undefined, `${t.layout.dims.length} dimensions for ${t.axes.length} axes`); continue; }
    t.axes.forEach((id, d) => {
      const axis = kernel.axes.find((a) => a.id === id);
      if (axis === undefined) report('declaration', what, undefined, `axis ${id} is not declared`);
      else if (extentOf(t.layout.dims[d]!) !== axis.tile) report('layout', what, undefined, `its layout holds ${extentOf(t.layout.dims[d]!)} of ${id}, whose tile is ${axis.tile}`);
    });
    unique(t.axes, (id) => report('axes', what, undefined, `axis ${id} stands twice`));
    if (t.packed && bitsOf(t.dtype) >= 32) report('type', what, undefined, `${t.dtype} is not packed`);
    const role = users[0];
    if (role !== undefined) layoutFits(t.layout, role, options, (message) => report('layout', what, undefined, message));
  }
}

/** Rule `layout` for the threads of a role. */
export function layoutFits(l: Layout, role: Role, options: ValidateOptions, fail: (message: string) => void): void {
  const bits = l.dims.flatMap((d) => d.bits);
  unique(bits.map((b) => (isThreadBit(b) ? `thread bit ${bitIndex(b)}` : `register bit ${b.n}`)), (bit) => fail(`${bit} stands in two places`));
  const registers = bits.filter((b) => !isThreadBit(b)).map((b) => b.n);
  registers.forEach((n) => { if (n >= registers.length) fail(`register bit ${n} of ${registers.length}`); });
  for (const b of bits) {
    if (!isThreadBit(b)) continue;
    if (role.threads % 2 ** (bitIndex(b) + 1) !== 0) fail(`${b.from} bit ${b.n} needs more than the ${role.threads} threads of role ${role.name}`);
    if (b.from !== 'thread' && options.limits.lanes === 0) fail(`${b.from} bits on a target that promises no lanes`);
  }
}

function checkLimits(kernel: TileKernel, { limits }: ValidateOptions, report: Report): void {
  const fail = (what: string, message: string): void => report('limit', what, undefined, message);
  if (kernel.early === true && limits.earlyLaunches !== true) fail('kernel', 'launches of this target begin when those before them have ended');
  for (const r of kernel.roles) {
    if (!Number.isInteger(r.threads) || r.threads < 1) fail(`role ${r.name}`, `${r.threads} threads`);
    if (kernel.roles.length > 1 && limits.lanes > 0 && r.threads % limits.lanes !== 0) fail(`role ${r.name}`, `${r.threads} threads are no whole warps`);
  }
  if (threadsOf(kernel) > limits.maxThreads) fail('threads', `${threadsOf(kernel)} of at most ${limits.maxThreads}`);
  const bytes = kernel.shared.reduce((n, s) => n + sharedBytes(s), 0);
  if (bytes > limits.sharedBytes) fail('shared memory', `${bytes} of at most ${limits.sharedBytes} bytes`);
  if (limits.bindings !== undefined && kernel.buffers.length > limits.bindings) fail('bindings', `${kernel.buffers.length} of at most ${limits.bindings}`);
}
