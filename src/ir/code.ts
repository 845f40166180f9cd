/**
 * Thread code: what one thread does, as a small typed imperative program. Tile operations are lowered to it once for all targets; a renderer only prints it.
 *
 * Values are scalars of a `CodeType`. `index` is the type of loop counters, coordinates and element numbers: `int` in CUDA (`long long` from `widen` on), `i32`
 * in WGSL, a plain number in JavaScript; it never overflows where the kernel is launched within its limits. `i32` values wrap around.
 * Memory is addressed in elements of its stored `DType`; how elements are packed into what a target can address is the renderer's memory model.
 */
import type { DType } from './dtype.ts';
import type { BinaryOp, UnaryOp } from './scalar.ts';

export type CodeType = 'index' | 'i32' | 'u32' | 'f32' | 'bool';

/** Operators on indices and words beyond the scalar ones. `div` and `rem` truncate: both operands are known to be non-negative. */
export type CodeBinaryOp = BinaryOp | 'rem' | 'bitor' | 'bitxor';

export type CodeExpr = { readonly type: CodeType } & (
  | { readonly kind: 'const'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  /** Number of the thread in its group and of the group in the grid. */
  | { readonly kind: 'builtin'; readonly builtin: 'thread' | 'group' }
  | { readonly kind: 'element'; readonly array: string; readonly index: CodeExpr }
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly a: CodeExpr }
  | { readonly kind: 'binary'; readonly op: CodeBinaryOp; readonly a: CodeExpr; readonly b: CodeExpr }
  | { readonly kind: 'select'; readonly cond: CodeExpr; readonly then: CodeExpr; readonly else: CodeExpr }
  /** Between value types; f32 -> i32 truncates toward zero and saturates. */
  | { readonly kind: 'convert'; readonly a: CodeExpr }
  /** An index whose products may pass 2^31. */
  | { readonly kind: 'widen'; readonly a: CodeExpr }
  /** Rounds (floats) or wraps (integers) through a narrower stored type and back. */
  | { readonly kind: 'round'; readonly to: DType; readonly a: CodeExpr }
  /** One element of memory as a value. */
  | { readonly kind: 'load'; readonly memory: string; readonly index: CodeExpr }
  /** Field `at` (a constant) of a register word that holds 32 / bits elements of `dtype`. */
  | { readonly kind: 'unpack'; readonly dtype: DType; readonly word: CodeExpr; readonly at: number }
  | { readonly kind: 'pack'; readonly dtype: DType; readonly values: readonly CodeExpr[] }
  /** A function without effects of the target's wrapper table. */
  | { readonly kind: 'apply'; readonly wrapper: string; readonly args: readonly CodeExpr[] }
  /** Element number `a` of a swizzled row panel: pieces of `unit` elements (16 bytes) are exchanged, a ^ (((a / (8 * unit)) & mask) * unit). */
  | { readonly kind: 'swizzle'; readonly a: CodeExpr; readonly unit: number; readonly mask: number }
  /** The value that the thread whose number differs in the bits of `mask` holds. */
  | { readonly kind: 'exchange'; readonly a: CodeExpr; readonly mask: CodeExpr }
);

/** Where a value goes: a variable or one register of an array. */
export type Place = Extract<CodeExpr, { kind: 'name' | 'element' }>;
/** A condition under which a memory read happens, and what stands in its place. */
export interface Guard { readonly cond: CodeExpr; readonly otherwise: CodeExpr }

export type WrapperArg =
  | { readonly kind: 'value'; readonly value: CodeExpr }
  | { readonly kind: 'registers'; readonly array: string; readonly at: CodeExpr }
  | { readonly kind: 'memory'; readonly memory: string; readonly index: CodeExpr }
  /** Of a tensor map, or of one barrier of an array. */
  | { readonly kind: 'address'; readonly name: string; readonly index?: CodeExpr };

export type Stmt =
  | { readonly kind: 'comment'; readonly text: string }
  /** An immutable value. With `guard`, `value` is evaluated only where the condition holds. */
  | { readonly kind: 'let'; readonly name: string; readonly value: CodeExpr; readonly guard?: Guard }
  /** A mutable scalar. Without a value it is assigned before it is read. */
  | { readonly kind: 'var'; readonly name: string; readonly type: CodeType; readonly value?: CodeExpr }
  /** `length` registers, which begin as zero where it says so. */
  | { readonly kind: 'array'; readonly name: string; readonly type: CodeType; readonly length: number; readonly zero?: true }
  | { readonly kind: 'assign'; readonly target: Place; readonly value: CodeExpr; readonly guard?: Guard }
  /** `exact`: the value is one that the memory's dtype holds, so that it need not be clamped. */
  | { readonly kind: 'store'; readonly memory: string; readonly index: CodeExpr; readonly value: CodeExpr; readonly exact: boolean }
  /**
   * `count` consecutive elements between memory and registers `at`, `at + 1`, …; the element number is a multiple of `count`.
   * A load that fills a whole array may declare it. Where its guard does not hold, all registers become the other value.
   */
  | {
    readonly kind: 'loadVector' | 'storeVector'; readonly memory: string; readonly index: CodeExpr; readonly count: number; readonly array: string; readonly at: CodeExpr;
    readonly declares?: { readonly type: CodeType; readonly length: number }; readonly guard?: Guard; readonly exact?: boolean;
    /** Elements of a load that are widened to this type and packed into words. */
    readonly as?: DType;
    /** Words of a load hold elements n and n + 4 of eight. */
    readonly apart?: true;
  }
  /**
   * variable = 0, 1, … count - 1. `registers`: the count is constant and the variable numbers registers, so the loop ought to be unrolled.
   * With `turns` it is the groups' way through the work: from the group's own number, in steps of the number of groups.
   */
  | { readonly kind: 'for'; readonly variable: string; readonly count: CodeExpr; readonly turns?: true; readonly registers: boolean; readonly unroll: boolean | number; readonly body: readonly Stmt[] }
  | { readonly kind: 'if'; readonly cond: CodeExpr; readonly then: readonly Stmt[]; readonly else: readonly Stmt[] }
  | { readonly kind: 'barrier' }
  /** Ends the thread; all threads of the group agree. */
  | { readonly kind: 'leave'; readonly cond: CodeExpr }
  /** A function of the target's wrapper table; `constants` are its template arguments. */
  | { readonly kind: 'call'; readonly wrapper: string; readonly constants: readonly number[]; readonly args: readonly WrapperArg[] };
