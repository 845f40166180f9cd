/** Rule `registers`: the largest number of 32-bit words of tiles that are live at once, along the program text. */
import { bitsOf } from './dtype.ts';
import { registerCount } from './layout.ts';
import { tilesOf } from './tile-uses.ts';
import type { Op, Role, TileDecl, TileKernel } from './tile.ts';
import type { Report, ValidateOptions } from './tile-validate.ts';

export const wordsOf = (t: TileDecl): number => (t.packed ? Math.ceil((registerCount(t.layout) * bitsOf(t.dtype)) / 32) : registerCount(t.layout));

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
  for (const t of kernel.tiles) {
    const life = lives.get(t.id);
    if (life === undefined) continue;
    change.set(life.from, (change.get(life.from) ?? 0) + wordsOf(t));
    change.set(life.to + 1, (change.get(life.to + 1) ?? 0) - wordsOf(t));
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
