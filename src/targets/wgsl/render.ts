/** Thread code printed as WGSL. What memory looks like is decided in `render-memory.ts`. */
import { CompilerBug, unreachable } from '../../diagnostics/bug.ts';
import { type CodeBinaryOp, type CodeExpr, type CodeKernel, type CodeType, type Memory, type StmtOf, constantOf } from '../../ir/code.ts';
import { visitExprs } from '../../ir/code-walk.ts';
import { type DType, bitsOf, integerRange, isSmallFloat } from '../../ir/dtype.ts';
import { highestF32, type UnaryOp } from '../../ir/scalar.ts';
import { Printer, atom, shortestF32, type Printed } from '../../emit/printer.ts';
import {
  type Accessor, type MemoryForm, asRegister, asStored, elementLoad, elementStore, field, fieldNeeds, guardedLoad, memoryForms, perUnit, registerType, unitType, vectorLoad, vectorStore, wordOf,
} from './render-memory.ts';

/** Is an f32 seen to lie below the largest i32? */
function isSmall(e: CodeExpr): boolean {
  switch (e.kind) {
    case 'const': return e.value < 2 ** 31 - 128;
    case 'unary': return e.op === 'tanh' || e.op === 'sin' || e.op === 'cos' || e.op === 'erf' || ((e.op === 'round' || e.op === 'floor' || e.op === 'ceil') && isSmall(e.a));
    case 'binary': return e.op === 'min' ? isSmall(e.a) || isSmall(e.b) : e.op === 'max' && isSmall(e.a) && isSmall(e.b);
    case 'select': return isSmall(e.then) && isSmall(e.else);
    case 'convert': return e.a.type === 'bool';
    default: return false;
  }
}
const typeName: Record<CodeType, string> = { index: 'i32', i32: 'i32', u32: 'u32', f32: 'f32', bool: 'bool' };
const functions: Partial<Record<UnaryOp, string>> = {
  abs: 'abs', exp: 'exp', exp2: 'exp2', log: 'log', log2: 'log2', sqrt: 'sqrt', rsqrt: 'inverseSqrt', floor: 'floor', ceil: 'ceil', round: 'round',
};

/** Operators that WGSL lacks or leaves too much freedom. */
const helpers: Partial<Record<UnaryOp, string>> = { tanh: 'safe_tanh', erf: 'erf', sin: 'sine', cos: 'cosine' };

/** An expression of constants alone, which WGSL evaluates when it compiles. */
const isFixed = (e: CodeExpr): boolean => e.kind === 'const' || (e.kind === 'unary' && isFixed(e.a)) || (e.kind === 'convert' && isFixed(e.a)) || (e.kind === 'binary' && isFixed(e.a) && isFixed(e.b));

/** May one of nested maxima or minima of whole numbers be meant, in which a driver loses signs? Of positions they are seen to be nested; of values what is named may be one as well. */
function losesSigns(op: 'min' | 'max', a: CodeExpr, b: CodeExpr): boolean {
  if ((a.type !== 'i32' && a.type !== 'index') || isFixed(a) || isFixed(b)) return false;
  const isNested = (e: CodeExpr): boolean => e.kind === 'binary' && e.op === op && !isFixed(e.a) && !isFixed(e.b);
  return a.type === 'i32' || isNested(a) || isNested(b);
}

export class WgslPrinter extends Printer {
  readonly forms: ReadonlyMap<string, MemoryForm>;
  /** Functions that read and write memory, by name. */
  readonly accessors = new Map<string, Accessor>();
  usesSubgroups = false;
  private readonly wordArrays = new Set<string>();
  private readonly lengths = new Map<string, number>();

  constructor(kernel: CodeKernel, shaderF16: boolean) {
    super(kernel);
    this.forms = memoryForms(kernel, shaderF16);
  }

  private form(memory: Memory): MemoryForm {
    const found = this.forms.get(memory.name);
    if (found === undefined) throw new CompilerBug(`memory ${memory.name} has no form`);
    return found;
  }
  private accessor(a: Accessor): string {
    this.accessors.set(a.name, a);
    a.needs.forEach((n) => this.use(n));
    return a.name;
  }

  /* ---- expressions ---- */

