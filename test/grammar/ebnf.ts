import { Alternation, Alternative, type IProduction, NonTerminal, Option, Repetition, RepetitionMandatory, type Rule, Terminal } from 'chevrotain'
import { UpdateWord } from '../../grammar/tokens.ts'

/** A rule of the parser as EBNF: `[ ]` at most once, `{ }` any number of times. */
export function ebnf(rule: Rule): string {
  return `${rule.name} = ${sequence(rule.definition, true)} ;`
}

function sequence(items: readonly IProduction[], outermost = false): string {
  return items.map((item) => production(item, outermost && items.length === 1)).join(' ')
}

function production(item: IProduction, alone: boolean): string {
  if (item instanceof NonTerminal) return item.nonTerminalName
  if (item instanceof Terminal) return terminal(item)
  if (item instanceof Option) return `[ ${sequence(item.definition)} ]`
  if (item instanceof Repetition) return `{ ${sequence(item.definition, true)} }`
  if (item instanceof RepetitionMandatory) return `${sequence(item.definition)} { ${sequence(item.definition)} }`
  if (item instanceof Alternation) {
    const choices = item.definition.map((a) => (a instanceof Alternative ? sequence(a.definition) : production(a, false))).join(' | ')
    return alone ? choices : `( ${choices} )`
  }
  throw new Error(`no EBNF for ${item.constructor.name}`)
}

function terminal({ terminalType }: Terminal): string {
  if (terminalType === UpdateWord) return '( "max" | "min" )'
  const label = terminalType.LABEL ?? terminalType.name
  return /^`[^`]+`$/.test(label) && terminalType.name !== 'ConcatWord' ? `"${label.slice(1, -1)}"` : terminalType.name === 'ConcatWord' ? '"concat"' : terminalType.name
}

/** The rules of an EBNF text by name, with comments and line breaks taken out. */
export function rulesOf(text: string): Map<string, string> {
  const rules = new Map<string, string>()
  const plain = text.replace(/\(\*[^]*?\*\)/g, ' ')
  for (const match of plain.matchAll(/(\w+)\s*=((?:\s*(?:"[^"]*"|\/[^\n]*\/|[^\s";/]+))*)\s*;/g)) {
    rules.set(match[1] ?? '', `${match[1]} = ${(match[2] ?? '').trim().replace(/\s+/g, ' ')} ;`)
  }
  return rules
}
