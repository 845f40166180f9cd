/** Thread code printed as CUDA: raw `unsigned short` for 16-bit floats, wrappers for all conversions, no headers. */
import { CompilerBug, unreachable } from '../../diagnostics/bug.ts';
import { type CodeBinaryOp, type CodeExpr, type CodeType, type Memory, type Stmt, type StmtOf, type WrapperArg, binary, constantOf, index as indexOf } from '../../ir/code.ts';
import { type DType, bitsOf, integerRange, isSmallFloat, straddlesWords } from '../../ir/dtype.ts';
import type { UnaryOp } from '../../ir/scalar.ts';
import { Printer, atom, shortestF32, type Printed } from '../../emit/printer.ts';
import { byteIndex } from './byte-index.ts';
import { wgmmaIntrinsic } from './wgmma.ts';
import { clamped, codeOf, fieldOf, storageType, wordOf } from './render-helpers.ts';

const typeName: Record<CodeType, string> = { index: 'int', i32: 'int', u32: 'unsigned', f32: 'float', bool: 'bool' };

const floatFunctions: Partial<Record<UnaryOp, string>> = {
  abs: 'fabsf', exp: 'expf', exp2: 'exp2f', log: 'logf', log2: 'log2f', sqrt: 'sqrtf', rsqrt: 'rsqrtf', tanh: 'tanhf', sin: 'sinf', cos: 'cosf', erf: 'erff', floor: 'floorf', ceil: 'ceilf', round: 'rintf',
};

/** Bytes of static shared memory that a block may have; above it is dynamic. */
const staticLimit = 48 * 1024;

function isZeroFill(array: Stmt | undefined, loop: Stmt | undefined): boolean {
  if (array?.kind !== 'array' || loop?.kind !== 'for' || constantOf(loop.count) !== array.length) return false;
  const [only, ...others] = loop.body;
  if (only?.kind !== 'assign' || others.length > 0 || only.guard !== undefined || only.target.kind !== 'element' || constantOf(only.value) !== 0) return false;
  return only.target.array === array.name && only.target.index.kind === 'name' && only.target.index.name === loop.variable;
}

export class CudaPrinter extends Printer {
  readonly wrappers = new Set<string>();
  private wrapper(name: string): string {
    this.wrappers.add(name);
    return name;
  }
  private withWrappers({ text, wrappers }: { text: string; wrappers: readonly string[] }): string {
    wrappers.forEach((w) => this.wrappers.add(w));
    return text;
  }

  /* ---- expressions ---- */

  protected literal(value: number, type: CodeType): string {
    switch (type) {
      case 'index': case 'i32': return value === -2147483648 ? '(-2147483647 - 1)' : String(value);
      case 'u32': return `${value}u`;
      case 'bool': return value ? 'true' : 'false';
      case 'f32': {
        if (Number.isNaN(value)) return '__int_as_float(0x7fc00000)';
        if (!Number.isFinite(Math.fround(value))) return `__int_as_float(${value > 0 ? '0x7f800000' : '0xff800000'})`;
        const text = shortestF32(value);
        return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
      }
      default: return unreachable(type);
    }
  }
  protected builtin(which: 'thread' | 'group'): string {
    return which === 'thread' ? 'threadIdx.x' : 'blockIdx.x';
  }

  protected unaryCall(op: UnaryOp, a: CodeExpr): Printed {
    if (a.type !== 'f32') {
      if (op === 'abs') return atom(`abs(${this.text(a)})`);
      throw new CompilerBug(`${op} of ${a.type}`);
    }
    if (op === 'rcp') return [`1.0f / ${this.text(a, 8)}`, 7];
    const name = floatFunctions[op];
    if (name === undefined) throw new CompilerBug(`operator ${op} has no CUDA function`);
    return atom(`${name}(${this.text(a)})`);
  }

  protected binaryCall(op: CodeBinaryOp, a: CodeExpr, b: CodeExpr): Printed | undefined {
    const call = (name: string): Printed => atom(`${name}(${this.text(a)}, ${this.text(b)})`);
    if (a.type === 'f32') {
      switch (op) {
        case 'floordiv': return atom(`floorf(${this.text(a, 7)} / ${this.text(b, 8)})`);
        case 'mod': return call(this.wrapper('float_mod'));
        case 'cutdiv': return call(this.wrapper('cut_div'));
        case 'min': return call(this.wrapper('min_f32'));
        case 'max': return call(this.wrapper('max_f32'));
        case 'pow': return call('powf');
        default: return undefined;
      }
    }
    switch (op) {
      case 'min': case 'max': return call(op);
      case 'floordiv': return call(this.wrapper('floor_div'));
      case 'mod': return call(this.wrapper('floor_mod'));
      case 'div': return a.type === 'index' ? undefined : call(this.wrapper('int_div'));
      case 'pow': throw new CompilerBug('pow of integers');
      default: return undefined;
    }
  }

