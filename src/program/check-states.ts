/** States and host functions: signatures without a body. */
import type * as ast from '../../grammar/ast.ts';
import { KernelContext } from '../check/context.ts';
import type { Declarations } from '../check/declarations.ts';
import { readSignature } from '../check/signature.ts';
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
  const signature = readSignature({ name: node.name, sizeParams: [], params: node.fields.map((f) => ({ ...f, inout: false })), results: [], pins: [] }, context);
  reporter.addAll(own.diagnostics);
  if (own.hasErrors) return undefined;
  return {
    name: node.name.name, doc: node.doc?.text ?? '', sizes: signature.sizes.map((s) => s.name), span: node.span,
    fields: signature.tensors.map(({ name, dtype, shape, limit }) => ({ name, dtype, shape, limit })),
  };
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
