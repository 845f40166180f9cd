/** What the three printers share: expressions with as few parentheses as all three languages read alike, statements with braces and indentation. */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import type { CodeBinaryOp, CodeExpr, CodeKernel, CodeType, Memory, Stmt, StmtOf } from '../ir/code.ts';
import type { UnaryOp } from '../ir/scalar.ts';

/** Symbol and strength of infix operators. Bit operators stand in parentheses within anything else, as WGSL demands and people prefer. */
const infix: Partial<Record<CodeBinaryOp, readonly [symbol: string, strength: number]>> = {
  or: ['||', 1], and: ['&&', 2], eq: ['==', 4], ne: ['!=', 4], lt: ['<', 4], le: ['<=', 4],
  bitor: ['|', 3], bitxor: ['^', 3], bitand: ['&', 3], shl: ['<<', 3], shr: ['>>', 3],
  add: ['+', 6], sub: ['-', 6], mul: ['*', 7], div: ['/', 7], rem: ['%', 7],
};
const isBitOp = (op: CodeBinaryOp): boolean => infix[op]?.[1] === 3;
/** Whether a factor may stand before it without parentheses: 2 * (a * b) is 2 * a * b, but 2 * (a / b) is not 2 * a / b, nor is 2 * (a / b * c). */
function isProduct(x: CodeExpr): boolean {
  if (x.kind !== 'binary' || x.op !== 'mul') return false;
  return x.a.kind !== 'binary' || infix[x.a.op]?.[1] !== 7 ? x.a.kind !== 'convert' && x.a.kind !== 'widen' : isProduct(x.a);
}
const unaryStrength = 8;
const primary = 9;

export type Printed = readonly [text: string, strength: number];
export const atom = (text: string): Printed => [text, primary];

/** The shortest decimal that is the same f32. */
export function shortestF32(value: number): string {
  const wanted = Math.fround(value);
  for (let digits = 1; digits <= 9; digits++) {
    const text = wanted.toPrecision(digits);
    if (Math.fround(Number(text)) === wanted && Math.abs(Number(text)) <= 3.4028234663852886e38) return String(Number(text)).replace('e+', 'e');
  }
  return String(wanted).replace('e+', 'e');
}

/** `swizzle64_b16`: rows of 64 bytes, elements of 16 bits. */
const swizzleName = (unit: number, mask: number): string => `swizzle${16 * (mask + 1)}_b${128 / unit}`;
/** What such a name stands for: pieces of `unit` = 2^shift elements, of which `mask` + 1 change places. */
export function parseSwizzle(name: string): { readonly unit: number; readonly mask: number; readonly shift: number } | undefined {
  const match = /^swizzle(\d+)_b(\d+)$/.exec(name);
  if (match === null) return undefined;
  const unit = 128 / Number(match[2]);
  return { unit, mask: Number(match[1]) / 16 - 1, shift: Math.log2(unit) };
}

export abstract class Printer {
  protected readonly kernel: CodeKernel;
  private readonly memories: ReadonlyMap<string, Memory>;
  private lines: string[] = [];
  private depth = 1;
  /** Names of helper functions that the text calls. */
  readonly helpers = new Set<string>();

  constructor(kernel: CodeKernel) {
    this.kernel = kernel;
    this.memories = new Map(kernel.memories.map((m) => [m.name, m]));
  }

  protected memory(name: string): Memory {
    const found = this.memories.get(name);
    if (found === undefined) throw new CompilerBug(`memory ${name} is not declared`);
    return found;
  }
  protected use(helper: string): string {
    this.helpers.add(helper);
    return helper;
  }

  /* ---- expressions ---- */

  protected abstract literal(value: number, type: CodeType): string;
  protected abstract builtin(which: 'thread' | 'group'): string;
  protected abstract unaryCall(op: UnaryOp, a: CodeExpr): Printed;
  /** The text of an operator that is no infix operator for these operands; undefined otherwise. */
  protected abstract binaryCall(op: CodeBinaryOp, a: CodeExpr, b: CodeExpr): Printed | undefined;
  protected abstract select(e: Extract<CodeExpr, { kind: 'select' }>): Printed;
  protected abstract convert(a: CodeExpr, type: CodeType): Printed;
  protected abstract round(a: CodeExpr, to: Extract<CodeExpr, { kind: 'round' }>['to']): Printed;
  /** Where indices have one width, an index as it is. */
  protected widen(a: CodeExpr): Printed {
    return this.printed(a);
  }
  protected abstract load(memory: Memory, index: CodeExpr): Printed;
  protected abstract unpack(e: Extract<CodeExpr, { kind: 'unpack' }>): Printed;
  protected abstract pack(e: Extract<CodeExpr, { kind: 'pack' }>): Printed;
  protected abstract exchange(a: CodeExpr, mask: CodeExpr): Printed;
  protected abstract apply(wrapper: string, args: readonly string[]): Printed;