  protected select(e: Extract<CodeExpr, { kind: 'select' }>): Printed {
    return [`${this.text(e.cond, 1)} ? ${this.text(e.then, 1)} : ${this.text(e.else)}`, 0];
  }

  protected convert(a: CodeExpr, type: CodeType): Printed {
    if (a.type === type || (a.type === 'index' && type === 'i32') || (a.type === 'i32' && type === 'index')) return this.printed(a);
    if (a.type === 'f32' && type === 'i32') return atom(`${this.wrapper('i32_from_f32')}(${this.text(a)})`);
    return [`(${typeName[type]})${this.text(a, 8)}`, 8];
  }

  protected round(a: CodeExpr, to: DType): Printed {
    switch (to) {
      case 'f16': return atom(`${this.wrapper('f32_from_f16')}(${this.wrapper('f16_from_f32')}(${this.text(a)}))`);
      case 'bf16': return atom(`${this.wrapper('f32_from_bf16')}(${this.wrapper('bf16_from_f32')}(${this.text(a)}))`);
      case 'e4m3': case 'e5m2': case 'e8m0': case 'e2m1': return atom(`${this.wrapper(`f32_from_${to}`)}(${this.wrapper(`${to}_from_f32`)}(${this.text(a)}))`);
      case 'u32': return atom(`max(${this.text(a)}, 0)`);
      case 'f32': case 'i32': case 'bool': return this.printed(a);
      default: return atom(clamped(to, this.text(a)));
    }
  }

  protected unpack(e: Extract<CodeExpr, { kind: 'unpack' }>): Printed {
    return atom(this.withWrappers(fieldOf(e.dtype, this.text(e.word), String(e.at))));
  }
  protected pack(e: Extract<CodeExpr, { kind: 'pack' }>): Printed {
    // Elements that only move stay bits.
    const bits = bitsOf(e.dtype);
    const moved = e.values.flatMap((v) => (v.kind === 'load' && this.memory(v.memory).dtype === e.dtype ? [this.place(this.memory(v.memory), v.index)] : []));
    if (moved.length === e.values.length && (bits === 16 || bits === 8)) return atom(`${this.wrapper(`pack_${bits}`)}(${moved.join(', ')})`);
    const text = this.withWrappers(wordOf(e.dtype, e.values.map((v) => this.text(v))));
    return text.includes('|') ? [text, 3] : atom(text);
  }
  protected exchange(a: CodeExpr, mask: CodeExpr): Printed {
    return atom(`${this.wrapper('warp_xor')}(${this.text(a)}, ${this.text(mask)})`);
  }
  protected apply(name: string, args: readonly string[]): Printed {
    return atom(`${this.wrapper(name)}(${args.join(', ')})`);
  }

  /* ---- memory ---- */

  private place(memory: Memory, index: CodeExpr): string {
    return `${memory.name}[${this.text(index)}]`;
  }
  /** From here on the offset is computed in 64 bits. */
  protected override widen(a: CodeExpr): Printed {
    return [`(long long)${this.text(a, 8)}`, 8];
  }

