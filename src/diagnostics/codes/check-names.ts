import { choices, type Rows } from '../row.ts'

const hint = (similar: readonly string[]): string => (similar.length === 0 ? '' : `; did you mean ${choices(similar)}?`)

/** 01xx: names, indices and sizes. */
export const nameCodes = {
  TDSL0101: {
    severity: 'error',
    message: ({ name, similar }: { name: string; similar: readonly string[] }) => `\`${name}\` is not declared${hint(similar)}`,
    explain: `A name is a parameter, a size, a \`let\`, an index of its statement, or a declaration of the file.

  kernel f(A: f32[N]) -> C: f32[N] { C[n] = a[n] }      // wrong: the tensor is called A
  kernel f(A: f32[N]) -> C: f32[N] { C[n] = A[n] }`,
  },
  TDSL0102: {
    severity: 'error',
    message: ({ name }: { name: string }) => `\`${name}\` is declared twice`,
    explain: `Parameters, results, sizes and lets of one kernel share one set of names, and so do the declarations of a file.

  kernel f(A: f32[N], A: f32[N]) -> C: f32[N] { … }     // wrong
  kernel f(A: f32[N], B: f32[N]) -> C: f32[N] { … }`,
  },
  TDSL0103: {
    severity: 'error',
    message: ({ name, similar }: { name: string; similar: readonly string[] }) =>
      `the index \`${name}\` is bound neither on the left nor by an operator${hint(similar)}`,
    explain: `Every index of a statement stands on its left side, or is bound by an operator such as \`sum(k)\`. An index that is
neither is most often a slip of the keyboard.

  C[m] = A[m, k]                 // wrong: which k?
  C[m] = sum(k) A[m, k]`,
  },
  TDSL0104: {
    severity: 'warning',
    message: ({ name, op }: { name: string; op: string }) => `\`${op}(${name})\` binds an index that its body does not use`,
    explain: `An index that is bound and not used is legal, and often a mistake: \`sum(k) A[m]\` adds the same element K times.

  C[m] = sum(k: K) A[m]          // a warning
  C[m] = sum(k) A[m, k]`,
  },
  TDSL0105: {
    severity: 'warning',
    message: ({ name }: { name: string }) => `\`${name}\` is not used`,
    explain: 'A let or a parameter that nothing reads does not change any result. Remove it, or use it.',
  },
  TDSL0106: {
    severity: 'error',
    message: ({ name }: { name: string }) => `\`${name}\` is read before it is written`,
    explain: `Statements run in the order in which they are written.

  C[m] = t[m]  let t[m] = A[m] + 1       // wrong
  let t[m] = A[m] + 1  C[m] = t[m]`,
  },
  TDSL0107: {
    severity: 'error',
    message: ({ name }: { name: string }) => `the result \`${name}\` is never written`,
    explain: `Each result of a kernel gets its values from one statement of its body.

  kernel f(A: f32[N]) -> C: f32[N] { let t[n] = A[n] }  // wrong
  kernel f(A: f32[N]) -> C: f32[N] { C[n] = A[n] }`,
  },
  TDSL0108: {
    severity: 'error',
    message: ({ name }: { name: string }) => `\`${name}\` is written a second time`,
    explain: `A tensor is written by one statement. Use a \`let\` for what comes in between.

  C[n] = A[n]  C[n] = C[n] + 1           // wrong
  let t[n] = A[n]  C[n] = t[n] + 1`,
  },
  TDSL0109: {
    severity: 'error',
    message: ({ name, what }: { name: string; what: string }) => `\`${name}\` is ${what}; only results of the kernel can be written`,
    explain: 'A statement `name[…] = …` writes a result of the kernel. A new tensor in between is declared by `let name[…] = …`.',
  },
  TDSL0110: {
    severity: 'error',
    message: ({ name, what }: { name: string; what: string }) => `\`${name}\` is already ${what} here; an index has a name of its own`,
    explain: `An index is bound once at any place, and has a name of its own: not that of a size, a tensor or an index around it.

  C[m] = sum(m) A[m, m]          // wrong
  C[m] = sum(k) A[m, k]`,
  },
  TDSL0111: {
    severity: 'error',
    message: ({ name, similar }: { name: string; similar: readonly string[] }) => `there is no function \`${name}\`${hint(similar)}`,
    explain: 'Functions are those of the file (`fn`), the standard library (`relu`, `gelu`, `sigmoid`, …), scalar operators (`exp`, `sqrt`, `min`, …) and conversions, named as their dtype (`f32(x)`).',
  },
  TDSL0112: {
    severity: 'error',
    message: ({ name, want, got }: { name: string; want: string; got: number }) => `\`${name}\` takes ${want}, not ${got}`,
    explain: `A call has one argument for each parameter of the function, in their order.

  C[n] = lerp(A[n], B[n])        // wrong: how far between them?
  C[n] = lerp(A[n], B[n], 0.5)`,
  },
  TDSL0113: {
    severity: 'error',
    message: ({ path }: { path: readonly string[] }) => `\`${path[0]}\` calls itself (${path.join(' → ')}); functions are inlined, so that never ends`,
    explain: 'A call of a `fn` is replaced by its body while compiling. So a function cannot call itself, neither directly nor through others.',
  },
  TDSL0114: {
    severity: 'error',
    message: ({ name, what, use }: { name: string; what: string; use: string }) => `\`${name}\` is ${what}; ${use}`,
    explain: 'The name exists, but is another kind of thing than this place takes: a size is not a tensor, a tensor is not a number until it is indexed.',
  },
  TDSL0115: {
    severity: 'error',
    message: ({ name, op }: { name: string; op: string }) => `\`${op}(${name})\` keeps its axis, so \`${name}\` must be bound around it`,
    explain: `\`softmax\` and \`scan\` give a value for each position along their axis; the position is an index of the left side or of an operator around.

  C[m] = softmax(k) A[m, k]      // wrong: there is no k on the left
  C[m, k] = softmax(k) A[m, k]`,
  },
  TDSL0116: {
    severity: 'error',
    message: ({ size, kernel }: { size: string; kernel: string }) => `no input has the size \`${size}\`; make it a parameter: \`${kernel}[${size}]\``,
    explain: `Sizes are taken from the shapes of the inputs. A size that only results use has no value unless the caller gives it.

  kernel zeros() -> C: f32[N] { … }      // wrong
  kernel zeros[N]() -> C: f32[N] { … }`,
  },
  TDSL0117: {
    severity: 'error',
    message: ({ size, extent }: { size: string; extent: string }) => `the size \`${size}\` cannot be computed from the extent \`${extent}\`; make it a parameter, or use it alone in another extent`,
    explain: `A size is solved from an extent in which it is the only unknown: \`G*R\` gives R where another extent gives G. \`D/2\` gives nothing,
since two values of D have the same half.

  kernel f(A: f32[G*R]) -> C: f32[G] { … }         // wrong: many G and R have this product
  kernel f[R](A: f32[G*R]) -> C: f32[G] { … }`,
  },
  TDSL0118: {
    severity: 'warning',
    message: ({ size }: { size: string }) => `the shape of an input gives \`${size}\`; it need not be a parameter`,
    explain: 'A size in brackets after the name of a kernel is given by the caller. Where an input has this size, its shape says the same.',
  },
  TDSL0119: {
    severity: 'error',
    message: ({ size, why }: { size: string; why: string }) => `\`${size}\` cannot be pinned here: ${why}`,
    explain: `\`where D == 128\` or \`where D in {64, 128}\` fixes a size of the kernel to whole numbers that are known while compiling.`,
  },
  TDSL0120: {
    severity: 'warning',
    message: ({ problem }: { problem: string }) => `this \`@example\` ${problem}`,
    explain: 'A doc line `@example M=512, N=512` gives each size of the kernel a value. Such sizes are used by runs that give none.',
  },
  TDSL0121: {
    severity: 'error',
    message: ({ what }: { what: string }) => `${what} is not supported yet`,
    explain: 'The language defines it, and this version of the compiler cannot translate it.',
  },
  TDSL0122: {
    severity: 'error',
    message: ({ name }: { name: string }) => `\`${name}\` is the name of a dtype or an operator of the language`,
    explain: 'Dtypes (`f32`) and builtin functions (`exp`) keep their meaning; a declaration needs another name. The standard library may be redefined.',
  },
  TDSL0123: {
    severity: 'error',
    message: ({ name }: { name: string }) => `the calls of this kernel expand too far; the limit is reached at \`${name}\``,
    explain: 'Calls are replaced by bodies. A function that calls another twice, which calls a third twice, and so on, doubles at every step. Put what is shared into a `let`.',
  },
  TDSL0124: {
    severity: 'error',
    message: ({ name, op }: { name: string; op: string }) => `\`${name}\` has no values that \`${op}\` could update; first give every element one, or make it an \`inout\` parameter`,
    explain: `An update changes some elements and leaves the others as they were: those of an \`inout\` parameter, or of a result that a statement has
filled before.

  H[x[n]] += 1                   // wrong: to what is 1 added?
  H[b] = 0  H[x[n]] += 1`,
  },
  TDSL0125: {
    severity: 'warning',
    message: ({ name }: { name: string }) => `\`${name}\` is \`inout\`, and no statement updates it`,
    explain: 'An `inout` tensor is one that the kernel changes in place. One that is only read is an input.',
  },
  TDSL0126: {
    severity: 'error',
    message: ({ name }: { name: string }) => `there is no place \`${name}\`; a tensor lies on the device, or \`in host\``,
    explain: `\`V: bf16[T, D] in host\` lies in memory of the host, which the device reads where it is. Without a place a tensor lies on the device.

  kernel f(V: bf16[T, D] in cpu) …       // wrong
  kernel f(V: bf16[T, D] in host) …`,
  },
  TDSL0130: {
    severity: 'error',
    message: ({ from, why }: { from: string; why: string }) => `\`${from}\` cannot be imported: ${why}`,
    explain: `The path of an import is relative to the file that it stands in.

  import { q4 } from "./formats.tdsl"`,
  },
  TDSL0131: {
    severity: 'error',
    message: ({ name, from, similar }: { name: string; from: string; similar: readonly string[] }) => `\`${from}\` does not declare \`${name}\`${hint(similar)}`,
    explain: 'An import names declarations of the other file: its kernels, functions, formats, states and host functions. What that file imports itself is imported from where it stands.',
  },
  TDSL0132: {
    severity: 'error',
    message: ({ name, what }: { name: string; what: string }) => `\`${name}\` is ${what}, which cannot be imported`,
    explain: 'Kernels, functions, formats, states and host functions can be imported. Accelerators and intrinsics of other files are named on the command line as FILE#name.',
  },
  TDSL0133: {
    severity: 'error',
    message: ({ path }: { path: readonly string[] }) => `these files import each other: ${path.join(' → ')}`,
    explain: 'A file may import what another declares, but not in a circle. Put what both need into a third file.',
  },
  TDSL0134: {
    severity: 'error',
    message: ({ name, similar }: { name: string; similar: readonly string[] }) => `there is no kernel \`${name}\` to test${hint(similar)}`,
    explain: 'A test names the kernel that it runs: `test matmul(M=3, N=5, K=7) { … }`.',
  },
  TDSL0135: {
    severity: 'error',
    message: ({ problem }: { problem: string }) => problem,
    explain: `A test runs its kernel at one set of sizes.

  test matmul(M=3, N=5, K=7) { … }`,
  },
  TDSL0136: {
    severity: 'error',
    message: ({ name, kernel, similar }: { name: string; kernel: string; similar: readonly string[] }) => `\`${name}\` is no input of \`${kernel}\`${hint(similar)}`,
    explain: 'Statements of a test give the inputs of its kernel their values; inputs without one get random numbers. What is expected of results is said by `expect`.',
  },
  TDSL0137: {
    severity: 'error',
    message: ({ name, dims, problem }: { name: string; dims: number; problem: string }) => `\`${name}\` has ${dims === 1 ? '1 dimension' : `${dims} dimensions`}, and this array does not fit: ${problem}`,
    explain: 'An array in brackets has a level of brackets for each dimension, and rows that are equally long: `A = [[1, 2, 3], [4, 5, 6]]`.',
  },
  TDSL0138: {
    severity: 'error',
    message: () => '`within` gives an equality of numbers how far both sides may be apart: `expect C[n] == 2 within 1e-3`',
    explain: 'The number is a share of the right side where that is larger than 1, and a difference otherwise. Without it both sides must be equal.',
  },
  TDSL0139: {
    severity: 'error',
    message: () => 'this `expect` does not depend on any tensor',
    explain: 'A test says something of the inputs and results of its kernel.',
  },
} satisfies Rows<'01'>
