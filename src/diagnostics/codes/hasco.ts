import { choices, type Rows } from '../row.ts'

const meant = (similar: readonly string[], known: readonly string[]): string =>
  similar.length > 0 ? `; did you mean ${choices(similar)}?` : known.length === 0 ? '' : `; there is ${choices(known, 'and')}`

/** 06xx: intrinsics, accelerators, partition, search and co-design. */
export const hascoCodes = {
  TDSL0601: {
    severity: 'error',
    message: ({ name, why }: { name: string; why: string }) => `the meaning of ${name}: ${why}`,
    explain: `What an intrinsic computes is written in index notation, one statement, with the range of every index at the place that binds it. Names in a range are
parameters of the accelerator's space.

  accelerator gemm_array {
    intrinsic C[i: x, j: y] += sum(k: 1) A[i, k] * B[k, j]
    space { x in {8, 16, 32}; y = x }
  }`,
  },
  TDSL0602: {
    severity: 'error',
    message: ({ name, similar, known }: { name: string; similar: readonly string[]; known: readonly string[] }) => `there is no intrinsic \`${name}\`${meant(similar, known)}`,
    explain: 'Intrinsics are those that the file declares, those of its accelerators, and the library\'s. `FILE#name` takes one of another file.',
  },
  TDSL0603: {
    severity: 'error',
    message: ({ name, similar, known }: { name: string; similar: readonly string[]; known: readonly string[] }) => `there is no accelerator \`${name}\`${meant(similar, known)}`,
    explain: 'Accelerators are those that the file declares and the library\'s: `gemm_array`, `gemv_array`, `dot_array` and `conv_array`.',
  },
  TDSL0604: {
    severity: 'error',
    message: ({ name }: { name: string }) => `${name} has no intrinsic, so there is nothing to hand to it`,
    explain: 'An accelerator declares at least one intrinsic: what its array computes in one call.',
  },
  TDSL0605: {
    severity: 'error',
    message: ({ name, why }: { name: string; why: string }) => `the space of \`${name}\` is empty: ${why}`,
    explain: `Each parameter of a space has at least one value, \`x in {8, 16}\`, \`banks in 1..8\` (both ends belong to it) or \`y = x\`.`,
  },
  TDSL0606: {
    severity: 'error',
    message: ({ name, why }: { name: string; why: string }) => `the parameter \`${name}\` contradicts itself: ${why}`,
    explain: 'A parameter is declared once, and one that is computed (`y = x`) uses parameters that do not depend on it in turn.',
  },
  TDSL0607: {
    severity: 'error',
    message: ({ name, expected, got }: { name: string; expected: string; got: string | undefined }) =>
      got === undefined ? `\`${name}\` needs a unit: ${expected}` : `\`${name}\` cannot be measured in ${got}; it takes ${expected}`,
    explain: `Quantities have units, so that 512 bytes are never taken for 512 KiB: memories in B, KiB or MiB, buses in bit, clocks in kHz, MHz or GHz, latency in ns, us, ms, s
or cycles, power in uW, mW or W, area in um2 or mm2, energy in pJ, nJ, uJ, mJ or J.`,
  },
  TDSL0608: {
    severity: 'error',
    message: ({ name, similar, known }: { name: string; similar: readonly string[]; known: readonly string[] }) =>
      `no term of the cost model knows the parameter \`${name}\`${similar.length > 0 ? `; did you mean ${choices(similar)}?` : `; known are ${choices(known, 'and')}`}`,
    explain: `The cost models know x, y (the array), scratchpad, local, banks, dataflow, bus, burst and clock. Whatever else an accelerator varies brings its own cost, as
a computed parameter with a unit: \`cost_area\`, \`cost_power\` and \`cost_cycles\` are added to what the model says.

  space { lanes in {1, 2, 4}; cost_area = 1200 * lanes um2; cost_power = 3 * lanes mW }`,
  },
  TDSL0609: {
    severity: 'warning',
    message: ({ statement, intrinsic, nearest }: { statement: string; intrinsic: string; nearest: string }) => `\`${intrinsic}\` matches nothing of \`${statement}\`; ${nearest}`,
    explain: `An intrinsic matches where a set of the statement's indices stands in the same places as the intrinsic's: as many leaves, the same operands, kept indices on kept and
summed on summed ones (index matching), and the nodes where two leaves meet agree (structure matching). \`tdsl partition\` shows every candidate and what rejected it.`,
  },
  TDSL0610: {
    severity: 'error',
    message: ({ workload, known }: { workload: string; known: readonly string[] }) => `there is no workload \`${workload}\`${known.length === 0 ? '' : `; kernels are ${choices(known, 'and')}`}`,
    explain: `\`codesign NAME on …\` takes the kernel NAME and every kernel whose name begins with \`NAME_\`. Each \`@example\` line of these kernels is a layer; lines that are the same count
as one layer that runs several times.`,
  },
  TDSL0611: {
    severity: 'error',
    message: ({ workload, statement, accelerators }: { workload: string; statement: string; accelerators: readonly string[] }) =>
      `no intrinsic of ${choices(accelerators)} matches \`${statement}\` of \`${workload}\``,
    explain: 'Every layer of a co-design must run on the accelerator. `tdsl partition` shows what rejected each candidate and what came nearest.',
  },
  TDSL0612: {
    severity: 'error',
    message: ({ name, what, known }: { name: string; what: string; known: readonly string[] }) => `there is no ${what} \`${name}\`; write ${choices(known)}`,
    explain: 'Objectives and constraints speak of what the cost model gives: latency, power, area and energy.',
  },
  TDSL0613: {
    severity: 'error',
    message: ({ evaluated, nearest, by }: { evaluated: number; nearest: string; by: string }) => `none of ${evaluated} designs meets the constraints; the nearest is ${nearest}, which misses ${by}`,
    explain: `The designs that were evaluated are in the result file all the same. Loosen the constraint that is missed, or widen the accelerator's space.`,
  },
  TDSL0614: {
    severity: 'warning',
    message: ({ path, why }: { path: string; why: string }) => `${path} is ignored: ${why}`,
    explain: `A search can be resumed from its state file. One that cannot be read, or was made by another program, option or version, is ignored and written anew; results then come
from evaluations of this run alone.`,
  },
  TDSL0615: {
    severity: 'error',
    message: ({ text }: { text: string }) => text,
    explain: '`tdsl codesign FILE` runs the `codesign` declaration of the file; with several, `FILE#workload` says which.',
  },
  TDSL0616: {
    severity: 'error',
    message: ({ demand, rule, loop, nearest }: { demand: string; rule: string; loop: string; nearest: string }) => `${demand} is no legal schedule: ${rule} (loop \`${loop}\`)${nearest === '' ? '' : `; nearest legal: ${nearest}`}`,
    explain: `A schedule for an accelerator cuts each loop in two and says how many of the outer summed loops stand outside. The inner pieces must fit: operand tiles, twice because the
next is loaded while one is used, into the scratchpad; the tile of results into the local memory.`,
  },
  TDSL0617: {
    severity: 'error',
    message: ({ why }: { why: string }) => `the constraints contradict each other: ${why}`,
    explain: `Each constraint compares a metric with a number and its unit, \`power <= 15 W\`. Bounds that leave no value between them, or none above zero, can be met by no design.`,
  },
  TDSL0630: {
    severity: 'warning',
    message: ({ device, measured, why }: { device: string; measured: number; why: string }) => `${device} is gone after ${measured} measurements (${why}); what was found until then is kept`,
    explain: `A kernel that runs too long, a driver update or another process took the device away. The trials are in the cache folder: the same command goes on from them.`,
  },
  TDSL0631: {
    severity: 'warning',
    message: ({ kernel, problem, block }: { kernel: string; problem: string; block: string }) => `a schedule of \`${kernel}\` was fast and wrong, so it lost: ${problem}\n${block}`,
    explain: `Every schedule that would win is compared with the interpreter first. One that computes something else is a bug of the compiler: please report it with the block.`,
  },
} satisfies Rows<'06'>
