/**
 * Thread code printed as JavaScript over typed arrays. f32 arithmetic is done in double precision and rounded where a value is stored, so results are at least
 * as exact as f32 arithmetic; i32 arithmetic wraps at 32 bits; indices are plain numbers, exact up to 2^53.
 */
import { CompilerBug, unreachable } from '../../diagnostics/bug.ts';
import { type CodeBinaryOp, type CodeExpr, type CodeType, type Memory, type Stmt, type StmtOf, constantOf } from '../../ir/code.ts';
import { type DType, bitsOf, integerRange, straddlesWords } from '../../ir/dtype.ts';
import type { UnaryOp } from '../../ir/scalar.ts';
import { Printer, atom, type Printed } from '../../emit/printer.ts';

const functions: Partial<Record<UnaryOp, string>> = {
  abs: 'Math.abs', exp: 'Math.exp', log: 'Math.log', log2: 'Math.log2', sqrt: 'Math.sqrt', tanh: 'Math.tanh', sin: 'Math.sin', cos: 'Math.cos', floor: 'Math.floor', ceil: 'Math.ceil',
};

export function arrayType(dtype: DType): string {
  switch (dtype) {
    case 'f32': return 'Float32Array';
    case 'f16': case 'bf16': case 'i16': case 'u16': return 'Uint16Array';
    case 'i32': return 'Int32Array';
    case 'u32': return 'Uint32Array';
    case 'i8': return 'Int8Array';
    case 'u8': case 'bool': case 'e4m3': case 'e5m2': case 'e8m0': case 'e2m1':
    case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': return 'Uint8Array';
  }
}

/** JavaScript wants parentheses where a sign stands before a power. */
const powerStrength = 8;

export class CpuPrinter extends Printer {
  /** Registers that stay arrays; they are made once, above the loops. */
  readonly arrays: string[] = [];

  protected literal(value: number, type: CodeType): string {
    return type === 'bool' ? (value ? 'true' : 'false') : type === 'f32' ? floatText(value) : String(value);
  }
  protected builtin(which: 'thread' | 'group'): string {
    if (which === 'thread') return '0';
    throw new CompilerBug('the CPU loops over the grid');
  }

  // The least i32 has no opposite: both wrap.
  protected override negated(a: CodeExpr): Printed {
    const [text, strength] = super.negated(a);
    return a.type === 'i32' ? [`${text} | 0`, 2] : [text, strength];
  }
  protected unaryCall(op: UnaryOp, a: CodeExpr): Printed {
    if (op === 'abs' && a.type === 'i32') return [`Math.abs(${this.text(a)}) | 0`, 2];
    if (op === 'rcp') return [`1 / ${this.text(a, 8)}`, 7];
    if (op === 'rsqrt') return [`1 / Math.sqrt(${this.text(a)})`, 7];
    if (op === 'exp2') return [`2 ** (${this.text(a)})`, powerStrength];
    if (op === 'erf') return atom(`${this.use('erf')}(${this.text(a)})`);
    if (op === 'round') return atom(`${this.use('round_even')}(${this.text(a)})`);
    const name = functions[op];
    if (name === undefined) throw new CompilerBug(`operator ${op} has no JavaScript function`);
    return atom(`${name}(${this.text(a)})`);
  }

  protected binaryCall(op: CodeBinaryOp, a: CodeExpr, b: CodeExpr): Printed | undefined {
    const call = (name: string): Printed => atom(`${name}(${this.text(a)}, ${this.text(b)})`);
    if (op === 'eq' || op === 'ne') return [`${this.text(a, 5)} ${op === 'eq' ? '===' : '!=='} ${this.text(b, 5)}`, 4];
    if (op === 'min' || op === 'max') return call(`Math.${op}`);
    if (a.type === 'f32') {
      switch (op) {
        case 'floordiv': return atom(`Math.floor(${this.text(a, 7)} / ${this.text(b, 8)})`);
        case 'mod': return call(this.use('float_mod'));
        case 'pow': return [`(${this.text(a)}) ** (${this.text(b)})`, powerStrength];
        case 'cutdiv': return call(this.use('cut_div'));
        default: return undefined;
      }
    }
    if (a.type === 'index') {
      switch (op) {
        case 'div': case 'floordiv': return atom(`Math.floor(${this.text(a, 7)} / ${this.text(b, 8)})`);
        case 'mod': return call(this.use('floor_mod'));
        default: return undefined;
      }
    }
    switch (op) {
      case 'add': case 'sub': return [`${this.infix(op, a, b)[0]} | 0`, 3];
      case 'mul': return call('Math.imul');
      case 'div': return call(this.use('int_div'));
      case 'floordiv': return call(this.use('floor_div'));
      case 'mod': return call(this.use('floor_mod'));
      default: return undefined;
    }
  }

