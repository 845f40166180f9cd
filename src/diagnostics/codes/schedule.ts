import type { Rows } from '../row.ts'

/** 03xx: schedules and plans. 04xx: what a target cannot do. */
export const scheduleCodes = {
  TDSL0301: {
    severity: 'error',
    message: ({ kernel }: { kernel: string }) => `there is no kernel \`${kernel}\` for this schedule`,
    explain: `A schedule names the kernel of the same file that it belongs to.

  schedule matmul for cuda(sm_80) { tile m by 128 }`,
  },
} satisfies Rows<'03' | '04'>