  protected load(memory: Memory, index: CodeExpr): Printed {
    const { dtype } = memory;
    switch (dtype) {
      case 'f16': return atom(`${this.wrapper('f32_from_f16')}(${this.place(memory, index)})`);
      case 'bf16': return atom(`${this.wrapper('f32_from_bf16')}(${this.place(memory, index)})`);
      case 'u32': return [`(int)${this.place(memory, index)}`, 8];
      case 'bool': return [`${this.place(memory, index)} != 0`, 4];
      case 'e4m3': case 'e5m2': case 'e8m0': return atom(`${this.wrapper(`f32_from_${dtype}`)}(${this.place(memory, index)})`);
      case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': case 'e2m1': {
        const bits = bitsOf(dtype);
        if (straddlesWords(dtype)) return atom(`${this.wrapper(`${(integerRange(dtype)?.min ?? 0) < 0 ? 's' : 'u'}int_in`)}<${bits}>(${memory.name}, ${this.text(index)})`);
        const byte = this.place(memory, binary('shr', index, indexOf(Math.log2(8 / bits))));
        return atom(this.withWrappers(fieldOf(dtype, byte, this.text(binary('bitand', index, indexOf(8 / bits - 1))))));
      }
      case 'f32': case 'i32': case 'i16': case 'u16': case 'i8': case 'u8': return atom(this.place(memory, index));
      default: return unreachable(dtype);
    }
  }

  protected store(memory: Memory, { index, value, exact }: StmtOf<'store'>): void {
    const { dtype } = memory;
    const stored = (): string => {
      switch (dtype) {
        case 'f16': return `${this.wrapper('f16_from_f32')}(${this.text(value)})`;
        case 'bf16': return `${this.wrapper('bf16_from_f32')}(${this.text(value)})`;
        case 'i16': case 'u16': case 'i8': case 'u8': return exact ? this.text(value) : clamped(dtype, this.text(value));
        case 'f32': case 'i32': case 'u32': case 'bool': return this.text(value);
        case 'e4m3': case 'e5m2': case 'e8m0': return `(unsigned char)${this.wrapper(`${dtype}_from_f32`)}(${this.text(value)})`;
        case 'int7': case 'uint7': case 'int6': case 'uint6': case 'int5': case 'uint5': case 'int4': case 'uint4': case 'int3': case 'uint3': case 'int2': case 'uint2': case 'e2m1':
          if (isSmallFloat(dtype)) this.wrapper(`${dtype}_from_f32`);
          return codeOf(dtype, clamped(dtype, this.text(value, 8)));
        default: return unreachable(dtype);
      }
    };
    if (bitsOf(dtype) < 8) this.line(`${this.wrapper('put_bits')}<${bitsOf(dtype)}>(${memory.name}, ${this.text(index)}, ${stored()});`);
    else this.line(`${this.place(memory, index)} = ${stored()};`);
  }

  protected vector(s: StmtOf<'loadVector' | 'storeVector'>): void {
    const memory = this.memory(s.memory);
    const perByte = Math.max(1, 8 / bitsOf(memory.dtype));
    const element = byteIndex(s.index, perByte);
    const registers = this.pointer(s.array, s.at);
    const where = `&${this.place(memory, element)}`;
    const load = s.kind === 'loadVector';
    if (s.declares !== undefined) this.line(this.array(s.array, s.declares.type, s.declares.length));
    const guard = s.guard === undefined ? '' : `, ${this.text(s.guard.cond)}, ${this.text(s.guard.otherwise)}`;
    const or = s.guard === undefined ? '' : '_or';
    const inWords = this.wordArrays.has(s.array) && bitsOf(memory.dtype) < 32;
    if (s.as !== undefined) {
      this.line(`${this.use(`load_${s.as}x2_from_${memory.dtype}${s.apart === true ? '_apart' : ''}${or}`)}<${s.count}>(${registers}, ${where}${guard});`);
      return;
    }
    if (inWords && s.apart === true) {
      this.line(`${this.use(`load_pairs_apart${or}`)}<${s.count}>(${registers}, ${where}${guard});`);
      return;
    }
    if (inWords) {
      const words = (s.count * bitsOf(memory.dtype)) / 32;
      const pointer = `reinterpret_cast<${load ? 'const ' : ''}unsigned*>(${where})`;
      this.line(load ? `${this.loader(`load_vector${or}`)}<${words}>(${registers}, ${pointer}${guard});` : `${this.wrapper('store_vector')}<${words}>(${pointer}, ${registers});`);
      return;
    }
    if ((memory.dtype === 'f16' || memory.dtype === 'bf16') && s.count === 2 && (s.guard === undefined || constantOf(s.guard.otherwise) === 0)) {
      const name = this.use(`${load ? 'load' : 'store'}_${memory.dtype}_pair${s.guard === undefined ? '' : '_inside'}`);
      this.line(load ? `${name}(${registers}, ${where}${s.guard === undefined ? '' : `, ${this.text(s.guard.cond)}`});` : `${name}(${where}, ${registers});`);
      return;
    }
    const name = bitsOf(memory.dtype) === 32 ? this.loader(load ? `load_vector${or}` : 'store_vector') : this.use(load ? `load_${memory.dtype}${or}` : `store_${memory.dtype}`);
    const plain = bitsOf(memory.dtype) === 32 && memory.dtype === 'u32' ? `reinterpret_cast<${load ? 'const ' : ''}int*>(${where})` : where;
    this.line(load ? `${name}<${s.count}>(${registers}, ${plain}${guard});` : `${name}<${s.count}>(${plain}, ${registers});`);
  }
  /** `load_vector` is in the wrapper table; its guarded form is a helper of the text. */
  private loader(name: string): string {
    return name === 'load_vector_or' ? this.use(name) : this.wrapper(name);
  }
  private pointer(array: string, at: CodeExpr): string {
    return constantOf(at) === 0 ? array : `&${array}[${this.text(at)}]`;
  }

  protected call(s: StmtOf<'call'>): string {
    const arg = (a: WrapperArg): string => {
      switch (a.kind) {
        case 'value': return this.text(a.value);
        case 'registers': return this.pointer(a.array, a.at);
        case 'memory': {
          const memory = this.memory(a.memory), perByte = 8 / bitsOf(memory.dtype);
          return `&${this.place(memory, byteIndex(a.index, perByte))}`;
        }
        case 'address': return `&${a.name}${a.index === undefined ? '' : `[${this.text(a.index)}]`}`;
        default: return unreachable(a);
      }
    };
    const constants = s.constants.length > 0 ? `<${s.constants.join(', ')}>` : '';
    return `${this.wrapper(s.wrapper)}${constants}(${s.args.map(arg).join(', ')});`;
  }

  /* ---- statements ---- */

  private readonly wordArrays = new Set<string>();

  protected let(name: string, type: CodeType, value: string): string {
    return `const ${typeName[type]} ${name} = ${value};`;
  }
  protected var(name: string, type: CodeType, value: string | undefined): string {
    return `${typeName[type]} ${name}${value === undefined ? '' : ` = ${value}`};`;
  }
  protected array(name: string, type: CodeType, length: number): string {
    if (type === 'u32') this.wordArrays.add(name);
    return `${typeName[type]} ${name}[${length}];`;
  }
  /** An array and the loop that fills all of it with zeros are one declaration. */
  protected override stmts(list: readonly Stmt[]): void {
    super.stmts(list.filter((s, n) => !isZeroFill(list[n - 1], s)).map((s) => (s.kind === 'array' && isZeroFill(s, list[list.indexOf(s) + 1]) ? { ...s, zero: true } : s)));
  }
  protected override stmt(s: Stmt): void {
    if (s.kind === 'array' && s.zero === true) this.line(this.array(s.name, s.type, s.length).replace(';', ' = {};'));
    else super.stmt(s);
  }
  protected forHeader(variable: string, count: string): string {
    return `for (int ${variable} = 0; ${variable} < ${count}; ++${variable}) {`;
  }
  protected override turnsHeader(variable: string, count: string): string {
    return `for (int ${variable} = blockIdx.x; ${variable} < ${count}; ${variable} += gridDim.x) {`;
  }
  protected barrier(): string {
    return '__syncthreads();';
  }
  protected unrollMark(s: StmtOf<'for'>): string | undefined {
    return typeof s.unroll === 'number' ? `#pragma unroll ${s.unroll}` : s.unroll ? '#pragma unroll' : undefined;
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
  protected leave(cond: CodeExpr): string {
    return `if (${this.text(cond)}) return;`;
  }

  /* ---- the function ---- */

  parameters(): string {
    const buffers = this.kernel.memories.filter((m) => m.space === 'global').map((m) => `${m.access === 'read' ? 'const ' : ''}${storageType(m.dtype)}* __restrict__ ${m.name}`);
    const maps = (this.kernel.maps ?? []).map((m) => `const __grid_constant__ ${this.wrapper('TensorMap')} ${m}`);
    return [...buffers, ...maps, ...this.kernel.sizes.map((s) => `int ${s}`)].join(', ');
  }

  /** Declarations of shared memory, and how many bytes of it are dynamic. What boxes are copied into or wgmma reads begins at multiples of 1024 bytes, where swizzles begin. */
  shared(): { lines: string[]; dynamicBytes: number } {
    const shared = this.kernel.memories.filter((m) => m.space === 'shared');
    const barriers = this.kernel.barriers ?? [];
    const boxes = (this.kernel.maps ?? []).length > 0 || [...this.wrappers].some((w) => wgmmaIntrinsic(w) !== undefined);
    const bytes = (m: Memory): number => Math.ceil(((m.length ?? 0) * bitsOf(m.dtype)) / 8);
    const padded = (n: number): number => Math.ceil(n / (boxes ? 1024 : 128)) * (boxes ? 1024 : 128);
    const total = shared.reduce((n, m) => n + padded(bytes(m)), 0) + barriers.reduce((n, b) => n + 8 * b.length, 0);
    const elements = (m: Memory): number => (bitsOf(m.dtype) < 8 ? bytes(m) : m.length ?? 0);
    if (total <= staticLimit && !boxes) return { dynamicBytes: 0, lines: shared.map((m) => `  __shared__ __align__(128) ${storageType(m.dtype)} ${m.name}[${elements(m)}];`) };
    let offset = 0;
    const lines = shared.map((m) => {
      const type = storageType(m.dtype);
      const line = `  ${type}* const ${m.name} = reinterpret_cast<${type}*>(dynamic_memory${offset === 0 ? '' : ` + ${offset}`}); // ${elements(m)} elements`;
      offset += padded(bytes(m));
      return line;
    });
    for (const b of barriers) {
      lines.push(`  ${this.wrapper('Barrier')}* const ${b.name} = reinterpret_cast<Barrier*>(dynamic_memory${offset === 0 ? '' : ` + ${offset}`}); // ${b.length}`);
      offset += 8 * b.length;
    }
    return { dynamicBytes: total, lines: [`  ${this.wrapper(boxes ? 'dynamic_shared_1024' : 'dynamic_shared')}(dynamic_memory);`, ...lines] };
  }
}