  protected select(e: Extract<CodeExpr, { kind: 'select' }>): Printed {
    return [`${this.text(e.cond, 1)} ? ${this.text(e.then, 1)} : ${this.text(e.else)}`, 0];
  }
  protected convert(a: CodeExpr, type: CodeType): Printed {
    if (a.type === 'bool') return atom(`(${this.text(a, 1)} ? 1 : 0)`);
    if (type === 'i32' && a.type === 'f32') return atom(`${this.use('to_i32')}(${this.text(a)})`);
    return this.printed(a);
  }
  protected round(a: CodeExpr, to: DType): Printed {
    switch (to) {
      case 'f16': case 'bf16': case 'e4m3': case 'e5m2': case 'e8m0': case 'e2m1': return atom(`${this.use(`${to}_value`)}[${this.use(`${to}_bits`)}(${this.text(a)})]`);
      case 'f32': return a.type === 'f32' ? atom(`Math.fround(${this.text(a)})`) : this.printed(a);
      case 'i32': case 'bool': return this.printed(a);
      case 'u32': return atom(`Math.max(${this.text(a)}, 0)`);
      default: return atom(clamped(to, this.text(a)));
    }
  }
  protected unpack(): Printed {
    throw new CompilerBug('the CPU has no packed registers');
  }
  protected pack(): Printed {
    throw new CompilerBug('the CPU has no packed registers');
  }
  protected exchange(): Printed {
    throw new CompilerBug('the CPU has one thread a group');
  }
  protected apply(name: string): Printed {
    throw new CompilerBug(`JavaScript has no function ${name}`);
  }

