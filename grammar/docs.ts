import type { Reporter } from '../src/diagnostics/report.ts'
import { cover, type Span, span } from '../src/diagnostics/span.ts'
import type { Comment, Doc, Example } from './ast.ts'

/** Gives each declaration the `///` lines directly above it; asked in the order of the file. */
export class DocFinder {
  readonly #comments: readonly Comment[]
  readonly #reporter: Reporter
  #next = 0

  constructor(comments: readonly Comment[], reporter: Reporter) {
    this.#comments = comments
    this.#reporter = reporter
  }

  /** The doc of what begins at `start`, from comments after `end`, where the declaration before ended. */
  find(end: number, start: number): Doc | undefined {
    while ((this.#comments[this.#next]?.span.start ?? Infinity) < end) this.#next++
    let lines: Comment[] = []
    for (; ; this.#next++) {
      const comment = this.#comments[this.#next]
      if (comment === undefined || comment.span.start >= start) break
      if (isDoc(comment)) lines.push(comment)
      else lines = []
    }
    const first = lines[0]
    const last = lines.at(-1)
    return first && last && this.#doc(lines, cover(first.span, last.span))
  }

  #doc(lines: readonly Comment[], place: Span): Doc {
    const examples: Example[] = []
    const text: string[] = []
    for (const line of lines) {
      const content = line.text.replace(/^\/\/\/ ?/, '')
      if (/^\s*@example\b/.test(content)) {
        const example = parseExample(content, line.span)
        if (example === undefined) this.#reporter.report('TDSL0023', {}, line.span)
        else examples.push(example)
      } else {
        text.push(content)
      }
    }
    return { kind: 'doc', text: text.join('\n').trim(), examples, span: place }
  }
}

export function isDoc(comment: Comment): boolean {
  return comment.text.startsWith('///') && !comment.text.startsWith('////')
}

function parseExample(content: string, place: Span): Example | undefined {
  const sizes: { name: string; value: number }[] = []
  for (const part of content.replace(/^\s*@example\b/, '').split(',')) {
    const match = /^\s*([A-Za-z_]\w*)\s*=\s*(\d+)\s*$/.exec(part)
    const value = Number(match?.[2])
    if (match?.[1] === undefined || !Number.isSafeInteger(value)) return undefined
    sizes.push({ name: match[1], value })
  }
  return { sizes, span: span(place.file, place.start, place.end) }
}
