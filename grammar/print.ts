import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import { unreachable } from '../src/diagnostics/bug.ts'
import type * as ast from './ast.ts'
import { behind } from './comments.ts'
import { printDeclaration, printPart } from './print-decl.ts'
import { printExpr, printOutside } from './print-expr.ts'
import { printVerb, printVerbPart } from './print-schedule.ts'
import { braced, emptyLineAfter, printBinder, printLetTarget, printStatement, printTarget } from './print-statement.ts'
import type { Printing } from './printing.ts'

const { hardline } = builders

/** Prints one node; `dangling` are comments that lie in it but beside no child, as in an empty body. */
export function printNode(node: ast.Node, p: Printing, dangling: Doc): Doc {
  return hasInside(node) ? printWith(node, p, dangling) : behind(printWith(node, p, ''), dangling)
}

/** Nodes with braces, where comments may stand alone. */
function hasInside(node: ast.Node): boolean {
  switch (node.kind) {
    case 'file': case 'kernel': case 'program': case 'format': case 'state': case 'test': case 'import': case 'schedule': case 'intrinsic':
    case 'accelerator': case 'block': case 'for':
      return true
    default:
      return false
  }
}

function printWith(node: ast.Node, p: Printing, dangling: Doc): Doc {
  switch (node.kind) {
    case 'file':
      return printFile(node, p, dangling)
    case 'ident':
      return node.name
    case 'string':
      return p.source(node)
    case 'doc':
      return ''
    case 'kernel': case 'fn': case 'format': case 'state': case 'program': case 'extern': case 'test': case 'import':
    case 'schedule': case 'intrinsic': case 'accelerator': case 'codesign':
      return printDeclaration(node, p, dangling)
    case 'param': case 'type': case 'elem': case 'dim': case 'pin': case 'fn-result': case 'format-option': case 'import-name':
    case 'size-arg': case 'constraint': case 'operand': case 'layout-dim':
      return printPart(node, p)
    case 'block':
      return braced(p.children(node, 'statements'), node.statements, p, dangling)
    case 'let': case 'assign': case 'for': case 'expect': case 'call-statement':
      return printStatement(node, p, dangling)
    case 'let-target':
      return printLetTarget(node, p)
    case 'binder':
      return printBinder(node, p)
    case 'target':
      return printTarget(node, p)
    case 'left-position':
      return [p.child(node, 'index'), node.extent === undefined ? '' : [': ', p.child(node, 'extent')]]
    case 'int': case 'float': case 'bool': case 'name': case 'field': case 'index': case 'call': case 'unary': case 'binary':
    case 'conditional': case 'axis': case 'concat': case 'array':
      return printExpr(node, p)
    case 'outside-value': case 'outside-clamp': case 'outside-check':
      return printOutside(node, p)
    case 'target-ref': case 'loop-ref': case 'tile-axis': case 'tile-factor': case 'role': case 'space-entry':
    case 'domain-set': case 'domain-range': case 'domain-value':
      return printVerbPart(node, p)
    case 'tile': case 'reorder': case 'stage': case 'pipeline': case 'tensorize': case 'specialize': case 'split': case 'compute':
    case 'inline': case 'launch': case 'persistent': case 'order': case 'pad': case 'tune': case 'requires':
      return printVerb(node, p)
    default:
      return unreachable(node)
  }
}

function printFile(node: ast.File, p: Printing, dangling: Doc): Doc {
  const items = p.children(node, 'declarations')
  const parts: Doc[] = items.map((item, i) => {
    const [one, next] = [node.declarations[i], node.declarations[i + 1]]
    if (one === undefined || next === undefined) return item
    const close = isOneLine(one) && isOneLine(next) && !emptyLineAfter(p.text, one.span.end)
    return [item, hardline, close ? '' : hardline]
  })
  return items.length === 0 && dangling === '' ? '' : [...parts, dangling, hardline]
}

/** Declarations that may stand in consecutive lines; the others are set apart by an empty line. */
function isOneLine(node: ast.Declaration): boolean {
  return node.kind === 'format' || node.kind === 'import' || node.kind === 'extern' || (node.kind === 'fn' && node.body.kind !== 'block')
}
