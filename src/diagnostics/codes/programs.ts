import { choices, type Rows } from '../row.ts'

const hint = (similar: readonly string[]): string => (similar.length === 0 ? '' : `; did you mean ${choices(similar)}?`)

/** 017x: programs and states. */
export const programCodes = {
  TDSL0170: {
    severity: 'error',
    message: ({ what, instead }: { what: string; instead: string }) => `${what} cannot stand in a program: ${instead}`,
    explain: `A program says in which order kernels run, and on which tensors: calls, \`let\` of their results, assignments of results, and loops. Arithmetic on
elements belongs in kernels.

  program p(A: f32[N]) -> C: f32[N] { C[n] = 2*A[n] }   // wrong
  kernel twice(A: f32[N]) -> C: f32[N] { C[n] = 2*A[n] }
  program p(A: f32[N]) -> C: f32[N] { C = twice(A) }`,
  },
  TDSL0171: {
    severity: 'error',
    message: ({ callee, expected, found }: { callee: string; expected: readonly string[]; found: number }) =>
      `\`${callee}\` takes ${expected.length === 0 ? 'no arguments' : `${expected.length} argument${expected.length === 1 ? '' : 's'} (${expected.join(', ')})`}, found ${found}`,
    explain: `A call gives one argument for each tensor of the kernel's parentheses, in their order. Sizes that no tensor tells stand in brackets: \`select[T=64](scores)\`.`,
  },
  TDSL0172: {
    severity: 'error',
    message: ({ callee, name, expected, found }: { callee: string; name: string; expected: string; found: string }) => `\`${name}\` of \`${callee}\` is ${expected}, found ${found}`,
    explain: `What a program passes to a kernel must be stored as the kernel reads it, and have its shape. Sizes that both name are compared where the program is
compiled, as far as they are known, and before it runs for the rest.`,
  },
  TDSL0173: {
    severity: 'error',
    message: ({ callee, expected, found }: { callee: string; expected: readonly string[]; found: number }) =>
      `\`${callee}\` gives ${expected.length === 0 ? 'no result: its tensors are `inout`, so the call is a statement of its own' : `${expected.length} result${expected.length === 1 ? '' : 's'} (${expected.join(', ')})`}, and ${found === 0 ? 'nothing takes them' : `${found} name${found === 1 ? '' : 's'} stand${found === 1 ? 's' : ''} on the left`}`,
    explain: `Every result of a call has a name: \`let q, k = project(x)\`. A kernel without results changes its \`inout\` tensors.`,
  },
  TDSL0174: {
    severity: 'error',
    message: ({ callee, size }: { callee: string; size: string }) => `nothing tells size \`${size}\` of \`${callee}\`; write \`${callee}[${size}=…](…)\``,
    explain: `The shapes of its arguments tell most sizes of a kernel. The others are given in brackets.`,
  },
  TDSL0175: {
    severity: 'error',
    message: ({ name, why }: { name: string; why: string }) => `\`${name}\` cannot be written: ${why}`,
    explain: `A program writes its results, its lets, and the fields of states that it takes as \`inout\`.`,
  },
  TDSL0176: {
    severity: 'error',
    message: ({ callee, name }: { callee: string; name: string }) => `\`${callee}\` would write \`${name}\` while it reads it`,
    explain: `The threads of a kernel run in any order, so one may read what another has overwritten. A kernel that changes a tensor in place declares it \`inout\`;
otherwise give the result a name of its own.`,
  },
  TDSL0177: {
    severity: 'error',
    message: ({ name }: { name: string }) => `\`${name}\` is read before it has values`,
    explain: `A result of the program is written by the call that computes it; only then other calls can read it.`,
  },
  TDSL0178: {
    severity: 'error',
    message: ({ state, field, similar }: { state: string; field: string; similar: readonly string[] }) => `state \`${state}\` has no field \`${field}\`${hint(similar)}`,
    explain: `A state is a set of named tensors that outlive a run: \`state Cache { K: bf16[L, N, D], V: bf16[L, N, D] }\`, used as \`cache.K\`.`,
  },
  TDSL0179: {
    severity: 'error',
    message: ({ variable }: { variable: string }) => `a kernel has no loops: its indices run by themselves, so write the statement without \`for ${variable} in …\``,
    explain: `A statement says what every element is, and its index runs over the extent that it indexes.

  kernel twice(A: f32[N]) -> C: f32[N] { for n in 0..N { C[n] = 2 * A[n] } }    // wrong
  kernel twice(A: f32[N]) -> C: f32[N] { C[n] = 2 * A[n] }

What each step needs of the one before is \`scan\`; steps that call kernels, such as the layers of a network, are a \`program\`, which has \`for\`.`,
  },
} satisfies Rows<'01'>