  protected literal(value: number, type: CodeType): string {
    switch (type) {
      case 'index': case 'i32': return String(value);
      case 'u32': return `${value}u`;
      case 'bool': return value ? 'true' : 'false';
      case 'f32': {
        if (Number.isNaN(value)) throw new CompilerBug('WGSL has no NaN');
        const finite = Math.max(-highestF32, Math.min(highestF32, Math.fround(value)));
        const text = shortestF32(finite);
        return /[.e]/.test(text) ? text : `${text}.0`;
      }
      default: return unreachable(type);
    }
  }
  protected builtin(which: 'thread' | 'group'): string {
    return which === 'thread' ? 'i32(local_index)' : 'i32(workgroup.x + workgroup.y * workgroups.x)';
  }

  protected unaryCall(op: UnaryOp, a: CodeExpr): Printed {
    const call = (name: string): Printed => atom(`${name}(${this.text(a)})`);
    if (op === 'abs') return call(a.type === 'f32' ? 'abs' : this.use('whole_abs'));
    if (a.type !== 'f32') throw new CompilerBug(`${op} of ${a.type}`);
    if (op === 'rcp') return [`1.0 / ${this.text(a, 8)}`, 7];
    const helper = helpers[op];
    if (helper !== undefined) return call(this.use(helper));
    const name = functions[op];
    if (name === undefined) throw new CompilerBug(`operator ${op} has no WGSL function`);
    return call(name);
  }

  protected binaryCall(op: CodeBinaryOp, a: CodeExpr, b: CodeExpr): Printed | undefined {
    const call = (name: string): Printed => atom(`${name}(${this.text(a)}, ${this.text(b)})`);
    // Bits that leave a constant are a mistake in WGSL, not so those of a parameter.
    if (op === 'shl' && isFixed(a) && isFixed(b)) return atom(`${this.use('shift_left')}(${this.text(a)}, u32(${this.text(b)}))`);
    if (op === 'shl' || op === 'shr') {
      const by = constantOf(b);
      return [`${this.shiftOperand(a)} ${op === 'shl' ? '<<' : '>>'} ${by === undefined ? `u32(${this.text(b)})` : `${by & 31}u`}`, 3];
    }
    if (op === 'min' || op === 'max') return call(losesSigns(op, a, b) ? this.use(`whole_${op}`) : op);
    if (a.type === 'f32') {
      switch (op) {
        case 'floordiv': return atom(`floor(${this.text(a, 7)} / ${this.text(b, 8)})`);
        case 'mod': return call(this.use('float_mod'));
        case 'pow': return call(this.use('power'));
        case 'cutdiv': return call(this.use('cut_div'));
        default: return undefined;
      }
    }
    switch (op) {
      case 'floordiv': return call(this.use('floor_div'));
      case 'mod': return call(this.use('floor_mod'));
      case 'div': return a.type === 'index' ? undefined : call(this.use('int_div'));
      default: return undefined;
    }
  }
  private shiftOperand(a: CodeExpr): string {
    return this.printed(a)[1] >= 8 ? this.text(a) : `(${this.text(a)})`;
  }

