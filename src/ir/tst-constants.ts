/** Tensors that hold one number everywhere: a target that computes them where they are read regroups sums and products around that number, so bounds of errors have to see it. */
import { mapStatement, rewrite } from './tst-walk.ts';
import type { Expr, Kernel } from './tst.ts';

/** The kernel with what is read of temporary f32 tensors that one constant fills replaced by that constant: the same values. */
export function withConstants(kernel: Kernel): Kernel {
  const constants = new Map<string, Expr>();
  for (const s of kernel.statements) {
    const tensor = kernel.tensors.find((t) => t.name === s.target);
    if (tensor?.role === 'temporary' && tensor.dtype === 'f32' && s.value.kind === 'const' && s.value.type === 'f32' && kernel.statements.every((other) => other === s || other.target !== s.target)) constants.set(s.target, s.value);
  }
  if (constants.size === 0) return kernel;
  // A read that may be outside, or at run-time positions, has something to report.
  const known = (e: Expr): Expr | undefined => (e.kind === 'read' && e.bounds === 'proved' && Object.keys(e.gathers).length === 0 ? constants.get(e.tensor) : undefined);
  return { ...kernel, statements: kernel.statements.map((s) => mapStatement(s, (e) => rewrite(e, known))) };
}
