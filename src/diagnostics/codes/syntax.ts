import { type Rows, short } from '../row.ts'

/** 00xx: the text is not a TDSL file. */
export const syntaxCodes = {
  TDSL0001: {
    severity: 'error',
    message: ({ expected, found }: { expected: string; found: string }) => `expected ${expected}, but found ${found}`,
    explain: 'The text does not follow the grammar at this place. The message names what could stand here; a note below it shows how the\nwhole construct is written.',
  },
  TDSL0002: {
    severity: 'error',
    message: ({ text }: { text: string }) => `\`${short(text)}\` means nothing here`,
    explain: 'The language uses letters, digits, `_`, double quotes and the signs `+ - * / % = ! < > . , : ; ( ) [ ] { }`. Anything\nelse can stand only in comments and texts.',
  },
  TDSL0003: {
    severity: 'error',
    message: ({ text, write }: { text: string; write: string }) => `\`${text}\` is not part of the language; write ${write}`,
    explain: 'The sign means something in mathematics or in another language. The message says how the same is written here.\n\n  where t <= s and s < n      // not: t ≤ s && s < n',
  },
  TDSL0004: {
    severity: 'error',
    message: () => 'this `{` is never closed',
    explain: 'Every `{` needs its `}`. Where the indentation tells which block was forgotten, that block is the one reported.',
  },
  TDSL0005: {
    severity: 'error',
    message: ({ what, close }: { what: string; close: string }) => `this ${what} never ends; its end is written \`${close}\``,
    explain: 'A text ends on the line where it begins; a comment `/* … */` may take several lines.',
  },
  TDSL0006: {
    severity: 'error',
    message: ({ text }: { text: string }) => `\`${short(text)}\` is not a number`,
    explain: 'Numbers are written `12`, `1_000`, `0x1F`, `1.5` or `1e-6`, with digits on both sides of the point. They have no suffix: the\ntype follows from where they stand, or from a cast.\n\n  f16(0.5) * x      // not: .5f * x',
  },
  TDSL0007: {
    severity: 'error',
    message: ({ limit }: { limit: number }) => `this is nested too deep: at most ${limit} levels; give a part a name with \`let\``,
    explain: 'Brackets, conditionals and operators may be nested so deep, and no deeper, so that every stage of the compiler can handle\nthem. A `let` takes a part out of an expression at no cost.',
  },
  TDSL0008: {
    severity: 'error',
    message: ({ bracket }: { bracket: string }) => `this \`${bracket}\` closes nothing`,
    explain: 'There is no open bracket of this kind. Either it is one too many, or its partner is missing further up.',
  },
  TDSL0009: {
    severity: 'error',
    message: ({ text }: { text: string }) => `\`${short(text)}\` cannot be a name: names are made of the letters a–z and A–Z, digits and \`_\``,
    explain: 'Names appear in CUDA, WGSL and TypeScript, which do not agree on other letters.\n\n  let sigma[m] = …      // not: let σ[m] = …',
  },
  TDSL0010: {
    severity: 'error',
    message: ({ word }: { word: string }) => `\`${short(word)}\` is a word of the language and cannot be a name`,
    explain: 'A few words are reserved: kernel fn format program schedule intrinsic accelerator codesign import extern let for in if then\nelse where and or not true false inout. All others (`stage`, `state`, `max`, …) may be names.',
  },
  TDSL0011: {
    severity: 'error',
    message: ({ first, second }: { first: string; second: string }) =>
      `comparisons do not chain: join two with \`and\`, as in \`a ${first} b and b ${second} c\``,
    explain: '`a < b < c` would compare the truth of `a < b` with `c`. Write `a < b and b < c`; or with parentheses where a truth is compared.',
  },
  TDSL0012: {
    severity: 'error',
    message: ({ text }: { text: string }) => `the number \`${short(text)}\` is too large`,
    explain: 'Whole numbers go up to 9007199254740991 (2^53 − 1), numbers with a point to about 1.8e308.',
  },
  TDSL0013: {
    severity: 'error',
    message: () => 'only a read has an outside: `else` follows `A[…]`, once; between `then` and `else` such a read stands in parentheses',
    explain: '`else v` says what a read gives outside the bounds of its tensor.\n\n  (A[m, k - 1] else 0) * F[k]\n\nA choice between two values is `if c then a else b`. A read with an outside of its own stands in parentheses there:\n\n  if c then (A[i] else 0) else b',
  },
  TDSL0014: {
    severity: 'error',
    message: ({ function: name }: { function: string | undefined }) => (name === undefined ? 'this cannot be called: only a function or a kernel, by its name' : `functions are members of nothing: call them by their name alone, \`${name}(…)\``),
    explain: 'A call is `gelu(x)`, or with sizes `select[T=64](scores)`. A product needs its sign: `(a + b) * (c + d)`.',
  },
  TDSL0015: {
    severity: 'error',
    message: ({ name }: { name: string }) => `\`${short(name)} =\` cannot stand here: arguments and positions go by their order; \`==\` compares`,
    explain: 'Names belong to sizes alone: `select[T=64](scores)` and `test matmul(M=3, N=5)`.',
  },
  TDSL0016: {
    severity: 'error',
    message: () => 'an axis operator has no groups: `by` belongs to what is stored',
    explain: 'Groups of a format are part of a tensor\'s dimensions: `let X[m, k: K by 128]: q4 = …`, or `W: q4[N, K by 128]` in a signature.',
  },
  TDSL0017: {
    severity: 'error',
    message: () => 'put this in parentheses: only a sign may stand here before the value',
    explain: 'After `else` and `within` comes one value: a number, a read, a call, or anything in parentheses.\n\n  A[i] else (if c then 1 else 2)',
  },
  TDSL0018: {
    severity: 'error',
    message: () => 'a range cannot stand here: it belongs where the index is bound, on the left or at its operator',
    explain: 'An index gets its range once, where it is bound:\n\n  Y[m, k: K - 128] = X[m, k]\n  Y[m] = sum(o: 128) X[m, o]',
  },
  TDSL0019: {
    severity: 'error',
    message: () => 'an intrinsic says what it computes by an assignment; a call cannot stand here',
    explain: '  intrinsic dot4 for cuda(sm_80) { D[i: 1] += sum(k: 4) A[i, k] * B[k] }',
  },
  TDSL0020: {
    severity: 'error',
    message: () => 'only a plain index can have a range',
    explain: '`Y[k: K - 128]` binds the index `k`. In `Y[2*k + 1]` the range of `k` follows from the extent.',
  },
  TDSL0021: {
    severity: 'error',
    message: ({ clause }: { clause: string }) => `\`${clause}\` is given twice`,
    explain: 'A declaration has this part once: an intrinsic one `emit`, an accelerator one `space`.',
  },
  TDSL0022: {
    severity: 'error',
    message: ({ word, write }: { word: string; write: string }) => `\`${short(word)}\` is not part of the language: ${write}`,
    explain: 'A kernel says what its results are, index by index; the compiler finds loops, order and memory. So there is no `return`, no\n`while` and no branching statement.',
  },
  TDSL0023: {
    severity: 'warning',
    message: () => 'this `@example` is not understood and has no effect; write `@example M=512, N=512`',
    explain: 'An `@example` line in a declaration\'s doc comment gives each size a whole number. Runs use it for sizes that nothing else binds.',
  },
  TDSL0024: {
    severity: 'error',
    message: ({ shown }: { shown: number }) => `more mistakes follow; the first ${shown} are shown`,
    explain: 'The rest is left out to keep the output readable. Mend these and run again.',
  },
  TDSL0025: {
    severity: 'error',
    message: ({ word, similar }: { word: string; similar: string }) =>
      `expected a declaration, but found \`${short(word)}\`${similar === '' ? '' : `; did you mean \`${similar}\`?`}`,
    explain: 'A file is a list of declarations, each of which begins with its word: kernel, fn, format, state, program, extern, test, import,\nschedule, intrinsic, accelerator or codesign.',
  },
  TDSL0026: {
    severity: 'error',
    message: ({ verb, verbs }: { verb: string; verbs: string }) => `\`${short(verb)}\` is not a verb of schedules; they are ${verbs}`,
    explain: 'Each line of a schedule begins with its verb:\n\n  tile m by 128, n by 256, k by 64\n  stage A, B in shared via tma, pipeline 4',
  },
  TDSL0027: {
    severity: 'error',
    message: ({ limit }: { limit: number }) => `this declaration has more than ${limit.toLocaleString('en')} words`,
    explain: 'A declaration of such a size was made by a program. Let it write several declarations, or read large tables from a file.',
  },
} satisfies Rows<'00'>
