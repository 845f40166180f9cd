import { StatementParser } from './parser-statement.ts'
import * as t from './tokens.ts'

const LEVELS = ['grid', 'role', 'warp', 'atom']

/** Schedule blocks: one rule a verb. */
export abstract class ScheduleParser extends StatementParser {
  readonly schedule = this.RULE('schedule', () => {
    this.CONSUME(t.Schedule)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.For)
    this.SUBRULE(this.targetRef)
    this.CONSUME(t.LeftBrace)
    this.MANY(() => {
      this.OR([{ ALT: () => this.SUBRULE(this.verb) }, { ALT: () => this.CONSUME(t.Semicolon) }])
    })
    this.CONSUME(t.RightBrace)
  })

  readonly targetRef = this.RULE('targetRef', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.CONSUME(t.LeftParen)
      this.CONSUME2(t.Identifier, { LABEL: 'variant' })
      this.CONSUME(t.RightParen)
    })
  })

  readonly verb = this.RULE('verb', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.tile) },
      { ALT: () => this.SUBRULE(this.reorder) },
      { ALT: () => this.SUBRULE(this.stage) },
      { ALT: () => this.SUBRULE(this.pipeline) },
      { ALT: () => this.SUBRULE(this.tensorize) },
      { ALT: () => this.SUBRULE(this.specialize) },
      { ALT: () => this.SUBRULE(this.split) },
      { ALT: () => this.SUBRULE(this.compute) },
      { ALT: () => this.SUBRULE(this.inline) },
      { ALT: () => this.SUBRULE(this.launch) },
      { ALT: () => this.SUBRULE(this.persistent) },
      { ALT: () => this.SUBRULE(this.order) },
      { ALT: () => this.SUBRULE(this.pad) },
      { ALT: () => this.SUBRULE(this.tune) },
      { ALT: () => this.SUBRULE(this.requires) },
    ])
  })

  readonly tile = this.RULE('tile', () => {
    this.CONSUME(t.Tile)
    this.SUBRULE(this.tileAxis)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.SUBRULE2(this.tileAxis)
    })
  })

  readonly tileAxis = this.RULE('tileAxis', () => {
    this.SUBRULE(this.loopRef)
    this.AT_LEAST_ONE(() => {
      this.CONSUME(t.By)
      this.SUBRULE(this.tileFactor)
    })
  })

  readonly tileFactor = this.RULE('tileFactor', () => {
    this.OPTION({
      GATE: () => LEVELS.includes(this.LA(1).image) && this.sameLine(2) && (this.isName(2) || this.next(2, t.IntLiteral, t.LeftParen)),
      DEF: () => this.CONSUME(t.Identifier),
    })
    this.SUBRULE(this.size)
  })

  readonly loopRef = this.RULE('loopRef', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.CONSUME(t.Dot)
      this.CONSUME2(t.Identifier)
    })
  })

  readonly loops = this.RULE('loops', () => {
    this.SUBRULE(this.loopRef)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.SUBRULE2(this.loopRef)
    })
  })

  readonly names = this.RULE('names', () => {
    this.CONSUME(t.Identifier)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.CONSUME2(t.Identifier)
    })
  })

  readonly reorder = this.RULE('reorder', () => {
    this.CONSUME(t.Reorder)
    this.SUBRULE(this.loops)
  })

  readonly stage = this.RULE('stage', () => {
    this.CONSUME(t.Stage)
    this.SUBRULE(this.names)
    this.CONSUME(t.In)
    this.CONSUME(t.Identifier, { LABEL: 'memory' })
    this.OPTION(() => {
      this.CONSUME(t.Via)
      this.CONSUME2(t.Identifier, { LABEL: 'via' })
    })
    this.OPTION2(() => {
      this.CONSUME(t.Comma)
      this.CONSUME(t.Pipeline)
      this.SUBRULE(this.size)
    })
  })

  readonly pipeline = this.RULE('pipeline', () => {
    this.CONSUME(t.Pipeline)
    this.OPTION(() => {
      this.SUBRULE(this.names)
      this.CONSUME(t.By)
    })
    this.SUBRULE(this.size)
  })

  readonly tensorize = this.RULE('tensorize', () => {
    this.CONSUME(t.Tensorize)
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.CONSUME(t.LeftParen)
      this.SUBRULE(this.loops)
      this.CONSUME(t.RightParen)
    })
  })

  readonly specialize = this.RULE('specialize', () => {
    this.CONSUME(t.Specialize)
    this.SUBRULE(this.role)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.SUBRULE2(this.role)
    })
  })

  readonly role = this.RULE('role', () => {
    this.CONSUME(t.Identifier)
    this.SUBRULE(this.size)
  })

  readonly split = this.RULE('split', () => {
    this.CONSUME(t.Split)
    this.SUBRULE(this.loopRef)
    this.CONSUME(t.By)
    this.SUBRULE(this.size)
  })

  readonly compute = this.RULE('compute', () => {
    this.CONSUME(t.Compute)
    this.CONSUME(t.Identifier, { LABEL: 'statement' })
    this.CONSUME(t.At)
    this.CONSUME2(t.Identifier, { LABEL: 'level' })
    this.CONSUME(t.Of)
    this.CONSUME3(t.Identifier, { LABEL: 'consumer' })
  })

  readonly inline = this.RULE('inline', () => {
    this.CONSUME(t.Inline)
    this.SUBRULE(this.names)
  })

  readonly launch = this.RULE('launch', () => {
    this.CONSUME(t.Launch)
    this.SUBRULE(this.names)
  })

  readonly persistent = this.RULE('persistent', () => {
    this.CONSUME(t.Persistent)
    this.OPTION({ GATE: () => this.next(1, t.IntLiteral), DEF: () => this.SUBRULE(this.size) })
  })

  readonly order = this.RULE('order', () => {
    this.CONSUME(t.Order)
    this.CONSUME(t.Identifier, { LABEL: 'what' })
    this.CONSUME(t.By)
    this.CONSUME2(t.Identifier, { LABEL: 'pattern' })
    this.OPTION(() => {
      this.CONSUME(t.Of)
      this.SUBRULE(this.size)
    })
  })

  readonly pad = this.RULE('pad', () => {
    this.CONSUME(t.Pad)
    this.SUBRULE(this.names)
    this.CONSUME(t.By)
    this.SUBRULE(this.size)
  })

  readonly tune = this.RULE('tune', () => {
    this.CONSUME(t.Tune)
    this.SUBRULE(this.spaceEntry)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.SUBRULE2(this.spaceEntry)
    })
  })

  readonly requires = this.RULE('requires', () => {
    this.CONSUME(t.Requires)
    this.CONSUME(t.Identifier)
    this.OPTION(() => this.SUBRULE(this.args))
  })

  readonly spaceEntry = this.RULE('spaceEntry', () => {
    this.CONSUME(t.Identifier)
    this.SUBRULE(this.domain)
    this.OPTION({ GATE: () => this.sameLine(1), DEF: () => this.CONSUME2(t.Identifier, { LABEL: 'unit' }) })
  })

  readonly domain = this.RULE('domain', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Equal)
          this.SUBRULE(this.size)
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.In)
          this.OR2([
            {
              ALT: () => {
                this.CONSUME(t.LeftBrace)
                this.SUBRULE2(this.size)
                this.MANY(() => {
                  this.CONSUME(t.Comma)
                  this.SUBRULE3(this.size)
                })
                this.CONSUME(t.RightBrace)
              },
            },
            {
              ALT: () => {
                this.SUBRULE4(this.size)
                this.CONSUME(t.DotDot)
                this.SUBRULE5(this.size)
              },
            },
          ])
        },
      },
    ])
  })
}
