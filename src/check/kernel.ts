import type * as ast from '../../grammar/ast.ts'
import type { Reporter } from '../diagnostics/report.ts'
import type { Span } from '../diagnostics/span.ts'
import type { Kernel, SizeDecl } from '../ir/tst.ts'
import { KernelContext } from './context.ts'
import type { Declarations } from './declarations.ts'
import { Env } from './env.ts'
import { elaborateBody } from './kernel-body.ts'
import { checkReads } from './read-checks.ts'
import { readSignature } from './signature.ts'

/** Checks one kernel. The result is only to be used when nothing was reported as an error. */
export function checkKernel(node: ast.Kernel, declarations: Declarations, reporter: Reporter): Kernel | undefined {
  const errorsBefore = reporter.diagnostics.filter((d) => d.severity === 'error').length
  const context = new KernelContext(declarations, reporter)
  const signature = readSignature(node, context)
  const env = new Env({ kernel: context, names: signature.names, axes: [], known: [], assumed: [], calls: [], binders: new Map(), inPosition: false })
  const lets = elaborateBody(node.body, signature.outputs, signature.inouts, env)
  const example = exampleOf(node, signature.sizes, reporter)
  if (reporter.diagnostics.filter((d) => d.severity === 'error').length > errorsBefore || context.incomplete) return undefined
  checkReads(context, new Map(signature.formats.map((f) => [f.codes, f.tensor])))
  const inouts = new Set(signature.inouts)
  for (const t of [...signature.inputs, ...lets]) if (!t.wasRead && !inouts.has(t)) reporter.report('TDSL0105', { name: t.name }, t.span)
  return {
    name: node.name.name,
    doc: node.doc?.text ?? '',
    sizes: signature.sizes,
    tensors: [...signature.tensors, ...context.checkTensors, ...context.temporaries].map((t) => (context.distinct.has(t.name) ? { ...t, distinct: true } : t)),
    statements: context.statements,
    formats: signature.formats,
    ...(context.checks.length === 0 ? {} : { checks: context.checks }),
    example,
    facts: context.facts,
    span: node.span,
  }
}

/** The sizes of the first `@example` line. */
export function exampleOf(node: ast.Kernel | ast.Program, sizes: readonly SizeDecl[], reporter: Reporter): Record<string, number> {
  const warn = (problem: string, span: Span): void => reporter.report('TDSL0120', { problem }, span)
  for (const example of node.doc?.examples ?? []) {
    const given = new Set(example.sizes.map((s) => s.name))
    for (const s of example.sizes) {
      const size = sizes.find((x) => x.name === s.name)
      if (size === undefined) warn(`names \`${s.name}\`, which is not a size of \`${node.name.name}\``, example.span)
      else if (size.pinned !== undefined && !size.pinned.includes(s.value)) warn(`gives \`${s.name}\` the value ${s.value}, which its \`where\` excludes`, example.span)
    }
    const missing = sizes.filter((s) => !given.has(s.name) && s.pinned?.length !== 1).map((s) => `\`${s.name}\``)
    if (missing.length > 0) warn(`gives no value to ${missing.join(', ')}`, example.span)
  }
  const first = node.doc?.examples[0]
  const values = Object.fromEntries((first?.sizes ?? []).filter((s) => sizes.some((x) => x.name === s.name)).map((s) => [s.name, s.value]))
  if (first === undefined) return values
  for (const s of sizes) { const [only] = s.pinned ?? []; if (s.pinned?.length === 1 && only !== undefined) values[s.name] ??= only }
  return values
}
