import type { Parser, ParserOptions, Printer, SupportLanguage } from 'prettier'
import { hasErrors } from '../src/diagnostics/diagnostic.ts'
import { renderAll } from '../src/diagnostics/render.ts'
import { Sources } from '../src/diagnostics/span.ts'
import type * as ast from './ast.ts'
import { handleComment, printDangling } from './comments.ts'
import { parse } from './parse.ts'
import { printNode } from './print.ts'
import { Printing } from './printing.ts'

/** A prettier plugin: `prettier --plugin=tdsl/prettier file.tdsl`. */
export const languages: SupportLanguage[] = [{ name: 'TDSL', parsers: ['tdsl'], extensions: ['.tdsl'], vscodeLanguageIds: ['tdsl'] }]

type Located = ast.Node | ast.Comment

export const parsers: { readonly tdsl: Parser<Located> } = {
  tdsl: {
    astFormat: 'tdsl',
    parse: (text, options) => parseOrThrow(text, options.filepath ?? 'input.tdsl'),
    locStart: (node) => node.span.start,
    locEnd: (node) => node.span.end,
  },
}

/** Prettier asks for parsers that throw; the message is the rendered diagnostics. */
function parseOrThrow(text: string, file: string): ast.File {
  const { ast: tree, diagnostics } = parse(text, file)
  if (hasErrors(diagnostics)) throw new SyntaxError(renderAll(diagnostics.filter((d) => d.severity === 'error'), Sources.of(file, text)))
  return tree
}

export const printers: { readonly tdsl: Printer<Located> } = {
  tdsl: {
    print(path, options, print) {
      const { node } = path
      return node.kind === 'comment' ? node.text : printNode(node, new Printing(print, options.originalText, path.ancestors), printDangling(node))
    },
    canAttachComment: (node) => node.kind !== 'comment' && node.kind !== 'doc',
    isBlockComment: (node) => node.kind === 'comment' && node.block,
    printComment: ({ node }) => (node.kind === 'comment' ? node.text : ''),
    handleComments: { ownLine: handleComment, endOfLine: handleComment, remaining: handleComment },
    getVisitorKeys: (node) => Object.entries(node).filter(([key, value]) => key !== 'comments' && key !== 'doc' && holdsNodes(value)).map(([key]) => key),
  },
}

export const options = {}
export const defaultOptions: Partial<ParserOptions> = { printWidth: 120 }

function holdsNodes(value: unknown): boolean {
  const one: unknown = Array.isArray(value) ? value[0] : value
  return typeof one === 'object' && one !== null && 'kind' in one
}
