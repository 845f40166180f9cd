import { type CstNode, EOF, type IParserErrorMessageProvider, type IRecognitionException, type IToken } from 'chevrotain'
import { DeclarationParser } from './parser-decl.ts'
import { allTokens, Semicolon } from './tokens.ts'

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

  /**
   * Parses the inside of a block statement by statement, handing over each at once, so that a long body never stands in
   * memory as one concrete tree. False where a statement has a mistake.
   *
   * @throws NestedTooDeep
   */
  runStatements(tokens: readonly IToken[], take: (statement: CstNode) => void): boolean {
    this.start([...tokens])
    for (;;) {
      while (this.next(1, Semicolon)) this.SKIP_TOKEN()
      if (this.next(1, EOF)) return true
      this.errors = []
      const cst = this.statement()
      // A run that ends before its tokens do is reported as an error, but here the rest is the next statement.
      if (this.errors.some((e) => e.name !== 'NotAllInputParsedException')) return false
      take(cst)
    }
  }
}

let shared: TdslParser | undefined

/** The parser keeps no text between runs, so one serves all; it is built at the first use. */
export function sharedParser(): TdslParser {
  shared ??= new TdslParser({ validate: false })
  return shared
}
