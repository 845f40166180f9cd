"""A straightforward tile kernel in Triton, autotuned over a few tiles: the baseline that a kernel compiler's users know."""
import torch, triton
import triton.language as tl

configs = [triton.Config({'BM': bm, 'BN': bn, 'BK': 64, 'GROUP': 8}, num_stages=stages, num_warps=warps)
           for bm, bn, stages, warps in [(128, 256, 3, 8), (128, 128, 4, 4), (64, 128, 4, 4), (16, 64, 6, 4), (16, 128, 5, 4)]]


@triton.autotune(configs=configs, key=['M', 'N', 'K'])
@triton.jit
def product(x, w, y, M, N, K, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr, GROUP: tl.constexpr):
    pid, columns, rows = tl.program_id(0), tl.cdiv(N, BN), tl.cdiv(M, BM)
    first = pid // (GROUP * columns) * GROUP
    height = min(rows - first, GROUP)
    m, n = first + pid % height, (pid % (GROUP * columns)) // height
    i, j, k = (m * BM + tl.arange(0, BM)) % M, (n * BN + tl.arange(0, BN)) % N, tl.arange(0, BK)
    a, b = x + i[:, None] * K + k[None, :], w + j[None, :] * K + k[:, None]
    sums = tl.zeros((BM, BN), dtype=tl.float32)
    for _ in range(0, K // BK):
        sums = tl.dot(tl.load(a), tl.load(b), sums)
        a += BK; b += BK
    i, j = m * BM + tl.arange(0, BM), n * BN + tl.arange(0, BN)
    tl.store(y + i[:, None] * N + j[None, :], sums.to(tl.bfloat16), mask=(i[:, None] < M) & (j[None, :] < N))


def linear(X, W, Y):
    """Y = X · Wᵀ for bf16 X[M, K], W[N, K]; K a multiple of 64."""
    (M, K), (N, _) = X.shape, W.shape
    product[lambda c: (triton.cdiv(M, c['BM']) * triton.cdiv(N, c['BN']),)](X, W, Y, M, N, K)
