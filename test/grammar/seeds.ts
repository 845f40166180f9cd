import { readdirSync, readFileSync } from 'node:fs'

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8')
}

const examples = new URL('../../examples/', import.meta.url)

/** Whole programs that must parse without a mistake. */
export const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['tour.tdsl', read('tour.tdsl')],
  ['constructs.tdsl', read('constructs.tdsl')],
  ...readdirSync(examples).filter((f) => f.endsWith('.tdsl')).sort().map((f): [string, string] => [f, readFileSync(new URL(f, examples), 'utf8')]),
])

/** Their declarations one by one, and the short programs as wholes: what the fuzzer starts from. */
export const SEEDS: readonly string[] = [...PROGRAMS.values()].flatMap((text) => [...(text.length < 2000 ? [text] : []), ...text.split(/\n(?=\S)(?=[a-z/])/)])
