import type * as ast from '../../grammar/ast.ts'
import { parse } from '../../grammar/parse.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { Reporter } from '../diagnostics/report.ts'
import { isDType } from '../ir/dtype.ts'
import { builtins } from './builtins.ts'
import { libraryFns } from './library.ts'
import { renamed } from './renamed.ts'
import { similarNames } from './suggest.ts'

/** Gives the text of a source by its path, undefined where there is none. The compiler itself reads no files. */
export type ReadSource = (path: string) => string | undefined

export interface Linked {
  /** The file with the declarations that it imports, and what those use, before its own. */
  readonly file: ast.File
  readonly diagnostics: readonly Diagnostic[]
  /** Texts of the imported files, by the names that spans have. */
  readonly sources: readonly { readonly file: string; readonly text: string }[]
}

/** What another file can use. */
type Shared = ast.Kernel | ast.Fn | ast.Format | ast.State | ast.Extern
interface Module {
  readonly path: string
  readonly file: ast.File
  readonly own: ReadonlyMap<string, ast.Declaration>
  /** Names that it imports: the module and the name there. */
  readonly imported: Map<string, { readonly module: Module; readonly name: string }>
}

/** Reads what a file imports, and what that imports in turn, and puts the declarations into one file, each under a name of its own. */
export function linkImports(file: ast.File, read: ReadSource | undefined): Linked {
  if (!file.declarations.some((d) => d.kind === 'import')) return { file, diagnostics: [], sources: [] }
  return new Linker(read).link(file)
}

class Linker {
  readonly #reporter = new Reporter()
  readonly #sources: { file: string; text: string }[] = []
  readonly #modules = new Map<string, Module | undefined>()
  readonly #syntax: Diagnostic[] = []
  /** Modules with syntax errors. */
  readonly #damaged = new Set<Module>()
  readonly #read: ReadSource | undefined
  /** Files that are being read, the first one first. */
  readonly #open: string[] = []

  constructor(read: ReadSource | undefined) {
    this.#read = read
  }

