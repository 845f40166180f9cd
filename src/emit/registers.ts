/** Registers of tiles: how they are declared, read and assigned. */
import { CompilerBug } from '../diagnostics/bug.ts';
import { element, name, type CodeExpr, type CodeType, type Guard, type Place } from '../ir/code.ts';
import { bitsOf } from '../ir/dtype.ts';
import { registerCount } from '../ir/layout.ts';
import type { TileDecl } from '../ir/tile.ts';
import type { Context, TileStorage } from './context.ts';
import { codeType } from './expression.ts';

/** Elements in one register. */
export const perRegister = (tile: TileDecl): number => (tile.packed ? 32 / bitsOf(tile.dtype) : 1);
export const registerType = (tile: TileDecl): CodeType => (tile.packed ? 'u32' : codeType(tile.dtype));

/** Reserves registers for a tile. Arrays are declared at once; a scalar may wait for its first assignment (`lazy`). */
export function declareTile(context: Context, id: number, lazy: boolean, constant: boolean): void {
  const tile = context.tile(id);
  const length = Math.ceil(registerCount(tile.layout) / perRegister(tile));
  const type = registerType(tile);
  const storage: TileStorage = { form: length === 1 ? 'scalar' : 'array', name: context.names.fresh(tile.name), type, length, declared: false, constant };
  context.tiles.set(id, storage);
  if (storage.form === 'array') context.put({ kind: 'array', name: storage.name, type, length });
  else if (!lazy) context.put({ kind: 'var', name: storage.name, type });
  storage.declared = storage.form === 'array' || !lazy;
}

/** The register `at` of a tile (a word of a packed one). */
export function registerPlace(context: Context, id: number, at: CodeExpr): Place {
  const s = context.storage(id);
  return s.form === 'scalar' ? name(s.type, s.name) : element(s.type, s.name, at);
}

/** Writes a register; the first write of a scalar declares it, as a variable if `again` says that more will follow. */
export function assignRegister(context: Context, id: number, at: CodeExpr, value: CodeExpr, guard?: Guard, again = false): void {
  const s = context.storage(id);
  const guarded = guard === undefined ? {} : { guard };
  if (s.form === 'array' || s.declared) { context.put({ kind: 'assign', target: registerPlace(context, id, at), value, ...guarded }); return; }
  s.declared = true;
  if (s.constant && !again) context.put({ kind: 'let', name: s.name, value, ...guarded });
  else if (guard === undefined) context.put({ kind: 'var', name: s.name, type: s.type, value });
  else context.put({ kind: 'var', name: s.name, type: s.type, value: guard.otherwise }, { kind: 'if', cond: guard.cond, then: [{ kind: 'assign', target: name(s.type, s.name), value }], else: [] });
}

/** The array that holds a tile's registers, where a pointer to them is needed. */
export function registerArray(context: Context, id: number): string {
  const s = context.storage(id);
  if (s.form !== 'array') throw new CompilerBug(`tile ${context.tile(id).name} has one register, where several are needed`);
  return s.name;
}
