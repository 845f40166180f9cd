import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import type * as ast from './ast.ts'
import { isSigned, listed } from './print-expr.ts'
import type { Printing } from './printing.ts'

const { group, hardline, indent, join, line } = builders

/** Lines in braces; single empty lines between them are kept. `dangling` are comments of an empty body. */
export function braced(items: readonly Doc[], nodes: readonly { readonly span: { readonly end: number } }[], p: Printing, dangling: Doc): Doc {
  if (items.length === 0) return dangling === '' ? '{}' : ['{', indent([hardline, dangling]), hardline, '}']
  return ['{', indent([hardline, spaced(items, nodes, p), dangling === '' ? '' : [hardline, dangling]]), hardline, '}']
}

/** Items under each other, with an empty line where the source has one or more. */
export function spaced(items: readonly Doc[], nodes: readonly { readonly span: { readonly end: number } }[], p: Printing): Doc {
  return items.map((item, i) => {
    if (i === items.length - 1) return item
    const node = nodes[i]
    return [item, hardline, node !== undefined && emptyLineAfter(p.text, node.span.end) ? hardline : '']
  })
}

/** Whether an empty line follows the line that ends at or after `offset`. */
export function emptyLineAfter(text: string, offset: number): boolean {
  const rest = /^[ \t;]*(?:\/\/[^\r\n]*|\/\*(?:[^*\r\n]|\*(?!\/))*\*\/[ \t]*)?(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)/y
  rest.lastIndex = 0
  return rest.test(text.slice(offset, text.indexOf('\n', text.indexOf('\n', offset) + 1) + 1))
}

export function printStatement(node: ast.Statement, p: Printing, dangling: Doc): Doc {
  switch (node.kind) {
    case 'let':
      return assigned(['let ', join(', ', p.children(node, 'targets'))], '=', p.child(node, 'value'), node.value)
    case 'assign':
      return assigned(p.child(node, 'target'), node.op, p.child(node, 'value'), node.value)
    case 'for':
      return [
        group(['for ', p.child(node, 'index'), ' in ', p.child(node, 'from'), '..', p.child(node, 'to')]), ' ',
        braced(p.children(node, 'body'), node.body, p, dangling),
      ]
    case 'expect': {
      const within = node.within === undefined ? '' : p.child(node, 'within')
      const enclosed = node.within !== undefined && !isSigned(node.within)
      const condition = group(indent(p.child(node, 'condition')))
      return ['expect ', condition, node.within === undefined ? '' : [' within ', enclosed ? ['(', within, ')'] : within]]
    }
    case 'call-statement':
      return p.child(node, 'call')
  }
}

/** A value that breaks at its own brackets stays beside the sign; a chain of operators goes on under it. */
function assigned(left: Doc, op: string, value: Doc, node: ast.Expr): Doc {
  const flat = node.kind !== 'binary' && node.kind !== 'conditional' && node.kind !== 'axis'
  return group([left, ` ${op} `, flat ? value : indent(group(value))])
}

export function printLetTarget(node: ast.LetTarget, p: Printing): Doc {
  return [
    p.child(node, 'name'),
    node.indices.length === 0 ? '' : listed('[', p.children(node, 'indices'), ']'),
    node.elem === undefined ? '' : [': ', p.child(node, 'elem')],
    node.place === undefined ? '' : [' in ', p.child(node, 'place')],
  ]
}

export function printTarget(node: ast.Target, p: Printing): Doc {
  return [
    p.child(node, 'name'),
    node.field === undefined ? '' : ['.', p.child(node, 'field')],
    node.positions.length === 0 ? '' : listed('[', p.children(node, 'positions'), ']'),
  ]
}

export function printBinder(node: ast.Binder, p: Printing): Doc {
  return group([
    p.child(node, 'name'),
    node.extent === undefined ? '' : [': ', p.child(node, 'extent')],
    node.group === undefined ? '' : [line, 'by ', p.child(node, 'group')],
  ])
}
