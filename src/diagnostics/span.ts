/** A stretch of source text: `start` inclusive, `end` exclusive, in UTF-16 units from the beginning of `file`. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** 1-based line and column; the column counts UTF-16 units, as editors' protocols do. */
export interface Position {
  readonly line: number
  readonly column: number
}

export function span(file: string, start: number, end: number): Span {
  return { file, start, end }
}

/** The smallest span that covers both; they must be of one file. */
export function cover(a: Span, b: Span): Span {
  return { file: a.file, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) }
}

/** Whether `inner` lies within `outer`. */
export function isWithin(inner: Span, outer: Span): boolean {
  return inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end
}

/** The empty span just before `s`: where an inserting edit goes. */
export function before(s: Span): Span {
  return { file: s.file, start: s.start, end: s.start }
}

/** The empty span just after `s`. */
export function after(s: Span): Span {
  return { file: s.file, start: s.end, end: s.end }
}

/** A file's text with its line table, which is computed at the first question and kept. */
export class SourceFile {
  readonly name: string
  readonly text: string
  readonly #others: ReadonlyMap<string, SourceFile>
  #starts: readonly number[] | undefined

  /** `others`: files that spans beside those of this file may be of, by the names that these have. */
  constructor(name: string, text: string, others: Iterable<SourceFile> = []) {
    this.name = name
    this.text = text
    this.#others = new Map([...others].map((f) => [f.name, f]))
  }

  /** The file that a span is of. */
  of(span: Span): SourceFile {
    return this.#others.get(span.file) ?? this
  }

  /** Offsets at which lines begin. `\n`, `\r\n` and a lone `\r` each end a line. */
  get lineStarts(): readonly number[] {
    this.#starts ??= lineStartsOf(this.text)
    return this.#starts
  }

  /** Offsets outside the text are moved to its nearest end. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.text.length))
    const starts = this.lineStarts
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 }
  }

  /** The text of a 1-based line without its line end; empty for a line that does not exist. */
  line(line: number): string {
    const start = this.lineStarts[line - 1]
    if (start === undefined) return ''
    const next = this.lineStarts[line] ?? this.text.length
    let end = next
    while (end > start && isLineEnd(this.text.charCodeAt(end - 1))) end--
    return this.text.slice(start, end)
  }
}

/** The files of one compilation, by name. */
export class Sources {
  readonly #files = new Map<string, SourceFile>()

  static of(file: string, text: string): Sources {
    const sources = new Sources()
    sources.add(file, text)
    return sources
  }

  addAll(files: readonly { readonly file: string; readonly text: string }[]): Sources {
    for (const { file, text } of files) this.add(file, text)
    return this
  }

  add(name: string, text: string): SourceFile {
    const file = new SourceFile(name, text)
    this.#files.set(name, file)
    return file
  }

  get(name: string): SourceFile | undefined {
    return this.#files.get(name)
  }

  get names(): readonly string[] {
    return [...this.#files.keys()]
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1)
  }
  return starts
}

function isLineEnd(c: number): boolean {
  return c === 10 || c === 13
}
