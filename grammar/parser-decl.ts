import { HardwareParser } from './parser-hardware.ts'
import * as t from './tokens.ts'

/** Declarations and types. */
export abstract class DeclarationParser extends HardwareParser {
  readonly declaration = this.RULE('declaration', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.kernel) },
      { ALT: () => this.SUBRULE(this.fn) },
      { ALT: () => this.SUBRULE(this.format) },
      { ALT: () => this.SUBRULE(this.state) },
      { ALT: () => this.SUBRULE(this.program) },
      { ALT: () => this.SUBRULE(this.extern) },
      { ALT: () => this.SUBRULE(this.test) },
      { ALT: () => this.SUBRULE(this.import) },
      { ALT: () => this.SUBRULE(this.schedule) },
      { ALT: () => this.SUBRULE(this.intrinsic) },
      { ALT: () => this.SUBRULE(this.accelerator) },
      { ALT: () => this.SUBRULE(this.codesign) },
    ])
  })

  readonly kernel = this.RULE('kernel', () => {
    this.CONSUME(t.Kernel)
    this.SUBRULE(this.signature)
    this.OPTION(() => this.SUBRULE(this.pins))
    this.SUBRULE(this.block)
  })

  readonly program = this.RULE('program', () => {
    this.CONSUME(t.Program)
    this.SUBRULE(this.signature)
    this.OPTION(() => this.SUBRULE(this.pins))
    this.SUBRULE(this.block)
  })

  readonly extern = this.RULE('extern', () => {
    this.CONSUME(t.Extern)
    this.CONSUME(t.Host)
    this.CONSUME(t.Fn)
    this.SUBRULE(this.signature)
  })

  readonly signature = this.RULE('signature', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => this.SUBRULE(this.sizeParams))
    this.SUBRULE(this.params)
    this.OPTION2(() => {
      this.CONSUME(t.Arrow)
      this.SUBRULE(this.param, { LABEL: 'result' })
      this.MANY(() => {
        this.CONSUME(t.Comma)
        this.SUBRULE2(this.param, { LABEL: 'result' })
      })
    })
  })

  readonly sizeParams = this.RULE('sizeParams', () => {
    this.CONSUME(t.LeftBracket)
    this.CONSUME(t.Identifier)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.CONSUME2(t.Identifier)
    })
    this.CONSUME(t.RightBracket)
  })

  readonly params = this.RULE('params', () => {
    this.CONSUME(t.LeftParen)
    this.OPTION(() => {
      this.SUBRULE(this.param)
      this.MANY(() => {
        this.CONSUME(t.Comma)
        this.SUBRULE2(this.param)
      })
    })
    this.CONSUME(t.RightParen)
  })

  readonly param = this.RULE('param', () => {
    this.CONSUME(t.Identifier)
    this.CONSUME(t.Colon)
    this.OPTION(() => this.CONSUME(t.Inout))
    this.SUBRULE(this.type)
  })

  readonly type = this.RULE('type', () => {
    this.SUBRULE(this.elem)
    this.OPTION(() => {
      this.CONSUME(t.LeftBracket)
      this.OPTION2(() => {
        this.SUBRULE(this.dim)
        this.MANY(() => {
          this.CONSUME(t.Comma)
          this.SUBRULE2(this.dim)
        })
      })
      this.CONSUME(t.RightBracket)
    })
    this.OPTION3(() => {
      this.CONSUME(t.In)
      this.CONSUME(t.Identifier)
    })
  })

  readonly dim = this.RULE('dim', () => {
    this.SUBRULE(this.size)
    this.OPTION(() => {
      this.CONSUME(t.By)
      this.SUBRULE2(this.size, { LABEL: 'group' })
    })
  })

  readonly pins = this.RULE('pins', () => {
    this.CONSUME(t.Where)
    this.SUBRULE(this.pin)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.SUBRULE2(this.pin)
    })
  })

  readonly pin = this.RULE('pin', () => {
    this.CONSUME(t.Identifier)
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.EqualEqual)
          this.SUBRULE(this.size)
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.In)
          this.CONSUME(t.LeftBrace)
          this.SUBRULE2(this.size)
          this.MANY(() => {
            this.CONSUME(t.Comma)
            this.SUBRULE3(this.size)
          })
          this.CONSUME(t.RightBrace)
        },
      },
    ])
  })

  readonly fn = this.RULE('fn', () => {
    this.CONSUME(t.Fn)
    this.CONSUME(t.Identifier)
    this.OPTION(() => this.SUBRULE(this.sizeParams))
    this.SUBRULE(this.params)
    this.CONSUME(t.Arrow)
    this.SUBRULE(this.fnResult)
    this.OR([
      {
        ALT: () => {
          this.CONSUME(t.Equal)
          this.SUBRULE(this.expression)
        },
      },
      { ALT: () => this.SUBRULE(this.block) },
    ])
  })

  readonly fnResult = this.RULE('fnResult', () => {
    this.OPTION({
      GATE: () => this.next(2, t.Colon),
      DEF: () => {
        this.CONSUME(t.Identifier)
        this.CONSUME(t.Colon)
      },
    })
    this.SUBRULE(this.type)
  })

  readonly format = this.RULE('format', () => {
    this.CONSUME(t.Format)
    this.CONSUME(t.Identifier, { LABEL: 'name' })
    this.CONSUME(t.Equal)
    this.CONSUME2(t.Identifier, { LABEL: 'storage' })
    this.OPTION(() => {
      this.CONSUME(t.LeftBrace)
      this.OPTION2(() => {
        this.SUBRULE(this.formatOption)
        this.MANY(() => {
          this.CONSUME(t.Comma)
          this.SUBRULE2(this.formatOption)
        })
      })
      this.CONSUME(t.RightBrace)
    })
  })

  readonly formatOption = this.RULE('formatOption', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => this.SUBRULE(this.size))
  })

  readonly state = this.RULE('state', () => {
    this.CONSUME(t.State)
    this.CONSUME(t.Identifier)
    this.CONSUME(t.LeftBrace)
    this.OPTION(() => {
      this.SUBRULE(this.param)
      this.MANY(() => {
        this.CONSUME(t.Comma)
        this.SUBRULE2(this.param)
      })
    })
    this.CONSUME(t.RightBrace)
  })

  readonly test = this.RULE('test', () => {
    this.CONSUME(t.Test)
    this.CONSUME(t.Identifier)
    this.SUBRULE(this.args)
    this.SUBRULE(this.block)
  })

  readonly import = this.RULE('import', () => {
    this.CONSUME(t.Import)
    this.CONSUME(t.LeftBrace)
    this.SUBRULE(this.importName)
    this.MANY(() => {
      this.CONSUME(t.Comma)
      this.SUBRULE2(this.importName)
    })
    this.CONSUME(t.RightBrace)
    this.CONSUME(t.From)
    this.CONSUME(t.StringLiteral)
  })

  readonly importName = this.RULE('importName', () => {
    this.CONSUME(t.Identifier)
    this.OPTION(() => {
      this.CONSUME(t.As)
      this.CONSUME2(t.Identifier)
    })
  })
}
