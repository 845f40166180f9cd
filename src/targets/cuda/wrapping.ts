/**
 * Whole numbers wrap around at 32 bits, and C++ has no result there: its compilers take the sum of two numbers that are not negative for one that is not either, and
 * leave out what a remainder does below zero. So what may leave 32 bits is computed by functions that wrap, after emission and before printing:
 *
 *   (x*1103515245 + 12345) mod 17, x of 8 bits     becomes     floor_mod(wrap_add(wrap_mul(x, 1103515245), 12345), 17)
 *
 * What is known to stay inside, by the types it is read as, stays as it is. Shifts count modulo 32.
 */
import { CompilerBug, unreachable } from '../../diagnostics/bug.ts';
import { type CodeExpr, type Memory, type Stmt, binary, constant, constantOf } from '../../ir/code.ts';
import { eachPart, mapChildren, mapStmt } from '../../ir/code-walk.ts';
import { type DType, integerRange } from '../../ir/dtype.ts';

interface Interval { readonly min: number; readonly max: number }
const word: Interval = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const truth: Interval = { min: 0, max: 1 };
const isWord = (i: Interval): boolean => i.min >= word.min && i.max <= word.max;
const join = (a: Interval, b: Interval): Interval => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });
const of = (dtype: DType): Interval => (dtype === 'bool' ? truth : dtype === 'u32' ? word : integerRange(dtype) ?? word);

export function wrapping(body: readonly Stmt[], memories: readonly Memory[]): readonly Stmt[] {
  const ranges = new Ranges(memories);
  ranges.define(body);
  const wrapped = (e: CodeExpr): CodeExpr => {
    const inner = mapChildren(e, wrapped);
    if (e.type !== 'i32') return inner;
    const apply = (wrapper: string, ...args: readonly CodeExpr[]): CodeExpr => ({ kind: 'apply', type: 'i32', wrapper, args });
    if (inner.kind === 'unary' && (inner.op === 'neg' || inner.op === 'abs')) return isWord(ranges.exact(e)) ? inner : apply(`wrap_${inner.op}`, inner.a);
    if (inner.kind !== 'binary') return inner;
    if (inner.op === 'add' || inner.op === 'sub' || inner.op === 'mul') return isWord(ranges.exact(e)) ? inner : apply(`wrap_${inner.op}`, inner.a, inner.b);
    return inner.op === 'shl' || inner.op === 'shr' ? { ...inner, b: count(inner.b) } : inner;
  };
  const all = (list: readonly Stmt[]): readonly Stmt[] => list.map((s) => mapStmt(s, wrapped, all));
  return all(body);
}

function count(b: CodeExpr): CodeExpr {
  const known = constantOf(b);
  return known === undefined ? binary('bitand', b, constant(b.type, 31)) : constant(b.type, known & 31);
}

/** Where numbers lie, whatever is read from memory: names and registers by everything that is ever put into them. */
class Ranges {
  private readonly memories: ReadonlyMap<string, Memory>;
  private readonly definitions = new Map<string, (CodeExpr | Interval)[]>();
  private readonly known = new Map<string, Interval>();
  private readonly seen = new WeakMap<CodeExpr, Interval>();

  constructor(memories: readonly Memory[]) { this.memories = new Map(memories.map((m) => [m.name, m])); }

