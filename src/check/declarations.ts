import type * as ast from '../../grammar/ast.ts'
import type { Reporter } from '../diagnostics/report.ts'
import type { Span } from '../diagnostics/span.ts'
import { isDType } from '../ir/dtype.ts'
import { builtins } from './builtins.ts'
import { checkFormat, type FormatDecl } from './formats.ts'
import { isPlain } from './plain-formats.ts'

/** The declarations of a file that kernels refer to. */
export interface Declarations {
  readonly kernels: readonly ast.Kernel[]
  readonly fns: ReadonlyMap<string, ast.Fn>
  readonly formats: ReadonlyMap<string, FormatDecl>
  readonly states: ReadonlySet<string>
  readonly stateDeclarations: readonly ast.State[]
  readonly programs: readonly ast.Program[]
  readonly externs: readonly ast.Extern[]
  /** Functions with a mistake of their own, which has been reported: calls of them give no value and no further message. */
  readonly broken: Set<string>
}

/** Sorts declarations by kind; reports names that are taken and what this version cannot translate. */
export function collectDeclarations(file: ast.File, library: readonly ast.Fn[], reporter: Reporter): Declarations {
  const kernels: ast.Kernel[] = []
  const fns = new Map(library.map((f) => [f.name.name, f]))
  const formats = new Map<string, FormatDecl>()
  const states = new Set<string>()
  const stateDeclarations: ast.State[] = []
  const programs: ast.Program[] = []
  const externs: ast.Extern[] = []
  const first = new Map<string, Span>()
  const own = (name: ast.Ident): boolean => {
    const old = first.get(name.name)
    if (old !== undefined) reporter.report('TDSL0102', { name: name.name }, name.span, { notes: [{ message: 'the first is here', span: old }] })
    else first.set(name.name, name.span)
    return old === undefined
  }
  for (const d of file.declarations) {
    switch (d.kind) {
      case 'kernel':
        if (own(d.name)) kernels.push(d)
        break
      case 'fn':
        if (isDType(d.name.name) || builtins.has(d.name.name) || d.name.name === 'clamp') reporter.report('TDSL0122', { name: d.name.name }, d.name.span)
        else if (own(d.name)) fns.set(d.name.name, d)
        break
      case 'format':
        if (isDType(d.name.name)) reporter.report('TDSL0122', { name: d.name.name }, d.name.span)
        else if (own(d.name) && !isPlain(d)) {
          const format = checkFormat(d, reporter)
          if (format !== undefined) formats.set(d.name.name, format)
          else states.add(d.name.name)
        }
        break
      case 'state':
        if (own(d.name)) stateDeclarations.push(d)
        states.add(d.name.name)
        break
      case 'program': if (own(d.name)) programs.push(d); break
      case 'extern': if (own(d.name)) externs.push(d); break
      case 'intrinsic': own(d.name); break
      case 'accelerator': own(d.name); break
      case 'codesign': break
      case 'test': break
      // Where files can be read, imports have been replaced by what they name.
      case 'import': reporter.report('TDSL0130', { from: d.from.value, why: 'whoever compiles gave no way to read files' }, d.from.span); break
      case 'schedule': break
    }
  }
  return { kernels, fns, formats, states, stateDeclarations, programs, externs, broken: new Set() }
}
