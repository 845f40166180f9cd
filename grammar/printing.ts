import type { Doc } from 'prettier'
import type * as ast from './ast.ts'

/** Prints children of the node that is being printed; their comments come with them. */
export class Printing {
  readonly #print: (selector: string | (string | number)[]) => Doc
  readonly text: string
  /** Whether the node is part of an extent or an index position, where products are written without spaces. */
  readonly inIndex: boolean

  constructor(print: (selector: string | (string | number)[]) => Doc, text: string, ancestors: readonly { readonly kind: string }[]) {
    this.#print = print
    this.text = text
    this.inIndex = isInIndex(ancestors)
  }

  child<N extends ast.Node>(_node: N, key: keyof N & string): Doc {
    return this.#print(key)
  }

  children<N extends ast.Node>(node: N, key: keyof N & string): Doc[] {
    const list: unknown = node[key]
    return Array.isArray(list) ? list.map((_, i) => this.#print([key, i])) : []
  }

  /** As the source has it, for literals. */
  source(node: { readonly span: { readonly start: number; readonly end: number } }): string {
    return this.text.slice(node.span.start, node.span.end)
  }
}

function isInIndex(ancestors: readonly { readonly kind: string }[]): boolean {
  const holder = ancestors.find((a) => a.kind !== 'binary' && a.kind !== 'unary')
  switch (holder?.kind) {
    case 'index':
    case 'left-position':
    case 'dim':
    case 'binder':
    case 'elem':
    case 'pin':
    case 'for':
      return true
    default:
      return false
  }
}
