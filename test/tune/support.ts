import { parse } from '../../grammar/parse.ts';
import { check } from '../../src/check/check.ts';
import { findTarget } from '../../src/targets/targets.ts';
import type { Workload } from '../../src/tune/candidate.ts';

export function workload(text: string, target: string, sizes: Readonly<Record<string, number>>, kernel?: string): Workload {
  const { ast, diagnostics } = parse(text, 'test.tdsl'), checked = check(ast);
  const found = checked.program.kernels.find((k) => kernel === undefined || k.name === kernel);
  if (found === undefined) throw new Error([...diagnostics, ...checked.diagnostics].map((d) => d.message).join('; '));
  return { file: ast, kernel: found, target: findTarget(target)!, sizes, known: {} };
}
export const matmul = '/// @example M=96, N=80, K=64\nkernel f(A: f16[M, K], B: f16[K, N]) -> C: f16[M, N] {\n  C[m, n] = sum(k) A[m, k] * B[k, n]\n}\n';
export const softmax = 'kernel s(X: f32[M, N]) -> Y: f32[M, N] { Y[m, n] = softmax(n) X[m, n] }\n';
export const attention = `kernel attention(Q: bf16[S, D], K: bf16[T, D], V: bf16[T, D]) -> O: bf16[S, D] where D == 64 {
  let P[s, t] = (sum(d) Q[s, d] * K[t, d]) * rsqrt(D)
  let W[s, t]: bf16 = softmax(t) P[s, t]
  O[s, d] = sum(t) W[s, t] * V[t, d]
}
`;
