/**
 * The last step of lowering: an access that no proof keeps inside its tensor gets a clamp (where it reads) or a guard (where it writes), and elements that are not
 * proved to move together move one by one. Lowering leaves out guards where the program itself says that a place is inside, which is more than the proofs of
 * the validator see; so that no program dies of a proof that is missing, they are asked here, and what they leave open is checked when the kernel runs.
 */
import { type IndexExpr, num, sub } from '../ir/index-expr.ts';
import { proveNonNegative } from '../ir/index-facts.ts';
import type { Op, TileKernel, View } from '../ir/tile.ts';
import { memoryFailures, outsideOf, vectorFailures } from '../ir/tile-validate-memory.ts';
import { type Place, mapPlaces } from '../ir/tile-validate-place.ts';
import type { ValidateOptions } from '../ir/tile-validate.ts';

/** Whether everything that the kernel touches is proved inside, and everything that moves together to be neighbours. */
export const isSecure = (kernel: TileKernel, options: ValidateOptions): boolean => memoryFailures(kernel, options).every((f) => f.rule !== 'bounds' && f.rule !== 'vector');

/** The kernel with clamps and guards where they are needed; the same kernel where none is. Copies of whole pieces are left as they are: `isSecure` tells. */
export function secure(kernel: TileKernel, options: ValidateOptions): TileKernel {
  if (isSecure(kernel, options)) return kernel;
  return { ...kernel, roles: kernel.roles.map((role) => ({ ...role, body: mapPlaces(kernel, role, options, (op, place) => secured(kernel, options, op, place)) })) };
}

function secured(kernel: TileKernel, options: ValidateOptions, op: Op, place: Place): Op {
  if (op.kind !== 'load' && op.kind !== 'store') return op;
  // Words of packed tiles and pieces that leave as boxes cannot be taken apart.
  if (op.kind === 'load' ? kernel.tiles[op.dst]?.packed === true : op.boxes !== undefined) return op;
  const open = outsideOf(kernel, options, op, place, op.view);
  const view = open.length === 0 ? op.view : op.kind === 'load' ? { ...op.view, clamp: [...op.view.clamp, ...open].sort((a, b) => a - b), vector: 1 } : guarded(kernel, op.view, open, place);
  const whole: Op = { ...op, view };
  return view.vector > 1 && vectorFailures(kernel, options, whole, place) ? { ...whole, view: { ...view, vector: 1 } } : whole;
}

function guarded(kernel: TileKernel, view: View, open: readonly number[], place: Place): View {
  const shape = kernel.buffers.find((b) => b.name === view.buffer)?.shape ?? [];
  const facts = place.knowing(view.index.map((e) => place.at(e)));
  const needed = open.flatMap((d): IndexExpr[] => { const at = view.index[d], extent = shape[d]; return at === undefined || extent === undefined ? [] : [at, sub(sub(extent, num(1)), at)]; });
  return { ...view, guard: [...view.guard, ...needed.filter((e) => !proveNonNegative(place.at(e), facts))], vector: 1 };
}
