/** States and host functions: signatures without a body. */
import type * as ast from '../../grammar/ast.ts';
import { KernelContext } from '../check/context.ts';
import type { Declarations } from '../check/declarations.ts';
import { readSignature } from '../check/signature.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import type { HostFn, StateTree } from './program.ts';

/**
 * Checks a state on its own, so that a mistake in it is reported once. Its sizes follow from its fields' shapes, as a kernel's from its inputs'.
 * Undefined after a mistake.
 */
export function checkState(node: ast.State, declarations: Declarations, reporter: Reporter): StateTree | undefined {
  const own = new Reporter();
  const context = new KernelContext(declarations, own);
  for (const f of node.fields) if (f.inout) own.report('TDSL0170', { what: '`inout` in a state', instead: 'a program that changes the state takes it as `inout`' }, f.span);
  const signature = readSignature({ name: node.name, sizeParams: rangeSizes(node.fields), params: node.fields.map((f) => ({ ...f, inout: false })), results: [], pins: [] }, context);
  // Whoever makes a state says its sizes: its shapes need not tell them.
  const found = own.diagnostics.filter((d) => d.code !== 'TDSL0117' && d.code !== 'TDSL0118');
  reporter.addAll(found);
  if (hasErrors(found)) return undefined;
  return {
    name: node.name.name, doc: node.doc?.text ?? '', sizes: signature.sizes.map((s) => s.name), span: node.span,
    fields: signature.tensors.map(({ name, dtype, shape, limit, place }) => ({ name, dtype, shape, limit, ...(place === undefined ? {} : { place }) })),
  };
}

/** Names that stand in ranges of integers alone, such as the `V` of `i32<V>`: sizes like those of shapes. */
function rangeSizes(fields: readonly ast.Param[]): ast.Ident[] {
  const inShapes = new Set(fields.flatMap((f) => f.type.dims.flatMap((d) => namesIn(d.extent).map((n) => n.name))));
  const found = fields.flatMap((f) => (f.type.elem.range === undefined ? [] : namesIn(f.type.elem.range))).filter((n) => !inShapes.has(n.name));
  return found.filter((n, i) => found.findIndex((m) => m.name === n.name) === i);
}

function namesIn(e: ast.Expr): ast.Ident[] {
  switch (e.kind) {
    case 'name': return [{ kind: 'ident', name: e.name, span: e.span }];
    case 'unary': return namesIn(e.operand);
    case 'binary': return [...namesIn(e.left), ...namesIn(e.right)];
    case 'call': return e.args.flatMap(namesIn);
    default: return [];
  }
}

/** Undefined after a mistake. */
export function checkHostFn(node: ast.Extern, declarations: Declarations, reporter: Reporter): HostFn | undefined {
  const own = new Reporter();
  const context = new KernelContext(declarations, own);
  for (const p of [...node.params, ...node.results]) {
    if (p.inout) own.report('TDSL0170', { what: 'an `inout` tensor of a host function', instead: 'return the new values as a result' }, p.span);
    if (declarations.formats.has(p.type.elem.name.name)) own.report('TDSL0170', { what: `\`${p.type.elem.name.name}\` in a host function`, instead: 'host functions take and give plain types' }, p.type.elem.span);
  }
  const plain = (p: ast.Param): ast.Param => ({ ...p, inout: false });
  const signature = readSignature({ ...node, params: node.params.map(plain), results: node.results.map(plain), pins: [] }, context);
  reporter.addAll(own.diagnostics);
  if (own.hasErrors) return undefined;
  return {
    name: node.name.name, doc: node.doc?.text ?? '', sizes: signature.sizes, span: node.span,
    inputs: signature.tensors.filter((t) => t.role === 'input'), outputs: signature.tensors.filter((t) => t.role === 'output'),
  };
}
