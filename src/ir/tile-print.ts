/**
 * The text form of a tile kernel, for dumps and snapshots. It is stable: it depends on the kernel alone, names are made unique by their ids
 * where two things share one, and layouts are printed where a tile is first written.
 */
import { unreachable } from '../diagnostics/bug.ts';
import { type IndexExpr, type NamedAtom, add, isConst, neg, termExpr } from './index-expr.ts';
import { print } from './index-print.ts';
import { stageElements } from './layout-shared.ts';
import { bitsOf } from './dtype.ts';
import { printLayout } from './layout.ts';
import { type TileText, printTileExpr } from './tile-print-expr.ts';
import { type Op, type OpOf, type Operand, type SharedBuffer, type TileDecl, type TileKernel, type View, threadsOf } from './tile.ts';

const mentionedOnce = (names: readonly string[]): Set<string> => new Set(names.filter((n, i) => names.indexOf(n) === i && names.lastIndexOf(n) === i));

class Printer implements TileText {
  private readonly kernel: TileKernel;
  private readonly lines: string[] = [];
  private readonly shown = new Set<number>();
  private readonly variables: ReadonlyMap<string, string>;
  private readonly tiles: ReadonlyMap<number, string>;

  constructor(kernel: TileKernel) {
    this.kernel = kernel;
    const named = [...kernel.grid, ...kernel.axes];
    const single = mentionedOnce([...named.map((v) => v.name), ...kernel.sizes]);
    this.variables = new Map(named.map((v) => [v.id, single.has(v.name) ? v.name : v.id]));
    const singleTile = mentionedOnce(kernel.tiles.map((t) => t.name));
    this.tiles = new Map(kernel.tiles.map((t) => [t.id, singleTile.has(t.name) ? t.name : `${t.name}.${t.id}`]));
  }

  index(e: IndexExpr): string {
    return print(e, (atom: NamedAtom) => (atom.kind === 'value' ? `value(${this.tile(Number(atom.id.slice(1)))})` : this.variables.get(atom.id) ?? atom.id));
  }
  indices(es: readonly IndexExpr[]): string { return es.map((e) => this.index(e)).join(', '); }
  conditions(es: readonly IndexExpr[]): string { return es.map((e) => this.condition(e)).join(' and '); }
  /** e >= 0 as a comparison: what is subtracted stands on the left. */
  private condition(e: IndexExpr): string {
    const constant = add(...e.terms.filter((x) => x.factors.length === 0).map(termExpr));
    const part = (positive: boolean): IndexExpr => add(...e.terms.filter((x) => x.factors.length > 0 && (x.coefficient > 0) === positive).map(termExpr));
    const more = part(true), less = neg(part(false));
    if (isConst(less) === 0) return `${this.index(more)} >= ${this.index(neg(constant))}`;
    return isConst(constant) === -1 ? `${this.index(less)} < ${this.index(more)}` : `${this.index(less)} <= ${this.index(add(more, constant))}`;
  }
  tile(id: number): string { return this.tiles.get(id) ?? `tile ${id}`; }
  axis(id: string): string { return this.variables.get(id) ?? id; }

  /** A tile where it is written: with its type and layout the first time. */
  private target(id: number): string {
    const decl = this.kernel.tiles.find((t) => t.id === id);
    if (decl === undefined || this.shown.has(id)) return this.tile(id);
    this.shown.add(id);
    return `${decl.mutable ? 'var ' : ''}${this.tile(id)}: ${this.typeOf(decl)}`;
  }
  private typeOf(decl: TileDecl): string {
    const names = decl.axes.map((a) => this.axis(a));
    const extents = decl.axes.map((a) => `${this.axis(a)} ${this.kernel.axes.find((x) => x.id === a)?.tile ?? '?'}`);
    const where = decl.axes.length > 0 ? ` in (${printLayout(decl.layout, names)})` : '';
    return `${decl.packed ? 'packed ' : ''}${decl.dtype}[${extents.join(', ')}]${where}`;
  }
  private view(v: View): string {
    const clamp = v.clamp.length > 0 ? ` clamp ${v.clamp.join(' ')}` : '';
    const guard = v.guard.length > 0 ? ` if ${this.conditions(v.guard)}` : '';
    const fill = v.guard.length > 0 && v.fill !== 0 ? ` else ${v.fill}` : '';
    return `${v.buffer}[${this.indices(v.index)}]${clamp}${v.vector > 1 ? ` vector ${v.vector}` : ''}${guard}${fill}`;
  }
  private stage(buffer: string, stage: IndexExpr): string {
    const pipe = this.kernel.pipes.find((p) => p.buffers.includes(buffer));
    const name = pipe ? `${pipe.id}.${buffer}` : buffer;
    return isConst(stage) === 0 && this.kernel.shared.find((s) => s.id === buffer)?.stages === 1 ? name : `${name}[${this.index(stage)}]`;
  }
  private operand(o: Operand): string {
    switch (o.kind) {
      case 'shared': return this.stage(o.buffer, o.stage);
      case 'tile': return this.tile(o.tile);
      case 'global': return this.view(o.view);
      default: return unreachable(o);
    }
  }

