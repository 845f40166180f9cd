import type * as ast from '../../grammar/ast.ts'
import type { Reporter } from '../diagnostics/report.ts'
import { isDType, isFloat } from '../ir/dtype.ts'
import { renamed } from './renamed.ts'
import { similarNames } from './suggest.ts'

/** Types to take for plain formats in place of those that the source names: `act` to `f32`. */
export type ChosenFormats = Readonly<Record<string, string>>

/** A format without options over a float type: another name for that type. */
export function isPlain(d: ast.Format): boolean {
  return d.options === undefined && isDType(d.storage.name) && isFloat(d.storage.name)
}

/**
 * The file with every plain format replaced by its type, so that nothing after this knows of them. The declarations stay, for their names are taken.
 * A choice that no plain format of the file has, or of a type that is no float, is reported.
 */
export function withTypesOfPlainFormats(file: ast.File, chosen: ChosenFormats, reporter: Reporter): ast.File {
  const plain = file.declarations.filter((d) => d.kind === 'format').filter(isPlain)
  const to = new Map(plain.map((d) => [d.name.name, d.storage.name]))
  for (const [name, type] of Object.entries(chosen)) {
    const declaration = plain.find((d) => d.name.name === name)
    if (declaration === undefined) reporter.report('TDSL0258', { name, type, why: to.size === 0 ? 'the source has no plain format' : `the source has the plain formats ${[...to.keys()].join(', ')}`, similar: similarNames(name, to.keys()) })
    else if (!isDType(type) || !isFloat(type)) reporter.report('TDSL0258', { name, type, why: `${type} is no float type`, similar: similarNames(type, ['f32', 'f16', 'bf16']) }, declaration.name.span)
    else to.set(name, type)
  }
  return to.size === 0 ? file : { ...file, declarations: file.declarations.map((d) => renamed(d, to)) }
}
