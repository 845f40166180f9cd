import { CstParser, type IToken, type TokenType } from 'chevrotain'
import * as t from './tokens.ts'

/** Deeper nesting of brackets, conditionals and `else` is refused, long before the JavaScript stack could end. */
export const MAX_NESTING = 100

/** Thrown through the parser and caught in `parse.ts`, which reports it. */
export class NestedTooDeep extends Error {
  readonly token: IToken

  constructor(token: IToken) {
    super('nested too deep')
    this.token = token
  }
}

/** Lookahead is decided by one token and the gates below, so that building the parser stays cheap. */
export interface ParserOptions {
  /** Let chevrotain check the grammar itself; slow, for the tests. */
  readonly validate: boolean
}

/**
 * Expressions. Alternatives of the rules that run most are made once, not at every run. Binary operators are parsed flat, operand by operand; `build-expr.ts` gives them their precedence. So a
 * long sum or a long chain of prefixes costs no stack.
 */
export abstract class ExprParser extends CstParser {
  /** Between `then` and its `else` an `else` belongs to the conditional; a read's own `else` needs parentheses there. */
  protected elseIsTaken = false
  private depth = 0

  protected next(ahead: number, ...types: TokenType[]): boolean {
    return types.includes(this.LA(ahead).tokenType)
  }

  protected isName(ahead: number): boolean {
    const type = this.LA(ahead).tokenType
    return type === t.Identifier || (type.CATEGORIES?.includes(t.Identifier) ?? false)
  }

  protected sameLine(ahead: number): boolean {
    const token: IToken & { first?: boolean } = this.LA(ahead)
    return token.first !== true
  }

  /** Parses inside brackets, where an `else` is free again. */
  protected bracketed(rule: () => void): void {
    const taken = this.elseIsTaken
    this.elseIsTaken = false
    this.nested(rule)
    this.elseIsTaken = taken
  }

  /** Every recursion of the grammar passes here. */
  protected nested(rule: () => void): void {
    if (++this.depth > MAX_NESTING && !this.RECORDING_PHASE) throw new NestedTooDeep(this.LA(1))
    rule()
    this.depth--
  }

  /** Flags of an earlier run, which may have ended anywhere, are forgotten. */
  protected start(tokens: IToken[]): void {
    this.input = tokens
    this.elseIsTaken = false
    this.depth = 0
  }

  readonly expression = this.RULE('expression', () => {
    this.SUBRULE(this.operand)
    this.MANY(() => {
      this.CONSUME(t.BinaryOp)
      this.SUBRULE2(this.operand)
    })
  })

  readonly size = this.RULE('size', () => {
    this.SUBRULE(this.operand)
    this.MANY(() => {
      this.CONSUME(t.ArithmeticOp)
      this.SUBRULE2(this.operand)
    })
  })

  private readonly values = [
    { ALT: () => this.CONSUME(t.Identifier) },
    { ALT: () => this.CONSUME(t.IntLiteral) },
    { ALT: () => this.CONSUME(t.FloatLiteral) },
    { ALT: () => this.CONSUME(t.True) },
    { ALT: () => this.CONSUME(t.False) },
    { ALT: () => this.SUBRULE(this.group) },
    { ALT: () => this.SUBRULE(this.concat) },
    { ALT: () => this.SUBRULE(this.array) },
  ]

  private readonly suffixes = {
    GATE: () => !(this.elseIsTaken && this.next(1, t.Else)),
    DEF: () => this.SUBRULE(this.suffix),
  }

  readonly operand = this.RULE('operand', () => {
    this.MANY(() => this.SUBRULE(this.prefix))
    this.OR(this.values)
    this.MANY2(this.suffixes)
  })

  private readonly prefixes = [
    { ALT: () => this.CONSUME(t.Minus) },
    { ALT: () => this.CONSUME(t.Not) },
    { ALT: () => this.SUBRULE(this.axis) },
    { ALT: () => this.SUBRULE(this.conditional) },
  ]

  readonly prefix = this.RULE('prefix', () => this.OR(this.prefixes))

  readonly conditional = this.RULE('conditional', () => {
    this.CONSUME(t.If)
    this.bracketed(() => this.SUBRULE(this.expression, { LABEL: 'condition' }))
    this.CONSUME(t.Then)
    const taken = this.elseIsTaken
    this.elseIsTaken = true
    this.nested(() => this.SUBRULE2(this.expression, { LABEL: 'yes' }))
    this.elseIsTaken = taken
    this.CONSUME(t.Else)
  })

