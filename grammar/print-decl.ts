import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import { unreachable } from '../src/diagnostics/bug.ts'
import type * as ast from './ast.ts'
import { listed } from './print-expr.ts'
import { braced } from './print-statement.ts'
import type { Printing } from './printing.ts'

const { group, hardline, indent, join, line, softline } = builders

export function printDeclaration(node: ast.Declaration, p: Printing, dangling: Doc): Doc {
  switch (node.kind) {
    case 'kernel':
    case 'program':
      return [
        signature(node.kind, node, p),
        node.pins.length === 0 ? '' : [' where ', join(', ', p.children(node, 'pins'))],
        ' ', braced(p.children(node, 'body'), node.body, p, dangling),
      ]
    case 'extern':
      return signature('extern host fn', node, p)
    case 'fn':
      return [
        'fn ', p.child(node, 'name'), sizes(node, p), listed('(', p.children(node, 'params'), ')'), ' -> ', p.child(node, 'result'),
        node.body.kind === 'block' ? [' ', p.child(node, 'body')] : [' =', group(indent([line, p.child(node, 'body')]))],
      ]
    case 'format':
      return ['format ', p.child(node, 'name'), ' = ', p.child(node, 'storage'), node.options === undefined ? dangling : [' ', inBraces(p.children(node, 'options'), ',', dangling)]]
    case 'state':
      return ['state ', p.child(node, 'name'), ' ', inBraces(p.children(node, 'fields'), ',', dangling)]
    case 'test':
      return ['test ', p.child(node, 'subject'), listed('(', p.children(node, 'sizes'), ')'), ' ', braced(p.children(node, 'body'), node.body, p, dangling)]
    case 'import':
      return ['import ', inBraces(p.children(node, 'names'), ',', dangling), ' from ', p.child(node, 'from')]
    case 'schedule':
      return ['schedule ', p.child(node, 'kernel'), ' for ', p.child(node, 'target'), ' ', braced(p.children(node, 'verbs'), node.verbs, p, dangling)]
    case 'intrinsic':
      return printIntrinsic(node, p, dangling)
    case 'accelerator':
      return printAccelerator(node, p, dangling)
    case 'codesign':
      return printCodesign(node, p)
    default:
      return unreachable(node)
  }
}

function signature(word: string, node: ast.Kernel | ast.Program | ast.Extern, p: Printing): Doc {
  return [
    word, ' ', p.child(node, 'name'), sizes(node, p), listed('(', p.children(node, 'params'), ')'),
    node.results.length === 0 ? '' : [' -> ', group(indent([softline, join([',', line], p.children(node, 'results'))]))],
  ]
}

function sizes(node: ast.Kernel | ast.Program | ast.Extern | ast.Fn, p: Printing): Doc {
  return node.sizeParams.length === 0 ? '' : listed('[', p.children(node, 'sizeParams'), ']')
}

/** `{ a, b }` on one line where it fits. */
function inBraces(items: readonly Doc[], separator: string, dangling: Doc): Doc {
  if (items.length === 0) return dangling === '' ? '{}' : ['{', indent([hardline, dangling]), hardline, '}']
  const rest = dangling === '' ? '' : [line, dangling]
  return group(['{', indent([line, join([separator, line], [...items]), rest]), line, '}'])
}

/** Items keep the order of kinds: meaning, operands, template. */
function printIntrinsic(node: ast.Intrinsic, p: Printing, dangling: Doc): Doc {
  const emit = node.emit === undefined ? [] : [['emit ', p.child(node, 'emit')]]
  const items: Doc[] = [...p.children(node, 'meaning'), ...p.children(node, 'operands'), ...emit]
  return ['intrinsic ', p.child(node, 'name'), ' for ', p.child(node, 'target'), ' ', braced(items, [], p, dangling)]
}

function printAccelerator(node: ast.Accelerator, p: Printing, dangling: Doc): Doc {
  const meaning = p.children(node, 'meaning').map((m): Doc => ['intrinsic ', m])
  const space: Doc[] = node.space.length === 0 ? [] : [['space ', inBraces(p.children(node, 'space'), ';', '')]]
  return ['accelerator ', p.child(node, 'name'), ' ', braced([...meaning, ...space], [], p, dangling)]
}

function printCodesign(node: ast.Codesign, p: Printing): Doc {
  const parts: Doc[] = []
  if (node.minimize.length > 0) parts.push([hardline, 'minimize ', join(', ', p.children(node, 'minimize'))])
  if (node.constraints.length > 0) parts.push([hardline, 'subject to ', join(', ', p.children(node, 'constraints'))])
  return ['codesign ', p.child(node, 'workload'), ' on ', join(', ', p.children(node, 'accelerators')), indent(parts)]
}

/** The parts of declarations. */
export function printPart(
  node: ast.Param | ast.Type | ast.Elem | ast.Dim | ast.Pin | ast.FnResult | ast.FormatOption | ast.ImportName | ast.SizeArg | ast.Constraint | ast.Operand | ast.LayoutDim,
  p: Printing,
): Doc {
  switch (node.kind) {
    case 'param':
      return [p.child(node, 'name'), ': ', node.inout ? 'inout ' : '', p.child(node, 'type')]
    case 'type':
      return [
        p.child(node, 'elem'),
        node.dims.length === 0 ? '' : listed('[', p.children(node, 'dims'), ']'),
        node.place === undefined ? '' : [' in ', p.child(node, 'place')],
      ]
    case 'elem':
      return [p.child(node, 'name'), node.range === undefined ? '' : ['<', p.child(node, 'range'), '>']]
    case 'dim':
      return group([p.child(node, 'extent'), node.group === undefined ? '' : [' by ', p.child(node, 'group')]])
    case 'pin': {
      const values = p.children(node, 'values')
      return [p.child(node, 'size'), values.length === 1 ? [' == ', values] : [' in {', join(', ', values), '}']]
    }
    case 'fn-result':
      return [node.name === undefined ? '' : [p.child(node, 'name'), ': '], p.child(node, 'type')]
    case 'format-option':
      return [p.child(node, 'name'), node.value === undefined ? '' : [' ', p.child(node, 'value')]]
    case 'import-name':
      return [p.child(node, 'name'), node.alias === undefined ? '' : [' as ', p.child(node, 'alias')]]
    case 'size-arg':
      return [node.name === undefined ? '' : [p.child(node, 'name'), '='], p.child(node, 'value')]
    case 'constraint':
      return [p.child(node, 'metric'), ` ${node.op} `, p.child(node, 'bound'), node.unit === undefined ? '' : [' ', p.child(node, 'unit')]]
    case 'operand': {
      const layout: Doc = node.layout.length === 0 ? '' : [' ', inBraces(p.children(node, 'layout'), ';', '')]
      return [p.child(node, 'name'), ': ', p.child(node, 'dtype'), ' in ', p.child(node, 'memory'), layout]
    }
    case 'layout-dim':
      return [p.child(node, 'index'), ' = ', join(' ', p.children(node, 'bits'))]
    default:
      return unreachable(node)
  }
}
