import type { CstNode, IParserErrorMessageProvider, IRecognitionException, IToken } from 'chevrotain'
import { DeclarationParser } from './parser-decl.ts'
import { allTokens } from './tokens.ts'

/** What the message of an exception says is put together in `syntax-error.ts`; here only the label of the missing token. */
const messages: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.LABEL ?? expected.name,
  buildNotAllInputParsedMessage: () => '',
  buildNoViableAltMessage: () => '',
  buildEarlyExitMessage: () => '',
}

/** Rules that a run may start with. */
export type StartRule =
  | 'kernel' | 'fn' | 'format' | 'state' | 'program' | 'extern' | 'test' | 'import' | 'schedule' | 'intrinsic' | 'accelerator' | 'codesign'
  | 'statement' | 'verb'

export type Outcome = { readonly ok: true; readonly cst: CstNode } | { readonly ok: false; readonly error: IRecognitionException }

/** The grammar; `tdsl.ebnf` has the same rules under the same names. One run ends at its first error. */
export class TdslParser extends DeclarationParser {
  /** `validate` lets chevrotain check the grammar itself, which is slow and for the tests. */
  constructor({ validate }: { readonly validate: boolean }) {
    super(allTokens, {
      maxLookahead: 1,
      nodeLocationTracking: 'onlyOffset',
      recoveryEnabled: false,
      skipValidations: !validate,
      errorMessageProvider: messages,
    })
    this.performSelfAnalysis()
  }

  /** @throws NestedTooDeep, and nothing else for any tokens. */
  run(rule: StartRule, tokens: readonly IToken[]): Outcome {
    this.start([...tokens])
    const cst = this[rule]()
    const error = this.errors[0]
    return error === undefined ? { ok: true, cst } : { ok: false, error }
  }
}

let shared: TdslParser | undefined

/** The parser keeps no text between runs, so one serves all; it is built at the first use. */
export function sharedParser(): TdslParser {
  shared ??= new TdslParser({ validate: false })
  return shared
}
