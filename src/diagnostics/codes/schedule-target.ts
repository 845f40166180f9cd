import type { Rows } from '../row.ts'

/** 04xx: what a target cannot do. */
export const targetCodes = {
  TDSL0401: {
    severity: 'error',
    message: ({ threads, most, how, fix }: { threads: number; most: number; how: string; fix: string }) => `${threads} threads${how === '' ? '' : ` (${how})`} where a group has at most ${most}${fix === '' ? '' : `; ${fix}`}`,
    explain: `Threads follow from tiles: a product takes 32 for each warp, (tile m / warp m) x (tile n / warp n) warps; other launches take one for each \`by atom\` piece of what
\`by role\` says.`,
  },
  TDSL0402: {
    severity: 'error',
    message: ({ bytes, most, what, fix }: { bytes: number; most: number; what: string; fix: string }) => `${kib(bytes)} of shared memory (${what}) where a group has at most ${kib(most)}${fix === '' ? '' : `; ${fix}`}`,
    explain: `Each step of a product keeps both operands' tiles in shared memory, once for every stage of the pipeline:
stages x (tile m + tile n) x tile k x bytes of an element. Fewer stages, a shorter k, or smaller tiles take less.`,
  },
  TDSL0403: {
    severity: 'error',
    message: ({ words, most, what, fix }: { words: number; most: number; what: string; fix: string }) => `${words} registers a thread (${what}) where it has at most ${most}${fix === '' ? '' : `; ${fix}`}`,
    explain: `Results of a product stay in registers: tile m x tile n / threads of 32 bits each, and operands, addresses and everything computed from the results stand beside them. A
thread has at most 255, and all threads of a group together 65536. More warps or a smaller tile take fewer. WGSL counts bytes of variables instead: 8192 in a function, of which
what a thread keeps of a tile takes up to three quarters.`,
  },
  TDSL0404: {
    severity: 'error',
    message: ({ target, what }: { target: string; what: string }) => `${target} has no ${what}`,
    explain: 'A target does what its machine can: WebGPU has no asynchronous copies, so nothing can be copied ahead; the target cpu has no groups, no shared memory and no products by instructions.',
  },
  TDSL0405: {
    severity: 'warning',
    message: ({ kernel, what, why }: { kernel: string; what: string; why: string }) => `${kernel}: ${what}: ${why}`,
    explain: `\`tdsl inspect --emit resources\` compiles the emitted text and reads what the tools say. Values that find no register lie in memory and are read back from there; matrix
instructions that the GPU does not have are run as several others; and asynchronous products run one after another where code between them reads their sums. Such kernels
are right, and slower than they look.`,
  },
} satisfies Rows<'04'>

const kib = (bytes: number): string => (bytes % 1024 === 0 || bytes > 64 * 1024 ? `${Math.round((bytes / 1024) * 10) / 10} KiB` : `${bytes} bytes`)
