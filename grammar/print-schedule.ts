import type { Doc } from 'prettier'
import { builders } from 'prettier/doc'
import { unreachable } from '../src/diagnostics/bug.ts'
import type * as ast from './ast.ts'
import { listed } from './print-expr.ts'
import type { Printing } from './printing.ts'

const { group, indent, join, line } = builders

export function printVerb(node: ast.Verb, p: Printing): Doc {
  switch (node.kind) {
    case 'tile':
      return commas('tile', p.children(node, 'axes'))
    case 'reorder':
      return commas('reorder', p.children(node, 'loops'))
    case 'stage':
      return [
        commas('stage', p.children(node, 'tensors')), ' in ', p.child(node, 'memory'),
        node.via === undefined ? '' : [' via ', p.child(node, 'via')],
        node.pipeline === undefined ? '' : [', pipeline ', p.child(node, 'pipeline')],
      ]
    case 'pipeline':
      return node.tensors.length === 0
        ? ['pipeline ', p.child(node, 'depth')]
        : [commas('pipeline', p.children(node, 'tensors')), ' by ', p.child(node, 'depth')]
    case 'tensorize':
      return ['tensorize ', p.child(node, 'intrinsic'), node.loops.length === 0 ? '' : listed('(', p.children(node, 'loops'), ')')]
    case 'specialize':
      return commas('specialize', p.children(node, 'roles'))
    case 'split':
      return ['split ', p.child(node, 'loop'), ' by ', p.child(node, 'by')]
    case 'compute':
      return ['compute ', p.child(node, 'statement'), ' at ', p.child(node, 'level'), ' of ', p.child(node, 'consumer')]
    case 'inline':
      return commas('inline', p.children(node, 'statements'))
    case 'launch':
      return commas('launch', p.children(node, 'statements'))
    case 'persistent':
      return ['persistent', node.groups === undefined ? '' : [' ', p.child(node, 'groups')]]
    case 'order':
      return ['order ', p.child(node, 'what'), ' by ', p.child(node, 'pattern'), node.of === undefined ? '' : [' of ', p.child(node, 'of')]]
    case 'pad':
      return [commas('pad', p.children(node, 'tensors')), ' by ', p.child(node, 'by')]
    case 'tune':
      return commas('tune', p.children(node, 'parameters'))
    case 'requires':
      return ['requires ', p.child(node, 'what'), node.args.length === 0 ? '' : listed('(', p.children(node, 'args'), ')')]
    default:
      return unreachable(node)
  }
}

function commas(verb: string, items: readonly Doc[]): Doc {
  return group([verb, ' ', indent(join([',', line], [...items]))])
}

/** The parts of verbs and of design spaces. */
export function printVerbPart(
  node: ast.TargetRef | ast.LoopRef | ast.TileAxis | ast.TileFactor | ast.Role | ast.SpaceEntry | ast.Domain,
  p: Printing,
): Doc {
  switch (node.kind) {
    case 'target-ref':
      return [p.child(node, 'name'), node.variant === undefined ? '' : ['(', p.child(node, 'variant'), ')']]
    case 'loop-ref':
      return [node.statement === undefined ? '' : [p.child(node, 'statement'), '.'], p.child(node, 'index')]
    case 'tile-axis':
      return [p.child(node, 'loop'), p.children(node, 'factors').map((f): Doc => [' by ', f])]
    case 'tile-factor':
      return [node.level === undefined ? '' : [p.child(node, 'level'), ' '], p.child(node, 'size')]
    case 'role':
      return [p.child(node, 'name'), ' ', p.child(node, 'count')]
    case 'space-entry':
      return [p.child(node, 'name'), p.child(node, 'domain'), node.unit === undefined ? '' : [' ', p.child(node, 'unit')]]
    case 'domain-set':
      return [' in ', listed('{', p.children(node, 'values'), '}')]
    case 'domain-range':
      return [' in ', p.child(node, 'from'), '..', p.child(node, 'to')]
    case 'domain-value':
      return [' = ', p.child(node, 'value')]
    default:
      return unreachable(node)
  }
}