  define(body: readonly Stmt[]): void {
    for (const s of body) {
      switch (s.kind) {
        case 'let': this.put(s.name, s.value, s.guard?.otherwise); break;
        case 'var': if (s.value !== undefined) this.put(s.name, s.value); break;
        case 'array': if (s.zero === true) this.put(`${s.name}[]`, { min: 0, max: 0 }); break;
        case 'assign': this.put(s.target.kind === 'name' ? s.target.name : `${s.target.array}[]`, s.value, s.guard?.otherwise); break;
        case 'loadVector': this.put(`${s.array}[]`, s.as === undefined ? of(this.memory(s.memory).dtype) : word, s.guard?.otherwise); break;
        case 'call': for (const a of s.args) if (a.kind === 'registers') this.put(`${a.array}[]`, word); break;
        case 'comment': case 'store': case 'storeVector': case 'for': case 'if': case 'barrier': case 'leave': break;
        default: unreachable(s);
      }
      eachPart(s, () => undefined, (inner) => this.define(inner));
    }
  }
  private put(name: string, ...values: readonly (CodeExpr | Interval | undefined)[]): void {
    const all = this.definitions.get(name) ?? [];
    this.definitions.set(name, all);
    for (const v of values) if (v !== undefined) all.push(v);
  }
  private memory(name: string): Memory {
    const found = this.memories.get(name);
    if (found === undefined) throw new CompilerBug(`wrapping: no memory ${name}`);
    return found;
  }
  private named(name: string): Interval {
    const known = this.known.get(name), definitions = this.definitions.get(name);
    if (known !== undefined) return known;
    // What is made of itself, as a sum in a loop, may come to anything.
    this.known.set(name, word);
    const found = definitions?.map((d) => ('kind' in d ? this.range(d) : d)).reduce(join) ?? word;
    this.known.set(name, found);
    return found;
  }

  /** Where the value lies after it has wrapped. */
  range(e: CodeExpr): Interval {
    const seen = this.seen.get(e);
    if (seen !== undefined) return seen;
    const exact = this.exact(e), found = isWord(exact) ? exact : word;
    this.seen.set(e, found);
    return found;
  }

  /** Where the exact result of the operator lies. */
  exact(e: CodeExpr): Interval {
    if (e.type === 'bool') return truth;
    switch (e.kind) {
      case 'const': return { min: e.value, max: e.value };
      case 'name': return this.named(e.name);
      case 'element': return this.named(`${e.array}[]`);
      case 'load': return of(this.memory(e.memory).dtype);
      case 'unpack': return of(e.dtype);
      case 'convert': return e.a.type === 'bool' || (e.a.kind === 'const' && e.a.type === 'index') ? this.range(e.a) : word;
      case 'round': return e.to === 'i32' ? this.range(e.a) : e.to === 'u32' ? { min: 0, max: word.max } : of(e.to);
      case 'select': return join(this.range(e.then), this.range(e.else));
      case 'exchange': return this.range(e.a);
      case 'unary': {
        const a = this.range(e.a), opposite = { min: -a.max, max: -a.min };
        return e.op === 'neg' ? opposite : e.op === 'abs' ? (a.min >= 0 ? a : { min: 0, max: Math.max(a.max, -a.min) }) : word;
      }
      case 'binary': return this.ofBinary(e);
      case 'builtin': case 'widen': case 'pack': case 'apply': case 'swizzle': return word;
      default: return unreachable(e);
    }
  }
  private ofBinary(e: Extract<CodeExpr, { kind: 'binary' }>): Interval {
    const a = this.range(e.a), b = this.range(e.b), by = constantOf(e.b);
    switch (e.op) {
      case 'add': return { min: a.min + b.min, max: a.max + b.max };
      case 'sub': return { min: a.min - b.max, max: a.max - b.min };
      case 'mul': {
        const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
        return { min: Math.min(...corners), max: Math.max(...corners) };
      }
      case 'min': return { min: Math.min(a.min, b.min), max: Math.min(a.max, b.max) };
      case 'max': return { min: Math.max(a.min, b.min), max: Math.max(a.max, b.max) };
      case 'mod': return by === undefined || by === 0 ? word : by > 0 ? { min: 0, max: by - 1 } : { min: by + 1, max: 0 };
      case 'bitand': return by !== undefined && by >= 0 ? { min: 0, max: by } : word;
      case 'shr': return by !== undefined && by >= 0 && by < 32 ? { min: a.min >> by, max: a.max >> by } : word;
      default: return word;
    }
  }
}
