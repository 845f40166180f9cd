import { checkCodes } from './codes/check.ts'
import { hascoCodes } from './codes/hasco.ts'
import { modelCodes } from './codes/models.ts'
import { programCodes } from './codes/programs.ts'
import { runCodes } from './codes/run.ts'
import { scheduleCodes } from './codes/schedule.ts'
import { syntaxCodes } from './codes/syntax.ts'
import type { Row } from './row.ts'

/** Every diagnostic of the compiler. A stage adds rows to its own file under `codes/`; nothing else is needed. */
export const codes = { ...syntaxCodes, ...checkCodes, ...scheduleCodes, ...runCodes, ...hascoCodes, ...modelCodes, ...programCodes } as const

export type Code = keyof typeof codes

type ParamsOf<R> = R extends { readonly message: (params: infer P) => string } ? (unknown extends P ? Record<never, never> : P) : never

/** The parameters that the message of `C` takes; `{}` for a message without any. */
export type Params<C extends Code> = { readonly [K in Code]: ParamsOf<(typeof codes)[K]> }[C]

const rows: { readonly [C in Code]: Row<Params<C>> } = codes

export function rowOf<C extends Code>(code: C): Row<Params<C>> {
  return rows[code]
}

export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text)
}
