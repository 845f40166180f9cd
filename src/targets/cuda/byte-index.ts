/** Byte numbers of elements that share bytes. */
import { binary, type CodeExpr, constantOf, index } from '../../ir/code.ts';

/**
 * The byte that element `e` begins in, `perByte` (a power of two) elements to one: floor((p*a + b)/p) = a + floor(b/p). Terms that are multiples are divided where they
 * stand, so that those which no loop changes stay out of it and constants go into the addresses of instructions.
 */
export function byteIndex(e: CodeExpr, perByte: number): CodeExpr {
  if (perByte <= 1) return e;
  const { whole, rest } = divided(e, perByte), known = constantOf(rest);
  return binary('add', whole, known === undefined ? binary('shr', rest, index(Math.log2(perByte))) : index(Math.floor(known / perByte)));
}

interface Divided { readonly whole: CodeExpr; readonly rest: CodeExpr }
function divided(e: CodeExpr, by: number): Divided {
  const known = constantOf(e), none = index(0);
  if (known !== undefined) return known % by === 0 ? { whole: index(known / by), rest: none } : { whole: none, rest: e };
  if (e.kind !== 'binary') return { whole: none, rest: e };
  if (e.op === 'add') {
    const a = divided(e.a, by), b = divided(e.b, by);
    return { whole: binary('add', a.whole, b.whole), rest: binary('add', a.rest, b.rest) };
  }
  if (e.op !== 'mul') return { whole: none, rest: e };
  const [x, y] = [constantOf(e.a), constantOf(e.b)];
  if (x !== undefined && x % by === 0) return { whole: binary('mul', index(x / by), e.b), rest: none };
  if (y !== undefined && y % by === 0) return { whole: binary('mul', e.a, index(y / by)), rest: none };
  return { whole: none, rest: e };
}
