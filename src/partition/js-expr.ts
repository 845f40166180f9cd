/** Values and indices of tensor syntax trees as JavaScript text: what a generated interface reads when it fills a tile. */
import { CompilerBug, unreachable } from '../diagnostics/bug.ts';
import { type IndexExpr, type NamedAtom, valuesOf } from '../ir/index-expr.ts';
import { view } from '../ir/index-print.ts';
import { evalBinary, evalUnary } from '../ir/scalar.ts';
import { castTo } from '../ir/round.ts';
import type { Expr, Read } from '../ir/tst.ts';

/** Functions that the text calls, as `$.name`. */
export const jsSupport = {
  unary: evalUnary,
  binary: evalBinary,
  cast: castTo,
  inside: (index: readonly number[], shape: readonly number[]): boolean => index.every((x, d) => x >= 0 && x < (shape[d] ?? 0)),
  flat: (index: readonly number[], shape: readonly number[]): number => index.reduce((at, x, d) => at * (shape[d] ?? 0) + x, 0),
  clamped: (index: readonly number[], shape: readonly number[]): number[] => index.map((x, d) => Math.max(0, Math.min((shape[d] ?? 1) - 1, x))),
} as const;

const reserved = new Set(['device', 'inputs', 'output', 'value', 'Math']);
/** What a tensor is called in the text. */
export const tensorText = (name: string): string => (reserved.has(name) ? `${name}_` : name);

export type Names = (atom: NamedAtom) => string;
export type ShapeOf = (tensor: string) => readonly number[];

export function indexText(e: IndexExpr, names: Names): string {
  const v = view(e);
  const inner = (x: IndexExpr): string => { const text = indexText(x, names), k = view(x).kind; return k === 'num' || k === 'atom' ? text : `(${text})`; };
  switch (v.kind) {
    case 'num': return String(v.value);
    case 'atom': return names(v.atom);
    case 'sum': return v.terms.map((t, i) => { const text = indexText(t, names); return i === 0 ? text : text.startsWith('-') ? ` - ${text.slice(1)}` : ` + ${text}`; }).join('');
    case 'product': return v.factors.map(inner).join(' * ').replace(/^\(?-1\)? \* /, '-');
    case 'floordiv': return `Math.floor(${inner(v.a)} / ${inner(v.b)})`;
    case 'mod': return `$.binary('mod', ${indexText(v.a, names)}, ${indexText(v.b, names)}, true)`;
    case 'min': case 'max': return `Math.${v.kind}(${v.args.map((x) => indexText(x, names)).join(', ')})`;
    default: return unreachable(v);
  }
}

/** `guard`: reads may leave their tensor where the tile is padded, and give 0 there. */
export function exprText(e: Expr, names: Names, shape: ShapeOf, guard: boolean): string {
  const go = (x: Expr): string => exprText(x, names, shape, guard);
  switch (e.kind) {
    case 'const': return String(e.value);
    case 'index': return `(${indexText(e.index, names)})`;
    case 'read': return readText(e, names, shape, guard);
    case 'unary': {
      const text = e.op === 'neg' ? `(-${go(e.a)})` : `$.unary('${e.op}', ${go(e.a)})`;
      return e.type === 'i32' ? `(${text} | 0)` : text;
    }
    case 'binary': {
      const sign = e.type === 'f32' ? { add: '+', sub: '-', mul: '*', div: '/' }[e.op as string] : undefined;
      return sign === undefined ? `$.binary('${e.op}', ${go(e.a)}, ${go(e.b)}, ${e.type === 'i32' && e.a.type === 'i32'})` : `(${go(e.a)} ${sign} ${go(e.b)})`;
    }
    case 'select': return `(${go(e.cond)} ? ${go(e.then)} : ${go(e.else)})`;
    case 'cast': return `$.cast('${e.to}', ${go(e.a)})`;
    case 'reduce': case 'softmax': case 'scan': case 'topk': throw new CompilerBug('an operand of a product has a reduction in it');
    default: return unreachable(e);
  }
}

function readText(e: Read, outer: Names, shape: ShapeOf, guard: boolean): string {
  const names: Names = (atom) => { const g = atom.kind === 'value' ? e.gathers[atom.id] : undefined; return g === undefined ? outer(atom) : exprText(g, outer, shape, guard); };
  const extents = shape(e.tensor);
  if (e.index.length === 0) return `${tensorText(e.tensor)}[0]`;
  const plain = !guard && e.bounds === 'proved' && e.index.every((i) => valuesOf(i).size === 0);
  if (plain) return `${tensorText(e.tensor)}[${flatText(e.index, extents, names)}]`;
  const list = `[${e.index.map((i) => indexText(i, names)).join(', ')}]`, dims = `[${extents.join(', ')}]`;
  if (e.bounds === 'clamp' || e.bounds === 'check') return `${tensorText(e.tensor)}[$.flat($.clamped(${list}, ${dims}), ${dims})]`;
  const outside = e.bounds === 'fill' && e.fill !== undefined ? exprText(e.fill, outer, shape, guard) : '0';
  return `($.inside(${list}, ${dims}) ? ${tensorText(e.tensor)}[$.flat(${list}, ${dims})] : ${outside})`;
}

/** Row-major offset: ((i*N + j)*K + k). */
export function flatText(index: readonly IndexExpr[], shape: readonly number[], names: Names): string {
  return index.reduce((at, i, d) => {
    const text = indexText(i, names);
    if (d === 0) return text;
    const left = /^\w+$/.test(at) ? at : `(${at})`;
    return `${left} * ${shape[d] ?? 0} + ${text}`;
  }, '0');
}