  text(e: CodeExpr, outer = 0): string {
    const [text, strength] = this.printed(e);
    return strength < outer ? `(${text})` : text;
  }

  protected printed(e: CodeExpr): Printed {
    switch (e.kind) {
      case 'const': { const text = this.literal(e.value, e.type); return [text, text.startsWith('-') ? unaryStrength : primary]; }
      case 'name': return atom(e.name);
      case 'builtin': return atom(this.builtin(e.builtin));
      case 'element': return atom(`${e.array}[${this.text(e.index)}]`);
      case 'unary':
        if (e.op === 'neg') return this.negated(e.a);
        if (e.op === 'not') return [`!${this.text(e.a, primary)}`, unaryStrength];
        return this.unaryCall(e.op, e.a);
      case 'binary': return this.binaryCall(e.op, e.a, e.b) ?? this.infix(e.op, e.a, e.b);
      case 'select': return this.select(e);
      case 'convert': return this.convert(e.a, e.type);
      case 'widen': return this.widen(e.a);
      case 'round': return this.round(e.a, e.to);
      case 'load': return this.load(this.memory(e.memory), e.index);
      case 'unpack': return this.unpack(e);
      case 'pack': return this.pack(e);
      case 'exchange': return this.exchange(e.a, e.mask);
      case 'apply': return this.apply(e.wrapper, e.args.map((a) => this.text(a)));
      case 'swizzle': return atom(`${this.use(swizzleName(e.unit, e.mask))}(${this.text(e.a)})`);
      default: return unreachable(e);
    }
  }

  protected negated(a: CodeExpr): Printed { return [`-${this.text(a, primary)}`, unaryStrength]; }

  protected infix(op: CodeBinaryOp, a: CodeExpr, b: CodeExpr): Printed {
    // `k >= 3` reads more easily than `3 <= k`.
    if ((op === 'le' || op === 'lt') && a.kind === 'const' && b.kind !== 'const') return [`${this.text(b, 5)} ${op === 'le' ? '>=' : '>'} ${this.text(a, 5)}`, 4];
    const way = infix[op];
    if (way === undefined) throw new CompilerBug(`operator ${op} on ${a.type} has no text`);
    const [symbol, strength] = way;
    const side = (x: CodeExpr, right: boolean): string => {
      const shown = this.shown(x);
      const inner = shown.kind === 'binary' ? shown.op : undefined;
      // Bit operators within others, others within them, and mixtures of && and || are always marked.
      const mixes = inner !== undefined && (isBitOp(op) || isBitOp(inner) || ((op === 'and' || op === 'or') && (inner === 'and' || inner === 'or') && inner !== op));
      if (mixes && this.printed(x)[1] < primary) return `(${this.text(x)})`;
      const associative = op === 'add' || op === 'mul' || op === 'and' || op === 'or';
      // Rounding and wrap-around see the order of operations: only indices and conditions are regrouped.
      const regroup = associative && (a.type === 'index' || a.type === 'bool') && (op !== 'mul' || isProduct(x));
      return this.text(x, right && !regroup ? strength + 1 : strength);
    };
    return [`${side(a, false)} ${symbol} ${side(b, true)}`, strength];
  }

  /** What stands in the text: conversions that the language does not need leave nothing of themselves. */
  private shown(e: CodeExpr): CodeExpr {
    if (e.kind !== 'convert' && e.kind !== 'widen' && e.kind !== 'round') return e;
    return this.text(e) === this.text(e.a) ? this.shown(e.a) : e;
  }

  /* ---- statements ---- */

