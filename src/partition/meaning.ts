/** The meaning of an intrinsic as the kernel that computes it: operands get the shapes that its ranges imply, parameters of the hardware become sizes. */
import type * as ast from '../../grammar/ast.ts';
import type { Reporter } from '../diagnostics/report.ts';
import type { Span } from '../diagnostics/span.ts';
import type { DType } from '../ir/dtype.ts';
import { namesOf } from './space.ts';

type Ranges = ReadonlyMap<string, ast.Expr>;

const int = (value: number, span: Span): ast.Expr => ({ kind: 'int', value, span });
const binary = (op: '+' | '-' | '*', left: ast.Expr, right: ast.Expr): ast.Expr => ({ kind: 'binary', op, left, right, span: left.span });
const ident = (name: string, span: Span): ast.Ident => ({ kind: 'ident', name, span });

/** Undefined where the meaning has another form than `C[i: m, …] += sum(k: n, …) A[i, k] * B[k, …]`, which is reported. `+=` says that results are added to what is there. */
export function meaningKernel(name: string, meaning: ast.Assign, dtypes: ReadonlyMap<string, DType>, reporter: Reporter): ast.Kernel | undefined {
  const ranges = new Map<string, ast.Expr>();
  const wrong = (why: string, span: Span): undefined => { reporter.report('TDSL0601', { name: `\`${name}\``, why }, span); return undefined; };
  if (meaning.op === '=') return wrong('an intrinsic adds to its result: write `+=`', meaning.target.span);
  if (meaning.op !== '+=') return wrong(`results are combined with \`+=\`, not \`${meaning.op}\``, meaning.target.span);
  const indices: ast.Ident[] = [];
  for (const p of meaning.target.positions) {
    if (p.index.kind !== 'name') return wrong('the left side has plain indices', p.span);
    if (p.extent === undefined) return wrong(`\`${p.index.name}\` needs a range: \`${p.index.name}: 16\``, p.span);
    ranges.set(p.index.name, p.extent);
    indices.push(ident(p.index.name, p.index.span));
  }
  const { value } = meaning;
  const binders = value.kind === 'axis' ? value.binders : [];
  if (value.kind === 'axis' && value.op !== 'sum') return wrong(`\`+=\` goes with \`sum\`, not with \`${value.op}\``, value.span);
  for (const b of binders) {
    if (b.extent === undefined) return wrong(`\`${b.name.name}\` needs a range: \`${b.name.name}: 16\``, b.span);
    ranges.set(b.name.name, b.extent);
  }
  const operands = new Map<string, ast.Param>();
  for (const access of accessesOf(value.kind === 'axis' ? value.body : value)) {
    const tensor = access.kind === 'name' ? access.name : access.base.kind === 'name' ? access.base.name : undefined;
    if (tensor === undefined) return wrong('operands are accesses such as `A[i, k]`', access.span);
    const dims = (access.kind === 'name' ? [] : access.positions).map((p) => ({ kind: 'dim', extent: extentOf(p, ranges), span: p.span }) as const);
    operands.set(tensor, operands.get(tensor) ?? parameter(tensor, dims, dtypes, access.span));
  }
  const result = parameter(meaning.target.name.name, indices.map((i) => ({ kind: 'dim', extent: ranges.get(i.name) ?? int(1, i.span), span: i.span })), dtypes, meaning.target.span);
  // A size that is the whole of an operand's extent follows from that operand; only the others stand in brackets.
  const bound = new Set([...operands.values()].flatMap((o) => o.type.dims.flatMap((d) => (d.extent.kind === 'name' ? [d.extent.name] : []))));
  return {
    kind: 'kernel', name: ident(name, meaning.target.name.span), sizeParams: sizesOf(meaning).filter((s) => !bound.has(s.name)), params: [...operands.values()], results: [result], pins: [], span: meaning.span,
    body: [{ ...meaning, op: '=' }],
  };
}

function parameter(name: string, dims: readonly ast.Dim[], dtypes: ReadonlyMap<string, DType>, span: Span): ast.Param {
  return { kind: 'param', name: ident(name, span), inout: false, type: { kind: 'type', elem: { kind: 'elem', name: ident(dtypes.get(name) ?? 'f32', span), span }, dims, span }, span };
}

function accessesOf(e: ast.Expr): (ast.Index | ast.NameRef)[] {
  switch (e.kind) {
    case 'index': return [e];
    case 'name': return [e];
    case 'binary': return [...accessesOf(e.left), ...accessesOf(e.right)];
    case 'unary': return accessesOf(e.operand);
    case 'call': return e.args.flatMap(accessesOf);
    default: return [];
  }
}

/** How many elements a position reaches: x + r over 0…X-1 and 0…R-1 gives X + R - 1. */
function extentOf(e: ast.Expr, ranges: Ranges): ast.Expr {
  const alone = e.kind === 'name' ? ranges.get(e.name) : undefined;
  return alone ?? binary('+', highest(e, ranges), int(1, e.span));
}
function highest(e: ast.Expr, ranges: Ranges): ast.Expr {
  switch (e.kind) {
    case 'name': { const r = ranges.get(e.name); return r === undefined ? e : binary('-', r, int(1, e.span)); }
    case 'binary': return e.op === '+' || e.op === '-' || e.op === '*' ? binary(e.op, highest(e.left, ranges), highest(e.right, ranges)) : e;
    default: return e;
  }
}

/** Names in the ranges of a meaning, each once. */
export function sizesOf(meaning: ast.Assign): ast.Ident[] {
  const ranges = [...meaning.target.positions.map((p) => p.extent), ...(meaning.value.kind === 'axis' ? meaning.value.binders.map((b) => b.extent) : [])];
  const found = new Map<string, ast.Ident>();
  for (const e of ranges) if (e !== undefined) for (const n of namesOf(e)) found.set(n, found.get(n) ?? ident(n, e.span));
  return [...found.values()];
}