  protected select(e: Extract<CodeExpr, { kind: 'select' }>): Printed {
    // `select(a < b, c > d, e)` would be read as a template `a<b, c>`.
    const least = e.type === 'bool' ? 5 : 0;
    return atom(`select(${this.text(e.else, least)}, ${this.text(e.then, least)}, ${this.text(e.cond)})`);
  }
  protected convert(a: CodeExpr, type: CodeType): Printed {
    // WGSL takes what is too large for the largest f32 below 2^31, which is 127 short of the largest i32.
    if (a.type === 'f32' && typeName[type] === 'i32' && !isSmall(a)) return atom(`${this.use('i32_from_f32')}(${this.text(a)})`);
    return typeName[a.type] === typeName[type] ? this.printed(a) : atom(`${typeName[type]}(${this.text(a)})`);
  }
  protected round(a: CodeExpr, to: DType): Printed {
    if (to === 'f16' || to === 'bf16') return atom(`${this.use(`round_${to}`)}(${this.text(a)})`);
    if (isSmallFloat(to)) return atom(`${this.use(`${to}_value`)}(${this.use(`${to}_bits`)}(${this.text(a)}))`);
    if (to === 'u32') return atom(`max(${this.text(a)}, 0)`);
    const range = integerRange(to);
    // Within a narrower range it does not matter how large the largest i32 is.
    const inside = a.kind === 'convert' && a.a.type === 'f32' ? `i32(${this.text(a.a)})` : this.text(a);
    return range === undefined || to === 'i32' ? this.printed(a) : atom(`clamp(${inside}, ${range.min}, ${range.max})`);
  }
  protected unpack(e: Extract<CodeExpr, { kind: 'unpack' }>): Printed {
    fieldNeeds(e.dtype).forEach((n) => this.use(n));
    return atom(field(e.dtype, this.text(e.word), `${e.at}u`));
  }
  protected pack(e: Extract<CodeExpr, { kind: 'pack' }>): Printed {
    const { text, needs } = wordOf(e.dtype, e.values.map((v) => this.text(v)));
    needs.forEach((n) => this.use(n));
    return [text, text.includes(' | ') ? 3 : 9];
  }
  protected exchange(a: CodeExpr, mask: CodeExpr): Printed {
    this.usesSubgroups = true;
    const known = constantOf(mask);
    const by = known === undefined ? `u32(${this.text(mask)})` : `${known}u`;
    // Only numbers travel between invocations.
    return atom(a.type === 'bool' ? `bool(subgroupShuffleXor(u32(${this.text(a)}), ${by}))` : `subgroupShuffleXor(${this.text(a)}, ${by})`);
  }
  protected apply(name: string): Printed {
    throw new CompilerBug(`WGSL has no function ${name}`);
  }

  /* ---- memory ---- */

  protected load(memory: Memory, index: CodeExpr): Printed {
    const form = this.form(memory);
    if (form.form === 'words') return atom(`${this.accessor(elementLoad(memory, form))}(${this.text(index)})`);
    return atom(asRegister(memory.dtype, form, `${memory.name}[${this.text(index)}]`));
  }
  protected store(memory: Memory, { index, value, exact }: StmtOf<'store'>): void {
    const form = this.form(memory);
    if (form.form === 'words') this.line(`${this.accessor(elementStore(memory, form))}(${this.text(index)}, ${this.text(value)});`);
    else this.line(`${memory.name}[${this.text(index)}] = ${asStored(memory.dtype, form, this.text(value), exact)};`);
  }

  /** Vectors travel as arrays: the whole array at once, or piece by piece where registers hold more. */
  protected vector(s: StmtOf<'loadVector' | 'storeVector'>): void {
    const memory = this.memory(s.memory);
    const form = this.form(memory);
    if (s.declares !== undefined) {
      if (s.declares.type === 'u32') this.wordArrays.add(s.array);
      this.lengths.set(s.array, s.declares.length);
    }
    const words = this.wordArrays.has(s.array) && bitsOf(memory.dtype) < 32;
    const length = words ? (s.count * bitsOf(memory.dtype)) / 32 : s.count;
    const index = this.text(s.index);
    const whole = constantOf(s.at) === 0 && this.lengths.get(s.array) === length;
    const element = (n: number): string => `${s.array}[${constantOf(s.at) === undefined ? `${this.text(s.at)}${n === 0 ? '' : ` + ${n}`}` : (constantOf(s.at) ?? 0) + n}]`;
    const each = Array.from({ length }, (_, n) => n);
    if (s.kind === 'storeVector') {
      const name = this.accessor(vectorStore(memory, form, s.count, words));
      const type = words ? 'u32' : registerType(memory.dtype);
      this.line(`${name}(${index}, ${whole ? s.array : `array<${type}, ${length}>(${each.map(element).join(', ')})`});`);
      return;
    }
    const plain = vectorLoad(memory, form, s.count, words);
    const name = this.accessor(s.guard === undefined ? plain : guardedLoad(plain, this.accessor(plain), words ? 'u32' : registerType(memory.dtype), length));
    const guard = s.guard === undefined ? '' : `, ${this.text(s.guard.cond)}, ${this.text(s.guard.otherwise)}`;
    if (whole) { this.line(`${s.declares === undefined ? '' : 'var '}${s.array} = ${name}(${index}${guard});`); return; }
    this.nested('{', () => {
      this.line(`let piece = ${name}(${index}${guard});`);
      for (const n of each) this.line(`${element(n)} = piece[${n}];`);
    });
  }

