import { test } from 'uvu'
import { expectExpr } from './helpers.ts'

test('arithmetic: products before sums, from left to right', () => {
  expectExpr('a - b - c', '(- (- a b) c)')
  expectExpr('a + b * c', '(+ a (* b c))')
  expectExpr('a / b * c % d', '(% (* (/ a b) c) d)')
  expectExpr('(a + b) * c', '(* (+ a b) c)')
  expectExpr('a - (b - c)', '(- a (- b c))')
  expectExpr('-a * b', '(* (- a) b)')
  expectExpr('a * -b', '(* a (- b))')
  expectExpr('- -a', '(- (- a))')
})

test('a reduction ends at a sum or a comparison, and takes products in', () => {
  expectExpr('sum(k) a*b + sum(o) c*d', '(+ (sum [k] (* a b)) (sum [o] (* c d)))')
  expectExpr('sum(k) a * b / c', '(sum [k] (/ (* a b) c))')
  expectExpr('sum(k) a - b', '(- (sum [k] a) b)')
  expectExpr('sum(k) a < b', '(< (sum [k] a) b)')
  expectExpr('x * sum(k) a * b + c', '(+ (* x (sum [k] (* a b))) c)')
  expectExpr('sum(k) (a + b) * c', '(sum [k] (* (+ a b) c))')
  expectExpr('(sum(k) a) * b', '(* (sum [k] a) b)')
  expectExpr('-sum(k) a * b', '(- (sum [k] (* a b)))')
  expectExpr('sum(k) -a * b', '(sum [k] (* (- a) b))')
  expectExpr('sum(k) max(j) a[k, j]', '(sum [k] (max [j] a[k j]))')
})

test('the body of any and all is a condition', () => {
  expectExpr('any(u) old[u] == x and b', '(and (any [u] (== old[u] x)) b)')
  expectExpr('all(u) a + 1 < b', '(all [u] (< (+ a 1) b))')
  expectExpr('a or not any(u) b > 0', '(or a (not (any [u] (> b 0))))')
})

test('axis operators: ranges, conditions, accumulators, top-k', () => {
  expectExpr('sum(o: 128) a', '(sum [o:128] a)')
  expectExpr('sum(c, r, s) a', '(sum [c r s] a)')
  expectExpr('sum<f16>(k: K - 128 where k < n and k > 1) a', '(sum<f16> [k:(- K 128) where (and (< k n) (> k 1))] a)')
  expectExpr('softmax(t where t <= s + T - S) P[t]', '(softmax [t where (<= t (- (+ s T) S))] P[t])')
  expectExpr('topk(c -> t: T) max(g) p[g, c]', '(topk [c -> t:T] (max [g] p[g c]))')
  expectExpr('topk(c -> t: T where c < n) p[c]', '(topk [c -> t:T where (< c n)] p[c])')
  for (const op of ['prod', 'min', 'mean', 'argmax', 'argmin', 'logsumexp', 'scan']) expectExpr(`${op}(t) a[t]`, `(${op} [t] a[t])`)
})

test('max and min are calls unless a value follows on the line', () => {
  expectExpr('max(a, b)', '(max a b)')
  expectExpr('max(a, b) * c', '(* (max a b) c)')
  expectExpr('max(a, b) - c', '(- (max a b) c)')
  expectExpr('max(g) p', '(max [g] p)')
  expectExpr('max(g, h) (a + b)', '(max [g h] (+ a b))')
  expectExpr('max(g) (-p)', '(max [g] (- p))')
  expectExpr('max(max(a, b), min(c) d)', '(max (max a b) (min [c] d))')
})

test('words of operators are names elsewhere', () => {
  expectExpr('sum[m] + mean', '(+ sum[m] mean)')
  expectExpr('sum < max', '(< sum max)')
  expectExpr('concat * order', '(* concat order)')
  expectExpr('state[b] + stage + by', '(+ (+ state[b] stage) by)')
})

test('conditions bind from or to not to comparisons', () => {
  expectExpr('a or b and c', '(or a (and b c))')
  expectExpr('not a == b', '(not (== a b))')
  expectExpr('not a and b', '(and (not a) b)')
  expectExpr('a + 1 <= b * 2', '(<= (+ a 1) (* b 2))')
  expectExpr('(a < b) == (c < d)', '(== (< a b) (< c d))')
  expectExpr('a != true', '(!= a true)')
})

test('if then else reaches as far as it can', () => {
  expectExpr('if a < b then x + 1 else y + 2', '(if (< a b) (+ x 1) (+ y 2))')
  expectExpr('if a then x else if b then y else z', '(if a x (if b y z))')
  expectExpr('1 + if a then x else y * 2', '(+ 1 (if a x (* y 2)))')
  expectExpr('(if a then x else y) * 2', '(* (if a x y) 2)')
})

test('reads, what lies outside, and whose else it is', () => {
  expectExpr('A[m, k] else 0', 'A[m k]!0')
  expectExpr('(A[m - 1] else -inf) * F', '(* A[(- m 1)]!(- inf) F)')
  expectExpr('A[i] else 0 * b', '(* A[i]!0 b)')
  expectExpr('A[i] else clamp', 'A[i]!outside-clamp')
  expectExpr('A[i] else check', 'A[i]!outside-check')
  expectExpr('A[i] else clamp(x, 0, 1)', 'A[i]!(clamp x 0 1)')
  expectExpr('A[i] else B[i] else 0', 'A[i]!B[i]!0')
  expectExpr('if c then A[i] else b', '(if c A[i] b)')
  expectExpr('if c then (A[i] else 0) else b', '(if c A[i]!0 b)')
  expectExpr('if c then B[A[i] else 0] else b', '(if c B[A[i]!0] b)')
  expectExpr('V[b, idx[b, t]*8 + j, d]', 'V[b (+ (* idx[b t] 8) j) d]')
})

test('calls, sizes, fields, partial reads', () => {
  expectExpr('rope(pre[b, h], table[p])[d]', '(rope pre[b h] table[p])[d]')
  expectExpr('select[T=64](s)', '(select T=64 s)')
  expectExpr('select[8, 9](s, t)', '(select =8 =9 s t)')
  expectExpr('f()', '(f )')
  expectExpr('cache.K[l, b]', '(. cache K)[l b]')
  expectExpr('f32(x) * rsqrt(D)', '(* (f32 x) (rsqrt D))')
  expectExpr('(a + b)[i]', '(+ a b)[i]')
})

test('literals', () => {
  expectExpr('1_000 + 0x1F', '(+ 1000 31)')
  expectExpr('1.5 * 1e-6 * 2.5E+3', '(* (* 1.5 1e-6) 2.5E+3)')
  expectExpr('[[1, 2], [3]]', '{{1 2} {3}}')
  expectExpr('[]', '{}')
  expectExpr('true or false', '(or true false)')
})

test('concat', () => {
  expectExpr('concat(k) { Xn; Xo }', '(concat k Xn Xo)')
  expectExpr('concat(k) { a + b; c; }', '(concat k (+ a b) c)')
})

test.run()
