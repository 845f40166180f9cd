import { choices, type Rows } from '../row.ts'

/** 01xx: names and indices. 02xx: shapes, dtypes and formats. */
export const checkCodes = {
  TDSL0101: {
    severity: 'error',
    message: ({ name, similar }: { name: string; similar: readonly string[] }) =>
      similar.length === 0 ? `\`${name}\` is not declared` : `\`${name}\` is not declared; did you mean ${choices(similar)}?`,
    explain: `A name is a parameter, a size, a \`let\`, an index of its statement, or a declaration of the file.

  kernel f(A: f32[N]) -> C: f32[N] { C[n] = a[n] }      // wrong: the tensor is called A
  kernel f(A: f32[N]) -> C: f32[N] { C[n] = A[n] }`,
  },
} satisfies Rows<'01' | '02'>
