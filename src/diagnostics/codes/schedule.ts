import { choices, type Rows } from '../row.ts'
import { targetCodes } from './schedule-target.ts'

const named = ({ name, similar }: { name: string; similar: readonly string[] }): string => `\`${name}\`${similar.length === 0 ? '' : `; did you mean ${choices(similar)}?`}`

/** 03xx: schedules and plans. 04xx: what a target cannot do. */
export const scheduleCodes = {
  TDSL0301: {
    severity: 'error',
    message: ({ kernel }: { kernel: string }) => `there is no kernel \`${kernel}\` for this schedule`,
    explain: `A schedule names the kernel of the same file that it belongs to.

  schedule matmul for cuda(sm_80) { tile m by 128 }`,
  },
  TDSL0302: {
    severity: 'error',
    message: ({ target, known }: { target: string; known: readonly string[] }) => `there is no target \`${target}\` to schedule for; write ${choices(known)}`,
    explain: `A schedule belongs to one kernel and one target, since what is good for one machine is not for another. Targets are \`cpu\`, \`wgsl\` and \`cuda(sm_80)\`;
\`cuda\` alone means every CUDA target.`,
  },
  TDSL0303: {
    severity: 'error',
    message: ({ kernel, target }: { kernel: string; target: string }) => `\`${kernel}\` has a second schedule for ${target}; put its verbs into the first`,
    explain: 'A kernel has at most one schedule for each target, so that nobody has to know which of two wins.',
  },
  TDSL0304: {
    severity: 'error',
    message: ({ name, similar, known }: { name: string; similar: readonly string[]; known: readonly string[] }) =>
      `there is no loop ${named({ name, similar })}${similar.length > 0 || known.length === 0 ? '' : `; the loops are ${choices(known, 'and')}`}`,
    explain: `Loops have the names of the indices in the algorithm: m, n and k in \`C[m, n] = sum(k) A[m, k] * B[k, n]\`. Where two loops have one name, the statement goes
before it: \`P.d\`. Statements are named by what stands on their left.`,
  },
  TDSL0305: {
    severity: 'error',
    message: ({ name, candidates }: { name: string; candidates: readonly string[] }) => `several loops are called \`${name}\`; write ${choices(candidates)}`,
    explain: `A bare name must mean one loop. Attention sums over d in its scores and stores along d in its result, which are different loops:

  tile P.d by 64, O.d by 128`,
  },
  TDSL0306: {
    severity: 'error',
    message: ({ what, name, similar }: { what: string; name: string; similar: readonly string[] }) => `there is no ${what} ${named({ name, similar })}`,
    explain: '`launch` and `inline` name a `let` of the kernel; `stage`, `pipeline` and `pad` name tensors that a product reads.',
  },
  TDSL0307: {
    severity: 'error',
    message: ({ what, least }: { what: string; least: number }) => `${what} must be a whole number of at least ${least}, known when the kernel is compiled`,
    explain: `Sizes in a schedule are numbers, arithmetic on numbers, names that \`tune\` gives, or sizes that the kernel pins (\`where D in {64, 128}\`).

  tune bm = 64
  tile m by bm, n by 2*bm`,
  },
  TDSL0308: {
    severity: 'error',
    message: ({ what }: { what: string }) => `${what} is said twice`,
    explain: 'Every choice is made in one place of a schedule. What a verb with a statement (`P.d`) says about a loop is more special than what a bare name says.',
  },
  TDSL0309: {
    severity: 'error',
    message: ({ what, instead }: { what: string; instead: string }) => `${what} is not in this version${instead === '' ? '' : `; ${instead}`}`,
    explain: `The word belongs to the language, and no compiled kernel can have it yet. A schedule is a demand: what cannot be met is an error, so that the fast path is never
lost in silence. Not yet there: staging in other memory than \`shared\` and \`registers\`, roles other than those that copy and those that multiply, orders of the grid other than rows and panels, and
instructions of GPUs after sm_90a (tcgen05).`,
  },
  TDSL0310: {
    severity: 'error',
    message: ({ what, value, unit, why, nearest }: { what: string; value: number; unit: number; why: string; nearest: number }) =>
      `${what} by ${value}: not a multiple of ${unit}${why === '' ? '' : `, ${why}`}; write ${nearest}`,
    explain: `A tile is made of whole pieces. In a product each warp holds whole tiles of the instruction: rows and columns are multiples of the instruction's times the warps
along them, and the summed loop is a multiple of the instruction's depth. For \`mma_m16n8k16_f16\` on 2 x 4 warps: m by 32, n by 32, k by 16, and multiples.

  tile m by 128 by warp 64, n by 256 by warp 64, k by 32      // 2 x 4 warps of 64 x 64`,
  },
  TDSL0311: {
    severity: 'error',
    message: ({ what, why }: { what: string; why: string }) => `${what}: ${why}`,
    explain: `Factors go from the outside in. \`by 128\` (or \`by grid 128\`) is what one group of threads works on at once; \`by role\` is what its threads cover together
before they step on; \`by warp\` is what one warp holds of a product; \`by atom\` is what one thread holds side by side, or the instruction's own tile.

  tile n by 2048 by role 1024 by atom 4     // 256 threads with 4 neighbours each, twice
  tile m by 128 by warp 64 by atom 16       // 2 warps along m`,
  },
  TDSL0312: {
    severity: 'error',
    message: ({ loop, why }: { loop: string; why: string }) => `\`${loop}\` cannot be tiled here: ${why}`,
    explain: `In a launch with a product, rows, columns and one summed loop are cut into tiles; every other loop is walked one by one (by groups of the grid or by a loop
inside one).`,
  },
  TDSL0313: {
    severity: 'error',
    message: ({ intrinsic, why }: { intrinsic: string; why: string }) => `\`tensorize ${intrinsic}\` finds no product: ${why}`,
    explain: `\`tensorize I(m, n, k)\` demands that the sum over k of a factor with m and a factor with n is done by the matrix instruction I: rows, columns and summed loop in
this order. The sum must be a product in which no factor varies along both m and n.`,
  },
  TDSL0314: {
    severity: 'error',
    message: ({ name, target, similar, known }: { name: string; target: string; similar: readonly string[]; known: readonly string[] }) =>
      `${target} has no intrinsic ${named({ name, similar })}${similar.length > 0 ? '' : `; it has ${choices(known, 'and')}`}`,
    explain: '`tdsl targets` lists the intrinsics of each target.',
  },
  TDSL0315: {
    severity: 'error',
    message: ({ intrinsic, why }: { intrinsic: string; why: string }) => `\`${intrinsic}\` does not compute this product: ${why}`,
    explain: `An instruction is used only where it computes exactly what the algorithm says: both operands are held in its operand type without loss and sums are kept in its
result type. A schedule never narrows an operand. Where rounding is meant the algorithm says it:

  let W[s, t]: bf16 = softmax(t) P[s, t]      // now W * V may run on bf16 tensor cores`,
  },
  TDSL0316: {
    severity: 'error',
    message: ({ tensor, why }: { tensor: string; why: string }) => `\`${tensor}\` is not staged: ${why}`,
    explain: `Operands of products pass through shared memory, or with \`stage A in registers\` threads load and widen them where the matrix instruction takes them; wgmma takes its rows
so. What each thread uses once goes straight from memory to its registers, and there is nothing to stage.`,
  },
  TDSL0317: {
    severity: 'error',
    message: ({ depth, why }: { depth: number; why: string }) => `a pipeline of ${depth} is not possible: ${why}`,
    explain: `With \`pipeline N\`, copies run N - 1 steps ahead of their use. That needs operands that are plain pieces of memory, in the instruction's type, contiguous along the
axis that shared memory is contiguous in, and whose rows begin at multiples of 4 bytes. Sizes need not be multiples: a second variant without the pipeline runs then.`,
  },
  TDSL0318: {
    severity: 'error',
    message: ({ name, why }: { name: string; why: string }) => `\`launch ${name}\` is not possible: ${why}`,
    explain: '`launch X` computes the `let` X by a launch of its own, into memory, where the next launch reads it. Outputs are always in memory; inputs are not computed.',
  },
  TDSL0319: {
    severity: 'error',
    message: ({ name, why }: { name: string; why: string }) => `\`inline ${name}\` is not possible: ${why}`,
    explain: `\`inline X\` demands that X never goes to memory: it is computed inside the launch that uses it, again for each use if need be. What is read at a place known
only at run time, or at other places than it is made, must be in memory.`,
  },
  TDSL0320: {
    severity: 'error',
    message: ({ loop, why }: { loop: string; why: string }) => `\`${loop}\` cannot be split: ${why}`,
    explain: `\`split k by 8\` sums eight parts of k by groups of their own and then adds the eight results in a second launch, always in the same order. It pays where M and N
are small and K is long.`,
  },
  TDSL0321: {
    severity: 'error',
    message: ({ what, why }: { what: string; why: string }) => `\`requires ${what}\` is not met: ${why}`,
    explain: `A demand about what the compiler found. \`requires streaming\`: a reduction that uses another one over the same loop shares its pass. \`requires one_launch\`: nothing
but inputs and outputs is in memory.`,
  },
  TDSL0322: {
    severity: 'error',
    message: ({ verb, why }: { verb: string; why: string }) => `\`${verb}\` has no effect: ${why}`,
    explain: 'A verb that changes nothing is a mistake about what the kernel is; leave it out.',
  },
  ...targetCodes,
} satisfies Rows<'03' | '04'>