  readonly axis = this.RULE('axis', () => {
    this.CONSUME(t.AxisWord)
    this.OPTION(() => {
      this.CONSUME(t.Less)
      this.CONSUME(t.Identifier)
      this.CONSUME(t.Greater)
    })
    this.CONSUME(t.LeftParen)
    this.bracketed(() => {
      this.SUBRULE(this.binder)
      this.MANY(() => {
        this.CONSUME(t.Comma)
        this.SUBRULE2(this.binder)
      })
      this.OPTION2(() => {
        this.CONSUME(t.Arrow)
        this.SUBRULE3(this.binder, { LABEL: 'into' })
      })
      this.OPTION3(() => {
        this.CONSUME(t.Where)
        this.SUBRULE(this.expression)
      })
    })
    this.CONSUME(t.RightParen)
  })

  readonly binder = this.RULE('binder', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.CONSUME(t.Colon)
      this.SUBRULE(this.size)
    })
    this.OPTION2(() => {
      this.CONSUME(t.By)
      this.SUBRULE2(this.size, { LABEL: 'group' })
    })
  })

  private readonly suffixKinds = [
    { ALT: () => this.SUBRULE(this.positions) },
    { ALT: () => this.SUBRULE(this.args) },
    {
      ALT: () => {
        this.CONSUME(t.Dot)
        this.CONSUME(t.Identifier)
      },
    },
    { ALT: () => this.SUBRULE(this.outside) },
  ]

  readonly suffix = this.RULE('suffix', () => this.OR(this.suffixKinds))

  readonly positions = this.RULE('positions', () => {
    this.CONSUME(t.LeftBracket)
    this.bracketed(() => {
      this.SUBRULE(this.arg)
      this.MANY(() => {
        this.CONSUME(t.Comma)
        this.SUBRULE2(this.arg)
      })
    })
    this.CONSUME(t.RightBracket)
  })

  readonly args = this.RULE('args', () => {
    this.CONSUME(t.LeftParen)
    this.OPTION(() => {
      this.bracketed(() => {
        this.SUBRULE(this.arg)
        this.MANY(() => {
          this.CONSUME(t.Comma)
          this.SUBRULE2(this.arg)
        })
      })
    })
    this.CONSUME(t.RightParen)
  })

  private readonly argName = {
    GATE: () => this.next(2, t.Equal),
    DEF: () => {
      this.CONSUME(t.Identifier)
      this.CONSUME(t.Equal)
    },
  }

  /** A position, an argument or a named size. The range after `:` is for left sides; elsewhere the tree builder refuses it. */
  readonly arg = this.RULE('arg', () => {
    this.OPTION(this.argName)
    this.SUBRULE(this.expression)
    this.OPTION2(() => {
      this.CONSUME(t.Colon)
      this.SUBRULE(this.size)
    })
  })

  readonly outside = this.RULE('outside', () => {
    this.CONSUME(t.Else)
    this.OR({
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { GATE: () => !this.next(2, t.LeftParen, t.LeftBracket, t.Dot), ALT: () => this.CONSUME(t.Clamp) },
        { GATE: () => !this.next(2, t.LeftParen, t.LeftBracket, t.Dot), ALT: () => this.CONSUME(t.Check) },
        { ALT: () => this.nested(() => this.SUBRULE(this.operand)) },
      ],
    })
  })

  readonly group = this.RULE('group', () => {
    this.CONSUME(t.LeftParen)
    this.bracketed(() => this.SUBRULE(this.expression))
    this.CONSUME(t.RightParen)
  })

  readonly concat = this.RULE('concat', () => {
    this.CONSUME(t.ConcatWord)
    this.CONSUME(t.LeftParen)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.RightParen)
    this.CONSUME(t.LeftBrace)
    this.bracketed(() => {
      this.SUBRULE(this.expression)
      this.MANY(() => {
        this.CONSUME(t.Semicolon)
        this.OPTION(() => this.SUBRULE2(this.expression))
      })
    })
    this.CONSUME(t.RightBrace)
  })

  readonly array = this.RULE('array', () => {
    this.CONSUME(t.LeftBracket)
    this.OPTION(() => {
      this.bracketed(() => {
        this.SUBRULE(this.expression)
        this.MANY(() => {
          this.CONSUME(t.Comma)
          this.SUBRULE2(this.expression)
        })
      })
    })
    this.CONSUME(t.RightBracket)
  })
}
