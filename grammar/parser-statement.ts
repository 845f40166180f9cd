import { ExprParser } from './parser-expr.ts'
import * as t from './tokens.ts'

/** Statements of kernels, programs, functions and tests, and the parts of types that they share with declarations. */
export abstract class StatementParser extends ExprParser {
  private readonly lines = [{ ALT: () => this.SUBRULE(this.statement) }, { ALT: () => this.CONSUME(t.Semicolon) }]

  readonly block = this.RULE('block', () => {
    this.CONSUME(t.LeftBrace)
    this.bracketed(() => {
      this.MANY(() => this.OR(this.lines))
    })
    this.CONSUME(t.RightBrace)
  })

  private readonly statements = {
    IGNORE_AMBIGUITIES: true,
    DEF: [
      { ALT: () => this.SUBRULE(this.let) },
      { ALT: () => this.SUBRULE(this.for) },
      { GATE: () => !this.next(2, t.LeftBracket, t.Equal, t.PlusEqual, t.Dot), ALT: () => this.SUBRULE(this.expect) },
      { ALT: () => this.SUBRULE(this.assignment) },
    ],
  }

  readonly statement = this.RULE('statement', () => this.OR(this.statements))

  readonly let = this.RULE('let', () => {
    this.CONSUME(t.Let)
    this.SUBRULE(this.letTarget)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.SUBRULE2(this.letTarget)
    })
    this.CONSUME(t.Equal)
    this.SUBRULE(this.expression)
  })

  readonly letTarget = this.RULE('letTarget', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.CONSUME(t.LeftBracket)
      this.SUBRULE(this.binder)
      this.MANY(() => {
        this.CONSUME(t.Comma)
        this.SUBRULE2(this.binder)
      })
      this.CONSUME(t.RightBracket)
    })
    this.OPTION2(() => {
      this.CONSUME(t.Colon)
      this.SUBRULE(this.elem)
      this.OPTION3(() => {
        this.CONSUME(t.In)
        this.CONSUME2(t.Identifier, { LABEL: 'place' })
      })
    })
  })

  readonly elem = this.RULE('elem', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.CONSUME(t.Less)
      this.SUBRULE(this.size)
      this.CONSUME(t.Greater)
    })
  })

  private readonly callOrValue = [
    { ALT: () => this.SUBRULE(this.args) },
    {
      ALT: () => {
        this.SUBRULE(this.assignOp)
        this.SUBRULE(this.expression)
      },
    },
  ]

  /** An assignment, or a call that stands alone. */
  readonly assignment = this.RULE('assignment', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.CONSUME(t.Dot)
      this.CONSUME2(t.Identifier, { LABEL: 'field' })
    })
    this.OPTION2(() => this.SUBRULE(this.positions))
    this.OR(this.callOrValue)
  })

  private readonly assignOps = [
    { ALT: () => this.CONSUME(t.Equal) },
    { ALT: () => this.CONSUME(t.PlusEqual) },
    {
      ALT: () => {
        this.CONSUME(t.UpdateWord)
        this.CONSUME2(t.Equal)
      },
    },
  ]

  readonly assignOp = this.RULE('assignOp', () => this.OR(this.assignOps))

  readonly for = this.RULE('for', () => {
    this.CONSUME(t.For)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.In)
    this.SUBRULE(this.size)
    this.CONSUME(t.DotDot)
    this.SUBRULE2(this.size)
    this.SUBRULE(this.block)
  })

  readonly expect = this.RULE('expect', () => {
    this.CONSUME(t.Expect)
    this.SUBRULE(this.expression)
    this.OPTION(() => {
      this.CONSUME(t.Within)
      this.SUBRULE(this.operand)
    })
  })
}