  protected abstract let(name: string, type: CodeType, value: string): string;
  protected abstract var(name: string, type: CodeType, value: string | undefined): string;
  /** Nothing where the registers are declared elsewhere. */
  protected abstract array(name: string, type: CodeType, length: number): string | undefined;
  protected abstract forHeader(variable: string, count: string): string;
  protected turnsHeader(_variable: string, _count: string): string {
    throw new CompilerBug('groups of this target take one turn each');
  }
  protected abstract barrier(): string;
  protected abstract leave(cond: CodeExpr): string;
  protected abstract store(memory: Memory, s: StmtOf<'store'>): void;
  protected abstract vector(s: StmtOf<'loadVector' | 'storeVector'>): void;
  protected abstract call(s: StmtOf<'call'>): string;
  /** How a value that is read under a condition is bound: as one conditional expression where those are lazy. */
  protected abstract guardedLet(s: StmtOf<'let'>): void;
  protected abstract guardedAssign(s: StmtOf<'assign'>): void;
  protected abstract unrollMark(s: StmtOf<'for'>): string | undefined;

  protected line(text: string): void {
    this.lines.push('  '.repeat(this.depth) + text);
  }
  protected nested(header: string, body: () => void, footer = '}'): void {
    this.line(header);
    this.depth++;
    body();
    this.depth--;
    this.line(footer);
  }

  /** The statements as lines, indented by one step. */
  body(stmts: readonly Stmt[], depth = 1): string {
    this.lines = [];
    this.depth = depth;
    this.stmts(stmts);
    return this.lines.join('\n');
  }

  protected stmts(list: readonly Stmt[]): void {
    list.forEach((s, n) => {
      // A comment begins a paragraph.
      if (s.kind === 'comment' && n > 0) this.lines.push('');
      this.stmt(s);
    });
  }

  protected stmt(s: Stmt): void {
    switch (s.kind) {
      case 'comment': return this.line(`// ${s.text}`);
      case 'let': return s.guard === undefined ? this.line(this.let(s.name, s.value.type, this.text(s.value))) : this.guardedLet(s);
      case 'var': return this.line(this.var(s.name, s.type, s.value === undefined ? undefined : this.text(s.value)));
      case 'array': {
        const text = this.array(s.name, s.type, s.length);
        if (text !== undefined) this.line(text);
        return;
      }
      case 'assign': return s.guard === undefined ? this.line(this.assign(s.target, s.value)) : this.guardedAssign(s);
      case 'store': return this.store(this.memory(s.memory), s);
      case 'loadVector': case 'storeVector': return this.vector(s);
      case 'for': {
        const mark = this.unrollMark(s);
        if (mark !== undefined) this.line(mark);
        return this.nested(s.turns ? this.turnsHeader(s.variable, this.text(s.count, 5)) : this.forHeader(s.variable, this.text(s.count, 5)), () => this.stmts(s.body));
      }
      case 'if': return this.branch(s);
      case 'barrier': return this.line(this.barrier());
      case 'leave': return this.line(this.leave(s.cond));
      case 'call': return this.line(this.call(s));
      default: return unreachable(s);
    }
  }

  private branch(s: StmtOf<'if'>): void {
    const short = s.else.length === 0 ? this.oneLine(s.then) : undefined;
    if (short !== undefined && short.length + this.text(s.cond).length < 130) { this.line(`if (${this.text(s.cond)}) { ${short} }`); return; }
    this.line(`if (${this.text(s.cond)}) {`);
    this.depth++;
    this.stmts(s.then);
    this.depth--;
    if (s.else.length > 0) {
      this.line('} else {');
      this.depth++;
      this.stmts(s.else);
      this.depth--;
    }
    this.line('}');
  }

  /** The statement of a body that is a single line. */
  private oneLine(body: readonly Stmt[]): string | undefined {
    const [only] = body;
    if (only === undefined || body.length > 1 || only.kind === 'for' || only.kind === 'if' || only.kind === 'comment') return undefined;
    const [lines, depth] = [this.lines, this.depth];
    this.lines = [];
    this.depth = 0;
    this.stmt(only);
    const made = this.lines;
    this.lines = lines;
    this.depth = depth;
    return made.length === 1 ? made[0] : undefined;
  }

  /** `x += y` where the value adds to the target. */
  protected assign(target: CodeExpr, value: CodeExpr): string {
    const place = this.text(target);
    if (value.kind === 'binary' && this.binaryCall(value.op, value.a, value.b) === undefined && ['add', 'sub', 'mul'].includes(value.op) && this.text(value.a) === place) {
      return `${place} ${infix[value.op]![0]}= ${this.text(value.b)};`;
    }
    return `${place} = ${this.text(value)};`;
  }
}
