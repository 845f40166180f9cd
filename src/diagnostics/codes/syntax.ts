import type { Rows } from '../row.ts'

/** 00xx: the text is not a TDSL file. */
export const syntaxCodes = {
  TDSL0001: {
    severity: 'error',
    message: ({ expected, found }: { expected: string; found: string }) => `expected ${expected}, but found ${found}`,
    explain: 'The text does not follow the grammar at this place. The message names what could stand here.',
  },
} satisfies Rows<'00'>
