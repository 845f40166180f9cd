/**
 * Programs after checking: which kernels run on which tensors, in which order. Formats are gone (a tensor of `q4` is its codes and scales), states
 * are their fields, and every size of a call is an expression in the sizes of the program and the variables of the loops around it.
 *
 * Invariants (checked by `validate.ts`):
 *  1. names of tensors, sizes and loop variables are unique, and what a step mentions is declared (a variable: by a loop around it);
 *  2. a call gives each tensor of its kernel one argument and each size one value;
 *  3. a slice fixes at most as many leading positions as its tensor has dimensions, and what is left has the rank of the kernel's tensor;
 *  4. a call that writes does so to a tensor that may be written, and never to memory that it also reads, except through an `inout` tensor of its
 *     kernel or where a temporary is replaced as a whole (then it is a new version of it);
 *  5. a temporary or output is written before it is read.
 */
import type { Span } from '../diagnostics/span.ts';
import type { DType } from '../ir/dtype.ts';
import type { IndexExpr } from '../ir/index-expr.ts';
import type { Kernel, SizeDecl, Tensor } from '../ir/tst.ts';

/** `state`: a field of a state parameter, of whichever program may change it where `inout` is true. */
export type ProgramRole =
  | { readonly kind: 'input' }
  | { readonly kind: 'output' }
  | { readonly kind: 'temporary' }
  | { readonly kind: 'state'; readonly parameter: string; readonly field: string; readonly inout: boolean };

export interface ProgramTensor {
  /** Unique in the program: `x`, `cache.K`. */
  readonly name: string;
  readonly role: ProgramRole;
  readonly dtype: DType;
  /** Over sizes and, for temporaries of a loop's body, its variable. */
  readonly shape: readonly IndexExpr[];
  readonly limit: IndexExpr | undefined;
  readonly place?: 'host';
  readonly span: Span;
}

/** `W[l]`: leading positions fixed, the others whole. Loop variables are atoms of kind `size`: to a step they are given numbers like sizes. */
export interface Slice { readonly tensor: string; readonly at: readonly IndexExpr[] }

export type Argument =
  | { readonly kind: 'slice'; readonly slice: Slice }
  /** A scalar of the kernel as a number, or as a whole number over sizes and variables. */
  | { readonly kind: 'number'; readonly value: number; readonly dtype: DType }
  | { readonly kind: 'index'; readonly value: IndexExpr; readonly dtype: DType };

export type Access = 'read' | 'write' | 'readwrite';

/** The tensor `name` of the kernel or host function. */
export interface Passed { readonly name: string; readonly access: Access; readonly argument: Argument }

export interface Call {
  readonly kind: 'call';
  readonly kernel: string;
  readonly sizes: Readonly<Record<string, IndexExpr>>;
  readonly args: readonly Passed[];
  readonly span: Span;
}

/** A call of an `extern host fn`: its tensors are copied to the host, and its results back. */
export interface HostCall {
  readonly kind: 'host';
  readonly fn: string;
  readonly sizes: Readonly<Record<string, IndexExpr>>;
  readonly args: readonly Passed[];
  readonly span: Span;
}

export interface Loop { readonly kind: 'for'; readonly variable: string; readonly from: IndexExpr; readonly to: IndexExpr; readonly body: readonly Step[]; readonly span: Span }

export type Step = Call | HostCall | Loop;

export interface ProgramTree {
  readonly name: string;
  readonly doc: string;
  readonly sizes: readonly SizeDecl[];
  /** Parameters of states in the order of the signature. */
  readonly states: readonly { readonly parameter: string; readonly state: string; readonly inout: boolean }[];
  readonly tensors: readonly ProgramTensor[];
  readonly steps: readonly Step[];
  readonly facts: Kernel['facts'];
  readonly example: Readonly<Record<string, number>>;
  readonly span: Span;
}

/** A state as it is declared: what its objects hold. Sizes are named as in its declaration. */
export interface StateTree { readonly name: string; readonly doc: string; readonly sizes: readonly string[]; readonly fields: readonly StateField[]; readonly span: Span }
export interface StateField { readonly name: string; readonly dtype: DType; readonly shape: readonly IndexExpr[]; readonly limit: IndexExpr | undefined; readonly place?: 'host' }

/** `extern host fn` after checking. */
export interface HostFn {
  readonly name: string;
  readonly doc: string;
  readonly sizes: readonly SizeDecl[];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly span: Span;
}

/** What the kernel does with a tensor of its signature. */
export function accessOf(tensor: Tensor): Access {
  switch (tensor.role) {
    case 'input': return 'read';
    case 'inout': return 'readwrite';
    case 'output': return 'write';
    case 'temporary': return 'readwrite';
  }
}

/** Every step, loops before what is in them. */
export function* stepsOf(steps: readonly Step[]): Generator<Step> {
  for (const s of steps) {
    yield s;
    if (s.kind === 'for') yield* stepsOf(s.body);
  }
}

/** Kernels that a program runs, each once, in the order of their first call. */
export function kernelsOf(program: ProgramTree): string[] {
  const names = new Set<string>();
  for (const s of stepsOf(program.steps)) if (s.kind === 'call') names.add(s.kernel);
  return [...names];
}
