/** A kernel whose tensors each have one origin: every update gives its target a new version, and later statements read that one. */
import { mapChildren, mapStatement } from './tst-walk.ts';
import type { Expr, Kernel, Statement, Tensor } from './tst.ts';

/** `before`: the version that an update starts from. */
export interface VersionedStatement extends Statement { readonly before?: string }
export interface VersionedKernel extends Kernel {
  readonly statements: readonly VersionedStatement[];
  /** The last version of each tensor. */
  readonly last: (tensor: string) => string;
}

export function versions(kernel: Kernel): VersionedKernel {
  const last = new Map<string, string>();
  const current = (name: string): string => last.get(name) ?? name;
  const tensors: Tensor[] = [...kernel.tensors];
  const renamed = (e: Expr): Expr => {
    const x = mapChildren(e, renamed);
    return x.kind === 'read' && last.has(x.tensor) ? { ...x, tensor: current(x.tensor) } : x;
  };
  const statements = kernel.statements.map((s, n): VersionedStatement => {
    const read = last.size === 0 ? s : mapStatement(s, renamed);
    if (s.update === undefined) return read;
    const before = current(s.target), target = `${s.target}#${n}`;
    const of = kernel.tensors.find((t) => t.name === s.target);
    if (of !== undefined) tensors.push({ ...of, name: target });
    last.set(s.target, target);
    return { ...read, target, before };
  });
  return { ...kernel, tensors, statements, last: current };
}
