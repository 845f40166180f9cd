import type { Rows } from '../row.ts'

/** 05xx: input data, running, devices. */
export const runCodes = {
  TDSL0501: {
    severity: 'error',
    message: ({ size }: { size: string }) => `nothing gives the size \`${size}\` a value; pass \`--size ${size}=…\``,
    explain: `A run needs every size. Sizes come from input files, from \`--size\`, or from a doc line of the kernel:

  /// @example M=512, N=512, K=512`,
  },
} satisfies Rows<'05'>
