import type { MmaIntrinsic } from '../ir/intrinsic.ts';

/** A matrix intrinsic as emission needs it: `round` is a function that each operand word goes through after it was loaded. */
export interface EmittedIntrinsic extends MmaIntrinsic { readonly round?: string | undefined }

/** What common lowering asks about a target. Renderers know the rest. */
export interface Capabilities {
  readonly family: 'cpu' | 'wgsl' | 'cuda';
  /** Thread bits below this one are exchanged within a warp or subgroup; the others go through shared memory. */
  readonly exchangeBits: number;
  /** Widest single access to shared memory in bits. */
  readonly sharedAccessBits: number;
  /** Most shared memory of one group in bytes. */
  readonly sharedBytes: number;
  /** The grid is one linear group number that the kernel decodes; otherwise the text loops over the grid's factors. */
  readonly linearGrid: boolean;
  /** Most groups along one dimension of the grid; beyond it the linear number comes from two dimensions, and surplus groups leave. */
  readonly mostGroups: number | undefined;
  /** What stands before a size's name in the text. */
  readonly sizePrefix: string;
  /** The intrinsic of that name; a kernel names only those that its target has. */
  readonly intrinsic: (name: string) => EmittedIntrinsic | undefined;
}
