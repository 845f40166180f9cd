/** What names mean in a program, and the signatures of what it calls. */
import type * as ast from '../../grammar/ast.ts';
import type { Span } from '../diagnostics/span.ts';
import type { IndexExpr } from '../ir/index-expr.ts';
import { printExtent } from '../check/extents.ts';
import type { FormatUse, Kernel, Tensor } from '../ir/tst.ts';
import { type Access, accessOf, type HostFn, type ProgramTensor } from './program.ts';

/** A tensor as the user sees it: one in memory, or the codes, scales and zeros of a format; with its leading positions fixed. */
export interface Value {
  readonly name: string;
  readonly parts: readonly ProgramTensor[];
  readonly format: string | undefined;
  readonly group: FormatUse['group'];
  readonly at: readonly IndexExpr[];
  readonly span: Span;
}

export type Binding =
  | { readonly kind: 'size'; readonly index: IndexExpr }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'state'; readonly state: string; readonly fields: ReadonlyMap<string, Value> }
  /** A name whose declaration has a mistake, which was reported. */
  | { readonly kind: 'broken' };

/** A tensor of a signature with its parts in memory. */
export interface Formal { readonly name: string; readonly access: Access; readonly parts: readonly Tensor[]; readonly format: string | undefined; readonly group: FormatUse['group'] }

export interface Callee {
  readonly kind: 'kernel' | 'host';
  readonly name: string;
  readonly sizeParams: readonly string[];
  readonly sizes: Kernel['sizes'];
  readonly facts: Kernel['facts'];
  readonly params: readonly Formal[];
  readonly results: readonly Formal[];
}

export function formalOf(p: ast.Param, tensors: readonly Tensor[], formats: readonly FormatUse[]): Formal {
  const name = p.name.name;
  const use = formats.find((f) => f.tensor === name);
  const names = use === undefined ? [name] : [use.codes, use.scale, ...(use.zero === undefined ? [] : [use.zero])];
  const parts = names.flatMap((n) => tensors.find((t) => t.name === n) ?? []);
  const [first] = parts;
  return { name, access: first === undefined ? 'read' : p.inout ? 'readwrite' : accessOf(first), parts, format: use?.format, group: use?.group ?? [] };
}

export function calleeOfKernel(node: ast.Kernel, kernel: Kernel): Callee {
  const formal = (p: ast.Param): Formal => formalOf(p, kernel.tensors, kernel.formats);
  return { kind: 'kernel', name: kernel.name, sizeParams: node.sizeParams.map((s) => s.name), sizes: kernel.sizes, facts: kernel.facts, params: node.params.map(formal), results: node.results.map(formal) };
}

export function calleeOfHost(node: ast.Extern, fn: HostFn): Callee {
  const formal = (p: ast.Param): Formal => formalOf(p, [...fn.inputs, ...fn.outputs], []);
  return { kind: 'host', name: fn.name, sizeParams: node.sizeParams.map((s) => s.name), sizes: fn.sizes, facts: [], params: node.params.map(formal), results: node.results.map(formal) };
}

/** `f32[S, C]`, with the format's name where there is one. */
export function typeText(parts: readonly { readonly dtype: string; readonly shape: readonly IndexExpr[]; readonly limit: IndexExpr | undefined; readonly place?: 'host' }[], format: string | undefined, given = 0): string {
  const [first] = parts;
  if (first === undefined) return 'nothing';
  const limit = first.limit === undefined ? '' : `<${printExtent(first.limit)}>`;
  return `${format ?? first.dtype}${limit}[${first.shape.slice(given).map((e) => printExtent(e)).join(', ')}]${first.place === undefined ? '' : ` in ${first.place}`}`;
}
