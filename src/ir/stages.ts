/** What plans count on and lowering does: the room that stages of operands take in shared memory, which scales come before a loop, rows so few that they are not staged. */

/** Columns of an `mma.sync`, which hold the rows where rows of weights are its rows. */
export const fewColumns = 8;

/** Steps whose scales are brought in before a loop. */
export const mostSteps = 16;

/**
 * Elements between two panels of 128-byte rows of 16-bit elements that the four threads of a fragment's row read together, two of them from either panel. At the same
 * place in both panels they would read the same banks; two rows further on the swizzle has moved it to others.
 */
export const roomBetweenPanels = (rowBytes: number, bits: number): number => (rowBytes === 256 && bits === 16 ? (2 * 128 * 8) / bits : 0);