  protected load(memory: Memory, index: CodeExpr): Printed {
    const { dtype } = memory;
    const at = (i: string): string => `${memory.name}[${i}]`;
    const plain = at(this.text(index));
    switch (dtype) {
      case 'f32': case 'i32': case 'i8': case 'u8': case 'u16': return atom(plain);
      case 'u32': return [`${plain} | 0`, 3];
      case 'bool': return [`${plain} !== 0`, 4];
      case 'i16': return [`(${plain} << 16) >> 16`, 3];
      case 'f16': case 'bf16': case 'e4m3': case 'e5m2': case 'e8m0': return atom(`${this.use(`${dtype}_value`)}[${plain}]`);
      case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': case 'e2m1': {
        const bits = bitsOf(dtype);
        const signed = (integerRange(dtype)?.min ?? 0) < 0;
        if (straddlesWords(dtype)) {
          const found = `${this.use('bits_at')}(${memory.name}, ${this.text(index)}, ${bits})`;
          return signed ? [`(${found} << ${32 - bits}) >> ${32 - bits}`, 3] : atom(found);
        }
        const [byte, shift] = this.bitField(index, bits);
        const found = `(${at(byte)} >> ${shift}) & ${2 ** bits - 1}`;
        if (dtype === 'e2m1') return atom(`${this.use('e2m1_value')}[${found}]`);
        // The chosen field is moved to the top of the word and back, which extends its sign.
        return signed ? [`(${at(byte)} << (${32 - bits} - ${shift})) >> ${32 - bits}`, 3] : [found, 3];
      }
      default: return unreachable(dtype);
    }
  }
  /** Byte of an element of 2 or 4 bits, and the place of its field. */
  private bitField(index: CodeExpr, bits: number): readonly [string, string] {
    const known = constantOf(index), per = 8 / bits;
    if (known !== undefined) return [String(Math.floor(known / per)), String(bits * (known % per))];
    const i = this.text(index, 9);
    return [`${i} >>> ${Math.log2(per)}`, `${bits} * (${i} & ${per - 1})`];
  }

  protected store(memory: Memory, { index, value, exact }: StmtOf<'store'>): void {
    const { dtype } = memory;
    const text = this.text(value);
    const put = (stored: string): void => this.line(`${memory.name}[${this.text(index)}] = ${stored};`);
    switch (dtype) {
      case 'f32': case 'i32': case 'u32': return put(text);
      case 'bool': return put(`${this.text(value, 1)} ? 1 : 0`);
      case 'f16': case 'bf16': return put(value.kind === 'load' && this.memory(value.memory).dtype === dtype ? `${value.memory}[${this.text(value.index)}]` : `${this.use(`${dtype}_bits`)}(${text})`);
      case 'i8': case 'u8': case 'i16': case 'u16': return put(exact ? text : clamped(dtype, text));
      case 'e4m3': case 'e5m2': case 'e8m0': return put(`${this.use(`${dtype}_bits`)}(${text})`);
      case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': case 'e2m1': {
        const bits = bitsOf(dtype);
        const code = dtype === 'e2m1' ? `${this.use('e2m1_bits')}(${text})` : exact ? this.text(value, 4) : clamped(dtype, text);
        if (straddlesWords(dtype)) return this.line(`${this.use('put_bits')}(${memory.name}, ${this.text(index)}, ${bits}, ${code});`);
        const [byte, shift] = this.bitField(index, bits);
        const at = `${memory.name}[${byte}]`;
        return this.line(`${at} = (${at} & ~(${2 ** bits - 1} << (${shift}))) | ((${code} & ${2 ** bits - 1}) << (${shift}));`);
      }
      default: return unreachable(dtype);
    }
  }
  protected vector(): void {
    throw new CompilerBug('vector accesses are loops by now');
  }
  protected call(s: StmtOf<'call'>): string {
    throw new CompilerBug(`JavaScript has no function ${s.wrapper}`);
  }

  /** Variables that begin as numbers share lines. */
  protected override stmts(list: readonly Stmt[]): void {
    const rest = [...list];
    while (rest.length > 0) {
      const end = rest.findIndex((s) => s.kind !== 'var' || (s.value !== undefined && s.value.kind !== 'const'));
      const count = end < 0 ? rest.length : end;
      if (count < 2) { super.stmts(rest.splice(0, Math.max(1, nextRun(rest)))); continue; }
      for (const s of chunks(rest.splice(0, count), 8)) {
        this.line(`let ${s.map((v) => (v.kind === 'var' ? `${v.name}${v.value === undefined ? '' : ` = ${this.text(v.value)}`}` : '')).join(', ')};`);
      }
    }
  }

  protected let(name: string, _type: CodeType, value: string): string {
    return `const ${name} = ${value};`;
  }
  protected var(name: string, _type: CodeType, value: string | undefined): string {
    return value === undefined ? `let ${name};` : `let ${name} = ${value};`;
  }
  protected array(name: string, type: CodeType, length: number): string | undefined {
    this.arrays.push(`  const ${name} = new ${type === 'f32' ? 'Float32Array' : 'Int32Array'}(${length});`);
    return undefined;
  }
  protected forHeader(variable: string, count: string): string {
    return `for (let ${variable} = 0; ${variable} < ${count}; ${variable}++) {`;
  }
  protected barrier(): string {
    throw new CompilerBug('the CPU has one thread a group');
  }
  protected leave(cond: CodeExpr): string {
    return `if (${this.text(cond)}) return;`;
  }
  protected unrollMark(): undefined {
    return undefined;
  }
  protected guardedLet(s: StmtOf<'let'>): void {
    this.line(this.let(s.name, s.value.type, this.conditional(s)));
  }
  protected guardedAssign(s: StmtOf<'assign'>): void {
    this.line(`${this.text(s.target)} = ${this.conditional(s)};`);
  }
  private conditional({ guard, value }: StmtOf<'let' | 'assign'>): string {
    if (guard === undefined) return this.text(value);
    return `${this.text(guard.cond, 1)} ? ${this.text(value, 1)} : ${this.text(guard.otherwise)}`;
  }

  parameters(): string {
    return [...this.kernel.memories.filter((m) => m.space === 'global').map((m) => m.name), ...this.kernel.sizes, 'gridX', 'gridY', 'gridZ'].join(', ');
  }
  shared(): string[] {
    return this.kernel.memories.filter((m) => m.space === 'shared').map((m) => `  const ${m.name} = new ${arrayType(m.dtype)}(${Math.ceil(((m.length ?? 0) * bitsOf(m.dtype)) / (bitsOf(m.dtype) < 8 ? 8 : bitsOf(m.dtype)))});`);
  }
}

const isPlainVar = (s: Stmt | undefined): boolean => s?.kind === 'var' && (s.value === undefined || s.value.kind === 'const');
/** Statements before the next row of at least two plain variables. */
function nextRun(list: readonly Stmt[]): number {
  const at = list.findIndex((s, n) => n > 0 && isPlainVar(s) && isPlainVar(list[n + 1]));
  return at < 0 ? list.length : at;
}
function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(n * size, (n + 1) * size));
}

/** Numbers are doubles here, so an f32 is written with all of its digits: a shorter text would be another number. */
const floatText = (value: number): string => (Number.isFinite(value) ? String(Math.fround(value)) : String(value));

function clamped(dtype: DType, value: string): string {
  const range = integerRange(dtype);
  return range === undefined ? value : `Math.min(Math.max(${value}, ${range.min}), ${range.max})`;
}
