/** Rule `registers`: the largest number of 32-bit words of tiles that are live at once, along the program text. */
import { bitsOf } from './dtype.ts';
import { registerCount } from './layout.ts';
import { tilesOf } from './tile-uses.ts';
import type { Op, Role, TileDecl, TileKernel } from './tile.ts';
import type { Report, ValidateOptions } from './tile-validate.ts';

export const wordsOf = (t: TileDecl): number => (t.packed ? Math.ceil((registerCount(t.layout) * bitsOf(t.dtype)) / 32) : registerCount(t.layout));

/** Words of a tile that elementwise code makes and uses up as it goes: a block of its elements at a time. */
const blockWords = 8;

/**
 * Tiles that never exist as a whole: made and used within one run of elementwise ops over the same elements, which printers join into one loop.
 */
function streamedTiles(kernel: TileKernel, role: Role): Set<number> {
  const decls = new Map(kernel.tiles.map((t) => [t.id, t]));
  const homes = new Map<number, Set<number>>();
  let run = 0;
  const walk = (ops: readonly Op[]): void => {
    run++;
    for (const op of ops) {
      const driver = op.kind === 'load' || op.kind === 'loadShared' || op.kind === 'map' ? op.dst : op.kind === 'store' || op.kind === 'storeShared' ? op.src : undefined;
      const shape = driver === undefined ? undefined : decls.get(driver);
      if (shape === undefined) run++;
      const { reads, writes } = tilesOf(op);
      for (const id of [...reads, ...writes]) {
        const decl = decls.get(id);
        const alike = decl !== undefined && shape !== undefined && !decl.mutable && decl.axes.length === shape.axes.length && decl.axes.every((a) => shape.axes.includes(a)) && registerCount(decl.layout) === registerCount(shape.layout);
        homes.set(id, (homes.get(id) ?? new Set()).add(alike ? run : -id));
      }
      if (shape === undefined) run++;
      if (op.kind === 'if') { walk(op.then); walk(op.else); }
      if (op.kind === 'let' || op.kind === 'for') walk(op.body);
    }
    run++;
  };
  walk(role.body);
  return new Set([...homes].filter(([, runs]) => runs.size === 1 && [...runs][0]! > 0).map(([id]) => id));
}

interface Life { readonly from: number; to: number }

/** Words live at the fullest point; a tile that a loop uses and did not make lives through the whole loop. */
export function liveWords(kernel: TileKernel, role: Role): { readonly words: number; readonly at: Op | undefined } {
  const lives = new Map<number, Life>();
  const order: Op[] = [];
  const walk = (ops: readonly Op[]): void => {
    for (const op of ops) {
      const now = order.length;
      order.push(op);
      const { reads, writes } = tilesOf(op);
      for (const id of [...reads, ...writes]) {
        const life = lives.get(id) ?? { from: now, to: now };
        life.to = Math.max(life.to, now);
        lives.set(id, life);
      }
      if (op.kind === 'if') { walk(op.then); walk(op.else); }
      if (op.kind === 'let') walk(op.body);
      if (op.kind === 'for') {
        walk(op.body);
        for (const life of lives.values()) if (life.from < now && life.to > now) life.to = order.length - 1;
      }
    }
  };
  walk(role.body);
  const change = new Map<number, number>();
  const streamed = streamedTiles(kernel, role);
  const held = (t: TileDecl): number => (streamed.has(t.id) ? Math.min(blockWords, wordsOf(t)) : wordsOf(t));
  for (const t of kernel.tiles) {
    const life = lives.get(t.id);
    if (life === undefined) continue;
    change.set(life.from, (change.get(life.from) ?? 0) + held(t));
    change.set(life.to + 1, (change.get(life.to + 1) ?? 0) - held(t));
  }
  let words = 0, most = 0, at: Op | undefined;
  order.forEach((op, n) => { words += change.get(n) ?? 0; if (words > most) { most = words; at = op; } });
  return { words: most, at };
}

export function checkRegisters(kernel: TileKernel, { limits }: ValidateOptions, report: Report): void {
  for (const role of kernel.roles) {
    const budget = role.registers ?? limits.registers;
    if (budget === undefined) continue;
    const { words, at } = liveWords(kernel, role);
    if (words > budget) report('registers', at?.kind ?? 'role', at?.span, `tiles take ${words} registers of role ${role.name}, which has ${budget}`);
  }
}