  protected call(s: StmtOf<'call'>): string {
    throw new CompilerBug(`WGSL has no function ${s.wrapper}`);
  }

  /* ---- statements ---- */

  protected let(name: string, _type: CodeType, value: string): string {
    return `let ${name} = ${value};`;
  }
  protected var(name: string, type: CodeType, value: string | undefined): string {
    return value === undefined ? `var ${name}: ${typeName[type]};` : `var ${name} = ${value};`;
  }
  protected array(name: string, type: CodeType, length: number): string {
    if (type === 'u32') this.wordArrays.add(name);
    this.lengths.set(name, length);
    return `var ${name}: array<${typeName[type]}, ${length}>;`;
  }
  protected forHeader(variable: string, count: string): string {
    return `for (var ${variable} = 0; ${variable} < ${count}; ${variable}++) {`;
  }
  protected barrier(): string {
    return 'workgroupBarrier();';
  }
  protected leave(cond: CodeExpr): string {
    return `if (${this.text(cond)}) { return; }`;
  }
  protected unrollMark(): undefined {
    return undefined;
  }
  protected guardedLet(s: StmtOf<'let'>): void {
    if (s.guard === undefined) return;
    const { cond, otherwise } = s.guard;
    this.line(`var ${s.name} = ${this.text(otherwise)};`);
    this.line(`if (${this.text(cond)}) { ${s.name} = ${this.text(s.value)}; }`);
  }
  protected guardedAssign(s: StmtOf<'assign'>): void {
    if (s.guard === undefined) return;
    this.line(`${this.text(s.target)} = ${this.text(s.guard.otherwise)};`);
    this.line(`if (${this.text(s.guard.cond)}) { ${this.text(s.target)} = ${this.text(s.value)}; }`);
  }

  /* ---- the function ---- */

  /** Bindings, workgroup memory and, where there are sizes, the uniform that holds them. */
  declarations(sizes: { struct: string; variable: string }): string {
    const lines: string[] = [];
    const global = this.kernel.memories.filter((m) => m.space === 'global');
    if (this.kernel.sizes.length > 0) lines.push(`struct ${sizes.struct} { ${this.kernel.sizes.map((s) => `${s}: i32`).join(', ')} }`, '');
    global.forEach((m, n) => {
      const form = this.form(m);
      const access = m.access === 'read' ? 'read' : 'read_write';
      lines.push(`@group(0) @binding(${n}) var<storage, ${access}> ${m.name}: array<${unitType(m, form)}>;${this.formNote(m, form)}`);
    });
    if (this.kernel.sizes.length > 0) lines.push(`@group(0) @binding(${global.length}) var<uniform> ${sizes.variable}: ${sizes.struct};`);
    for (const m of this.kernel.memories.filter((x) => x.space === 'shared')) {
      const form = this.form(m);
      lines.push(`var<workgroup> ${m.name}: array<${unitType(m, form)}, ${Math.ceil((m.length ?? 0) / perUnit(m, form))}>;${this.formNote(m, form)}`);
    }
    for (const a of this.accessors.values()) lines.push('', a.text);
    return `${lines.join('\n')}\n`;
  }
  private formNote(m: Memory, form: MemoryForm): string {
    return form.form === 'words' ? ` // ${m.dtype}, ${32 / bitsOf(m.dtype)} a word` : form.form === 'wide' ? ` // ${m.dtype}` : '';
  }

  parameters(): string {
    let thread = false;
    let group = false;
    visitExprs(this.kernel.body, (e) => {
      if (e.kind !== 'builtin') return;
      if (e.builtin === 'thread') thread = true;
      else group = true;
    });
    return [
      ...(thread ? ['@builtin(local_invocation_index) local_index: u32'] : []),
      ...(group ? ['@builtin(workgroup_id) workgroup: vec3<u32>', '@builtin(num_workgroups) workgroups: vec3<u32>'] : []),
    ].join(', ');
  }
}
