/** The last step of a match: an intrinsic multiplies numbers of certain types, so operands must be held in them exactly, and sums kept as the program says. */
import { type DType, takes } from '../ir/dtype.ts';
import type { Part } from '../ir/nest.ts';
import { roundTo } from '../ir/round.ts';
import type { Expr, Tensor } from '../ir/tst.ts';
import { isConstant } from '../ir/tst-walk.ts';
import type { Intrinsic } from './declare.ts';

/** The narrowest stored type that holds every value of the expression exactly; f32 or i32 where nothing narrower is known. */
export function exactType(e: Expr, tensors: ReadonlyMap<string, Pick<Tensor, 'dtype'>>): DType {
  switch (e.kind) {
    case 'read': {
      const wide = e.type === 'f32' ? 'f32' : 'i32', type = tensors.get(e.tensor)?.dtype ?? wide;
      // What stands for elements outside has to be a number of the type as well: i8 has no 300.
      if (e.bounds !== 'fill' || e.fill === undefined) return type;
      return e.fill.kind === 'const' && roundTo(type, e.fill.value) === e.fill.value ? type : wide;
    }
    case 'cast':
      if (e.type === 'f32' && e.a.type === 'f32') return e.to;
      if (e.type === 'f32' && e.a.type === 'i32') return exactType(e.a, tensors);
      return e.type === 'f32' ? 'f32' : 'i32';
    case 'select': return isConstant(e.else, 0) ? exactType(e.then, tensors) : e.type === 'f32' ? 'f32' : 'i32';
    default: return e.type === 'f32' ? 'f32' : 'i32';
  }
}

/** Does the intrinsic multiply these operand types exactly, summing in the accumulator type asked for? */
export function hasTypes(intrinsic: Intrinsic, a: DType, b: DType, part: Pick<Part, 'type' | 'acc'>): boolean {
  const [wideA, wideB] = intrinsic.computation.operands.map((o) => typeOf(intrinsic, o.name));
  const { target, value } = intrinsic.computation.statement, sum = typeOf(intrinsic, target);
  // How exactly it sums is declared beside where the sum lies: wgmma of e4m3 delivers f32 and keeps 14 bits.
  const kept = value.kind === 'reduce' && value.acc === 'f16' ? 'f16' : 'f32';
  const sums = part.type === 'i32' ? sum === 'i32' : sum !== 'i32' && kept === (part.acc === 'f16' ? 'f16' : 'f32');
  return sums && wideA !== undefined && wideB !== undefined && takes(wideA, a) && takes(wideB, b);
}
const typeOf = (intrinsic: Intrinsic, name: string): DType | undefined => intrinsic.operands.find((o) => o.name === name)?.dtype;
