import { ScheduleParser } from './parser-schedule.ts'
import * as t from './tokens.ts'

/** Intrinsics, accelerators and co-design. */
export abstract class HardwareParser extends ScheduleParser {
  readonly intrinsic = this.RULE('intrinsic', () => {
    this.CONSUME(t.Intrinsic)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.For)
    this.SUBRULE(this.targetRef)
    this.CONSUME(t.LeftBrace)
    this.MANY(() => {
      this.OR({
        IGNORE_AMBIGUITIES: true,
        DEF: [
          { GATE: () => this.next(2, t.StringLiteral), ALT: () => this.SUBRULE(this.emit) },
          { GATE: () => this.next(2, t.Colon), ALT: () => this.SUBRULE(this.operandLayout) },
          { ALT: () => this.SUBRULE(this.assignment) },
          { ALT: () => this.CONSUME(t.Semicolon) },
        ],
      })
    })
    this.CONSUME(t.RightBrace)
  })

  readonly emit = this.RULE('emit', () => {
    this.CONSUME(t.Emit)
    this.CONSUME(t.StringLiteral)
  })

  readonly operandLayout = this.RULE('operandLayout', () => {
    this.CONSUME(t.Identifier, { LABEL: 'name' })
    this.CONSUME(t.Colon)
    this.CONSUME2(t.Identifier, { LABEL: 'dtype' })
    this.CONSUME(t.In)
    this.CONSUME3(t.Identifier, { LABEL: 'memory' })
    this.OPTION(() => {
      this.CONSUME(t.LeftBrace)
      this.SUBRULE(this.layoutDim)
      this.MANY(() => {
        this.CONSUME(t.Semicolon)
        this.OPTION2(() => this.SUBRULE2(this.layoutDim))
      })
      this.CONSUME(t.RightBrace)
    })
  })

  readonly layoutDim = this.RULE('layoutDim', () => {
    this.CONSUME(t.Identifier)
    this.CONSUME(t.Equal)
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME2(t.Identifier, { LABEL: 'bit' }) },
        { ALT: () => this.CONSUME(t.Star, { LABEL: 'bit' }) },
      ])
    })
  })

  readonly accelerator = this.RULE('accelerator', () => {
    this.CONSUME(t.Accelerator)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.LeftBrace)
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(t.Intrinsic)
            this.SUBRULE(this.assignment)
          },
        },
        { ALT: () => this.SUBRULE(this.space) },
        { ALT: () => this.CONSUME(t.Semicolon) },
      ])
    })
    this.CONSUME(t.RightBrace)
  })

  readonly space = this.RULE('space', () => {
    this.CONSUME(t.Space)
    this.CONSUME(t.LeftBrace)
    this.OPTION(() => {
      this.SUBRULE(this.spaceEntry)
      this.MANY(() => {
        this.CONSUME(t.Semicolon)
        this.OPTION2(() => this.SUBRULE2(this.spaceEntry))
      })
    })
    this.CONSUME(t.RightBrace)
  })

  readonly codesign = this.RULE('codesign', () => {
    this.CONSUME(t.Codesign)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.On)
    this.SUBRULE(this.names)
    this.OPTION(() => {
      this.CONSUME(t.Minimize)
      this.SUBRULE2(this.names, { LABEL: 'goals' })
    })
    this.OPTION2(() => {
      this.CONSUME(t.Subject)
      this.CONSUME(t.To)
      this.SUBRULE(this.constraint)
      this.MANY(() => {
        this.CONSUME(t.Comma)
        this.SUBRULE2(this.constraint)
      })
    })
  })

  readonly constraint = this.RULE('constraint', () => {
    this.CONSUME(t.Identifier, { LABEL: 'metric' })
    this.CONSUME(t.CompareOp)
    this.SUBRULE(this.size)
    this.OPTION({ GATE: () => this.sameLine(1), DEF: () => this.CONSUME2(t.Identifier, { LABEL: 'unit' }) })
  })
}
