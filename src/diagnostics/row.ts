import type { Severity } from './diagnostic.ts'

/**
 * One row of the diagnostics table. `message` takes the parameters as one object, so a report that forgets one fails to
 * type-check; it is one or two sentences without a final line break. `explain` is what `tdsl explain CODE` prints: why
 * the rule exists, and an example of wrong and right text.
 */
export interface Row<P> {
  readonly severity: Severity
  readonly message: (params: P) => string
  readonly explain: string
}

/** What each stage's table must satisfy; `never` lets every row have parameters of its own. */
export type Rows<Prefix extends string> = { readonly [C in `TDSL${Prefix}${string}`]: Row<never> }

/** `a`, `b` or `c`, each in backquotes. */
export function choices(words: readonly string[], last = 'or'): string {
  const quoted = words.map((w) => `\`${w}\``)
  if (quoted.length <= 1) return quoted.join('')
  return `${quoted.slice(0, -1).join(', ')} ${last} ${quoted.at(-1)}`
}

/** A user's text within a message, cut where it is long. */
export function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text
}