  print(): string {
    const k = this.kernel;
    const grid = k.grid.map((g) => `${this.variables.get(g.id) ?? g.id} ${this.index(g.count)}`).join(', ');
    this.lines.push(`kernel ${k.name} for ${k.target}: grid (${grid})${k.panels === undefined ? '' : ` order panels of ${k.panels}`}, threads ${threadsOf(k)}`);
    if (k.sizes.length > 0) this.lines.push(`  sizes ${k.sizes.map((s) => (k.assumes[s] === undefined ? s : `${s} multiple of ${k.assumes[s]}`)).join(', ')}`);
    for (const b of k.buffers) this.lines.push(`  global ${b.name}: ${b.dtype}[${this.indices(b.shape)}] ${b.role}`);
    for (const a of k.axes) this.lines.push(`  axis ${this.axis(a.id)}: 0..${this.index(a.extent)}, tile ${a.tile} from ${this.index(a.base)}`);
    const ringed = new Set(k.pipes.flatMap((p) => p.buffers));
    for (const p of k.pipes) {
      const buffers = p.buffers.map((id) => { const s = k.shared.find((x) => x.id === id); return s ? this.sharedDecl(s) : id; });
      this.lines.push(`  pipe ${p.id}[${p.stages}]: ${buffers.join(', ')}`);
    }
    for (const s of k.shared) if (!ringed.has(s.id)) this.lines.push(`  shared ${this.sharedDecl(s)}`);
    for (const r of k.roles) {
      this.lines.push(`  role ${r.name}: threads ${r.threads}${r.registers === undefined ? '' : `, regs ${r.registers}`}`);
      this.body(r.body, 2);
    }
    return `${this.lines.join('\n')}\n`;
  }
  private sharedDecl(s: SharedBuffer): string {
    const bytes = (stageElements(s) * bitsOf(s.dtype)) / 8;
    return `${s.id}: ${s.dtype}[${s.axes.map((a, n) => `${this.axis(a)} ${s.sizes[n]}`).join(', ')}] W${s.swizzle}${s.pad > 0 ? ` pad ${s.pad}` : ''} (${s.stages > 1 ? `${s.stages} x ` : ''}${bytes} bytes)`;
  }

  private body(ops: readonly Op[], depth: number): void {
    for (const op of ops) this.op(op, depth);
  }
  private op(op: Op, depth: number): void {
    const put = (text: string): void => { this.lines.push('  '.repeat(depth) + text); };
    switch (op.kind) {
      case 'for':
        put(`for ${op.variable} in 0..${this.index(op.count)}${op.unroll === false ? '' : op.unroll === true ? ' unrolled' : ` unrolled by ${op.unroll}`}`);
        return this.body(op.body, depth + 1);
      case 'let':
        put(`let ${op.variable} = ${this.index(op.value)}`);
        return this.body(op.body, depth + 1);
      case 'if':
        put(`if ${this.conditions(op.nonNegative)}`);
        this.body(op.then, depth + 1);
        if (op.else.length > 0) { put('else'); this.body(op.else, depth + 1); }
        return;
      case 'load': return put(`${this.target(op.dst)} = load ${this.view(op.view)}`);
      case 'store': return put(`${op.scatter ? 'scatter' : 'store'} ${this.tile(op.src)} -> ${this.view(op.view)}`);
      case 'storeShared': return put(`store ${this.tile(op.src)} -> ${this.stage(op.buffer, op.stage)}${op.vector > 1 ? ` vector ${op.vector}` : ''}`);
      case 'loadShared': return put(`${this.target(op.dst)} = load ${this.stage(op.buffer, op.stage)}${op.vector > 1 ? ` vector ${op.vector}` : ''}`);
      case 'copyAsync': return put(this.copy(op));
      case 'map': return put(`${this.target(op.dst)} = map ${printTileExpr(op.expr, this)}`);
      case 'reduce': return put(this.reduce(op));
      case 'mma': return put(`mma ${this.tile(op.acc)} += ${this.operand(op.a)} * ${this.operand(op.b)} over ${this.axis(op.over)} by ${op.intrinsic}${op.isAsync ? ' async' : ''}`);
      case 'mmaWait': return put(`mma_wait ${op.pending}`);
      case 'acquire': case 'commit': case 'release': return put(`${op.kind} ${op.pipe}`);
      case 'wait': return put(`wait ${op.pipe}${op.ahead > 0 ? ` ahead ${op.ahead}` : ''}`);
      case 'convert': return put(`${this.target(op.dst)} = convert ${this.tile(op.src)}${op.scratch === undefined ? '' : ` through ${op.scratch}`}`);
      case 'barrier': return put('barrier');
      default: return unreachable(op);
    }
  }
  private copy(op: OpOf<'copyAsync'>): string {
    const names = this.kernel.shared.find((s) => s.id === op.buffer)?.axes.map((a) => this.axis(a)) ?? [];
    const spread = op.via === 'tma' ? '' : ` by (${printLayout(op.layout, names)})`;
    return `copy ${this.stage(op.buffer, op.stage)} <- ${this.view(op.view)} via ${op.via}${spread}${op.multicast === true ? ' for the cluster' : ''}`;
  }
  private reduce(op: OpOf<'reduce'>): string {
    const over = op.over.map((o) => this.axis(o.axis) + (o.into === undefined ? '' : ` into ${this.axis(o.into)}`)).join(', ');
    return `${op.dsts.map((d) => this.target(d)).join(', ')} = reduce ${op.reducer.name} over ${over} (${op.srcs.map((s) => this.tile(s)).join(', ')})`;
  }
}

export const printTile = (kernel: TileKernel): string => new Printer(kernel).print();