  link(file: ast.File): Linked {
    const root = this.#module(file, file.span.file)
    const taken = new Set([...root.own.keys(), ...libraryFns().map((f) => f.name.name), ...builtins.keys()])
    const names = new Map<Shared, string>()
    const order: { readonly module: Module; readonly declaration: Shared }[] = []
    const include = (module: Module, name: string, wanted: string): void => {
      const declaration = module.own.get(name)
      if (declaration === undefined || !isShared(declaration) || names.has(declaration)) return
      let free = wanted
      for (let n = 2; taken.has(free) || isDType(free); n++) free = `${wanted}_${n}`
      taken.add(free)
      names.set(declaration, free)
      // What it uses comes first.
      for (const used of namesUsed(declaration)) {
        const from = module.imported.get(used)
        if (from !== undefined) include(from.module, from.name, from.name)
        else if (module !== root) include(module, used, used)
      }
      order.push({ module, declaration })
    }
    for (const [alias, { module, name }] of root.imported) include(module, name, alias)
    const renaming = (module: Module): ReadonlyMap<string, string> => {
      const to = new Map<string, string>()
      const note = (local: string, declaration: ast.Declaration | undefined): void => {
        const name = declaration !== undefined && isShared(declaration) ? names.get(declaration) : undefined
        if (name !== undefined && name !== local) to.set(local, name)
      }
      if (module !== root) for (const [local, declaration] of module.own) note(local, declaration)
      for (const [local, { module: from, name }] of module.imported) note(local, from.own.get(name))
      return to
    }
    const linked = order.map(({ module, declaration }): ast.Declaration => {
      const moved = renamed(declaration, renaming(module))
      const name = names.get(declaration) ?? declaration.name.name
      // The statements of a function assign to its own name where its result has none.
      const result = moved.kind === 'fn' && { result: { ...moved.result, name: moved.result.name ?? declaration.name } }
      return { ...moved, ...result, name: { ...moved.name, name } }
    })
    const to = renaming(root)
    const own = file.declarations.filter((d) => d.kind !== 'import').map((d) => renamed(d, to))
    const diagnostics = [...this.#syntax, ...this.#reporter.diagnostics].sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0))
    return { file: { ...file, declarations: [...linked, ...own] }, diagnostics, sources: this.#sources }
  }

  #module(file: ast.File, path: string): Module {
    const own = new Map<string, ast.Declaration>()
    for (const d of file.declarations) if ('name' in d && !own.has(d.name.name)) own.set(d.name.name, d)
    const module: Module = { path, file, own, imported: new Map() }
    this.#open.push(path)
    for (const d of file.declarations) if (d.kind === 'import') this.#import(d, module)
    this.#open.pop()
    return module
  }

  #import(d: ast.Import, into: Module): void {
    const path = resolvePath(into.path, d.from.value)
    const at = this.#open.indexOf(path)
    if (at >= 0) {
      this.#reporter.report('TDSL0133', { path: [...this.#open.slice(at), path] }, d.from.span)
      return
    }
    const from = this.#load(path, d)
    for (const { name, alias } of d.names) {
      const local = alias ?? name
      const before = into.own.get(local.name)
      if (before !== undefined || into.imported.has(local.name)) {
        const first = before !== undefined && 'name' in before ? [{ message: 'the first is here', span: before.name.span }] : []
        this.#reporter.report('TDSL0102', { name: local.name }, local.span, { notes: first })
        continue
      }
      if (from === undefined) continue
      const found = from.own.get(name.name)
      // A declaration that does not parse may be the one that is missing.
      if (found === undefined && this.#damaged.has(from)) continue
      if (found === undefined) {
        const similar = similarNames(name.name, from.own.keys())
        this.#reporter.report('TDSL0131', { name: name.name, from: d.from.value, similar }, name.span, { edits: similar.length === 1 && similar[0] !== undefined ? [{ span: name.span, text: similar[0] }] : [] })
      } else if (!isShared(found)) this.#reporter.report('TDSL0132', { name: name.name, what: `${found.kind === 'accelerator' || found.kind === 'intrinsic' ? 'an' : 'a'} ${found.kind}` }, name.span)
      else into.imported.set(local.name, { module: from, name: name.name })
    }
  }

  /** Each file once; undefined where it cannot be read, which is reported at each import of it. */
  #load(path: string, d: ast.Import): Module | undefined {
    if (this.#modules.has(path) && this.#modules.get(path) !== undefined) return this.#modules.get(path)
    const text = this.#read?.(path)
    if (text === undefined) {
      this.#reporter.report('TDSL0130', { from: d.from.value, why: this.#read === undefined ? 'whoever compiles gave no way to read files' : `there is no file ${path}` }, d.from.span)
      return undefined
    }
    this.#sources.push({ file: path, text })
    const parsed = parse(text, path)
    this.#syntax.push(...parsed.diagnostics)
    const module = this.#module(parsed.ast, path)
    this.#modules.set(path, module)
    if (parsed.diagnostics.some((x) => x.severity === 'error')) this.#damaged.add(module)
    return module
  }
}

function isShared(d: ast.Declaration): d is Shared {
  return d.kind === 'kernel' || d.kind === 'fn' || d.kind === 'format' || d.kind === 'state' || d.kind === 'extern'
}

/** Names of functions, kernels, formats and states in a declaration; others among them are found not to be declarations. */
function namesUsed(d: Shared): ReadonlySet<string> {
  const found = new Set<string>()
  renamed(d, { get: (name: string): undefined => { found.add(name); return undefined } })
  return found
}

/** `../lib.tdsl` as seen from the file at `from`, with `/` between the parts. */
export function resolvePath(from: string, to: string): string {
  if (/^([A-Za-z]:)?[\\/]/.test(to)) return to
  const parts = from.split(/[\\/]/).slice(0, -1)
  for (const part of to.split('/')) {
    if (part === '.' || part === '') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '.') parts.pop()
    else parts.push(part)
  }
  return parts.join('/')
}