export type StmtOf<K extends Stmt['kind']> = Extract<Stmt, { kind: K }>;

/** `length`: elements; undefined for buffers whose size is known at launch alone. */
export interface Memory { readonly name: string; readonly space: 'global' | 'shared'; readonly dtype: DType; readonly length: number | undefined; readonly access: 'read' | 'write' | 'readwrite' }

export interface CodeKernel {
  readonly name: string;
  readonly threads: number;
  readonly sizes: readonly string[];
  readonly memories: readonly Memory[];
  /** Arrays of barriers in shared memory that count arrivals and bytes. */
  readonly barriers?: readonly { readonly name: string; readonly length: number }[];
  /** Parameters that say how tensors lie in memory and which boxes of them are copied. */
  readonly maps?: readonly string[];
  readonly body: readonly Stmt[];
}

/* Builders. They fold constants and leave out neutral elements, so that no text computes what the compiler knows. */

export const constant = (type: CodeType, value: number): CodeExpr => ({ kind: 'const', type, value });
export const index = (value: number): CodeExpr => constant('index', value);
export const name = (type: CodeType, text: string): Place => ({ kind: 'name', type, name: text });
export const element = (type: CodeType, array: string, at: CodeExpr): Place => ({ kind: 'element', type, array, index: at });
export const constantOf = (e: CodeExpr): number | undefined => (e.kind === 'const' ? e.value : undefined);

const comparison: ReadonlySet<CodeBinaryOp> = new Set<CodeBinaryOp>(['eq', 'ne', 'lt', 'le', 'and', 'or']);

/** `a op b`; comparisons give bool, everything else the type of `a`. */
export function binary(op: CodeBinaryOp, a: CodeExpr, b: CodeExpr): CodeExpr {
  const type: CodeType = comparison.has(op) ? 'bool' : a.type;
  if (a.type === 'index') {
    const folded = foldIndex(op, a, b);
    if (folded !== undefined) return folded;
  }
  return { kind: 'binary', type, op, a, b };
}

function foldIndex(op: CodeBinaryOp, a: CodeExpr, b: CodeExpr): CodeExpr | undefined {
  const x = constantOf(a);
  const y = constantOf(b);
  switch (op) {
    case 'add': return x !== undefined && y !== undefined ? index(x + y) : x === 0 ? b : y === 0 ? a : undefined;
    case 'sub': return x !== undefined && y !== undefined ? index(x - y) : y === 0 ? a : undefined;
    case 'mul': return x !== undefined && y !== undefined ? index(x * y) : x === 0 || y === 1 ? a : y === 0 || x === 1 ? b : undefined;
    case 'div': return y === 1 || x === 0 ? a : x !== undefined && y !== undefined ? index(Math.floor(x / y)) : undefined;
    case 'rem': return y === 1 || x === 0 ? index(0) : x !== undefined && y !== undefined ? index(x % y) : undefined;
    case 'shr': case 'shl': case 'bitxor': case 'bitor': return y === 0 ? a : undefined;
    // A field of a field.
    case 'bitand': return y === 0 ? b : y !== undefined && a.kind === 'binary' && a.op === 'bitand' && constantOf(a.b) !== undefined ? binary('bitand', a.a, index(y & constantOf(a.b)!)) : undefined;
    default: return undefined;
  }
}

export const sum = (terms: readonly CodeExpr[]): CodeExpr => terms.reduce((a, b) => binary('add', a, b), index(0));
export const unary = (op: UnaryOp, a: CodeExpr): CodeExpr => ({ kind: 'unary', type: op === 'not' ? 'bool' : a.type, op, a });
export const both = (conditions: readonly CodeExpr[]): CodeExpr | undefined =>
  conditions.reduce<CodeExpr | undefined>((a, b) => (a === undefined ? b : { kind: 'binary', type: 'bool', op: 'and', a, b }), undefined);
export const registerLoop = (variable: string, count: number, body: readonly Stmt[]): Stmt => ({ kind: 'for', variable, count: index(count), registers: true, unroll: true, body });
