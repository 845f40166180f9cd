import { choices, type Rows } from '../row.ts'
import { runtimeRows } from './runtime.ts'

const meant = (similar: readonly string[]): string => (similar.length === 0 ? '' : `; did you mean ${choices(similar)}?`)

/** 05xx: the command line, input data, running. Devices and data files have codes from TDSL0551 on (`runtime/errors.ts`). */
export const runCodes = {
  ...runtimeRows,
  TDSL0500: {
    severity: 'error',
    message: ({ text }: { text: string }) => text,
    explain: `The command line could not be understood. \`tdsl COMMAND --help\` lists what a command takes.`,
  },
  TDSL0501: {
    severity: 'error',
    message: ({ kernel, sizes }: { kernel: string; sizes: readonly string[] }) =>
      `nothing gives ${choices(sizes, 'and')} of \`${kernel}\` a value; pass \`--size ${sizes.map((size) => `${size}=…`).join(',')}\``,
    explain: `A run needs every size. Sizes come from input files, from \`--size\`, or from a doc line of the kernel:

  /// @example M=512, N=512, K=512`,
  },
  TDSL0502: {
    severity: 'error',
    message: ({ kernel, known, similar }: { kernel: string; known: readonly string[]; similar: readonly string[] }) =>
      kernel === '' ? 'the file has no kernel' : `there is no kernel \`${kernel}\`${similar.length > 0 ? meant(similar) : known.length === 0 ? '; the file has none' : `; the file has ${choices(known, 'and')}`}`,
    explain: `\`--kernel K\` and \`FILE#K\` choose one kernel of a file by its name; without them a command takes all of them.`,
  },
  TDSL0503: {
    severity: 'error',
    message: ({ name, what, known, similar }: { name: string; what: string; known: readonly string[]; similar: readonly string[] }) =>
      `there is no ${what} \`${name}\`${similar.length > 0 ? meant(similar) : known.length === 0 ? '' : `; there is ${choices(known, 'and')}`}`,
    explain: `A name on the command line (a target, size, tensor, pass, example or level) must be one that exists. The message lists them.`,
  },
  TDSL0504: {
    severity: 'error',
    message: ({ option, value, form }: { option: string; value: string; form: string }) => `\`${option} ${value}\` cannot be read; write \`${option} ${form}\``,
    explain: `An option has the wrong form, for example \`--size M\` in place of \`--size M=512\`.`,
  },
  TDSL0505: {
    severity: 'error',
    message: ({ path }: { path: string }) => `${path} does not exist`,
    explain: `A path on the command line leads nowhere. Paths are relative to the folder where the command runs.`,
  },
  TDSL0506: {
    severity: 'error',
    message: ({ path }: { path: string }) => `the folder ${path} holds no .tdsl file`,
    explain: `A folder on the command line stands for the .tdsl files in it and below it. \`tdsl init\` writes examples to start from.`,
  },
  TDSL0507: {
    severity: 'error',
    message: ({ path, reason }: { path: string; reason: string }) => `${path} cannot be read: ${reason}`,
    explain: `A source file must be readable, be UTF-8 text, and hold at most 64 MiB.`,
  },
  TDSL0508: {
    severity: 'error',
    message: ({ file, tensor, expected, found }: { file: string; tensor: string; expected: string; found: string }) =>
      `${file} does not fit \`${tensor}\`: expected ${expected}, found ${found}`,
    explain: `A tensor file must have the dtype of the tensor it is for, and a shape that agrees with the kernel's signature and the other inputs.

f16 is read from float16 files; bf16 from uint16 files that hold the bit patterns; int4 from uint8 files, two elements a byte.`,
  },
  TDSL0509: {
    severity: 'error',
    message: ({ text }: { text: string }) => text,
    explain: `The sizes of a run break a condition of the kernel's signature: an extent does not divide, a size is not one of those that are pinned, or
two tensors disagree about a size.`,
  },
  TDSL0510: {
    severity: 'error',
    message: ({ kernel, target, mismatches, checked }: { kernel: string; target: string; mismatches: number; checked: number }) =>
      `\`${kernel}\` on ${target} is wrong in ${mismatches} of ${checked} elements compared`,
    explain: `\`--check\` compares every result with an interpreter of the checked program. The bound follows from the dtypes, the accumulator, the number of terms
and Σ|a·b|, so a difference beyond it is a mistake of the compiler or of a device, not rounding. Please report it with the command line.`,
  },
  TDSL0511: {
    severity: 'error',
    message: ({ path, missing }: { path: string; missing: boolean }) => (missing ? `${path} is missing` : `${path} is not what the source compiles to`),
    explain: `\`compile --frozen\` compares what is on disk with what it would write, and writes nothing. Run \`tdsl compile\` and look at the difference before
you commit it.`,
  },
  TDSL0512: {
    severity: 'error',
    message: ({ path }: { path: string }) => `${path} is not formatted`,
    explain: `\`fmt --check\` writes nothing. Run \`tdsl fmt\` on the file.`,
  },
  TDSL0513: {
    severity: 'error',
    message: ({ command }: { command: string }) => `\`tdsl ${command}\` is not in this version`,
    explain: `The command is planned; this version has compile, run, check, fmt, inspect, explain, targets and init.`,
  },
  TDSL0514: {
    severity: 'error',
    message: ({ path }: { path: string }) => `${path} exists already and is different`,
    explain: `\`tdsl init\` never overwrites a file that was changed. Move the file away, or give another folder.`,
  },
  TDSL0515: {
    severity: 'warning',
    message: ({ tensor, count, total }: { tensor: string; count: number; total: number }) => `\`${tensor}\` holds ${count} NaN in ${total} elements; results that depend on them are not compared`,
    explain: `A NaN in an input makes every result that depends on it meaningless, and targets may give different ones (a maximum of a number and a NaN may be
either). The run goes on; \`--check\` compares the rest.`,
  },
  TDSL0518: {
    severity: 'error',
    message: ({ kernel, where, what }: { kernel: string; where: string; what: string }) => `the test of \`${kernel}\` fails on ${where}: ${what}`,
    explain: `What a \`test\` block expects holds at every point of its free indices. Sums in another order differ in their last digits: say how far both sides may
be apart.

  expect C[m, n] == sum(k) A[m, k] * B[k, n] within 1e-3`,
  },
  TDSL0516: {
    severity: 'error',
    message: ({ kernel, target, reason }: { kernel: string; target: string; reason: string }) => `\`${kernel}\` cannot run on ${target}: ${reason}`,
    explain: `The kernel was compiled, but the device or its limits do not allow this run. The message names the limit; smaller sizes or another target may do.`,
  },
  TDSL0517: {
    severity: 'error',
    message: ({ tensor, dimension, index, extent }: { tensor: string; dimension: number; index: number; extent: number }) =>
      `the index ${index} of dimension ${dimension} of \`${tensor}\` is outside: it must be from 0 to ${extent - 1}`,
    explain: `The index came from a tensor, so that only a run can tell. The kernel took the nearest element and recorded the first such point. Mend the data, give the type of the
index tensor a range, which is checked wherever values enter and costs nothing in the kernel, or say what an element outside is:

  kernel f(A: f32[N], at: i32<N>[T]) -> C: f32[T] { C[t] = A[at[t]] }
  kernel f(A: f32[N], at: i32[T]) -> C: f32[T] { C[t] = (A[at[t]] else 0) }`,
  },
  TDSL0599: {
    severity: 'error',
    message: ({ text }: { text: string }) => `this is a bug of the compiler, not of your program: ${text}`,
    explain: `The compiler found itself in a state that should not be. Nothing was written. Please report it with the source and the command line;
with the environment variable TDSL_DEBUG=1 the message has the whole stack.`,
  },
} satisfies Rows<'05'>
