"""PyTorch baselines for the examples, medians of CUDA graph replays on random data, inputs rotated beyond the L2 where they are small."""
import statistics, torch
import torch.nn.functional as F

def median_us(fns, repeats=30, inner=10):
    for f in fns: f()
    torch.cuda.synchronize()
    g = torch.cuda.CUDAGraph()
    with torch.cuda.graph(g):
        for i in range(inner): fns[i % len(fns)]()
    times = []
    for _ in range(repeats):
        a, b = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        a.record(); g.replay(); b.record(); torch.cuda.synchronize()
        times.append(a.elapsed_time(b) * 1000 / inner)
    return statistics.median(times)

def mm(dtype, n):
    A, B = torch.randn(n, n, device='cuda', dtype=dtype), torch.randn(n, n, device='cuda', dtype=dtype)
    t = median_us([lambda: A @ B]); print(f'cuBLAS {dtype} {n}^3: {t:.1f} us, {2 * n**3 / t / 1e6:.1f} TFLOP/s')

print('PyTorch', torch.__version__, torch.cuda.get_device_name())
torch.backends.cuda.matmul.allow_tf32 = False
for d in (torch.bfloat16, torch.float16, torch.float32): mm(d, 4096)
A = torch.randint(-128, 128, (4096, 4096), device='cuda', dtype=torch.int8); B = torch.randint(-128, 128, (4096, 4096), device='cuda', dtype=torch.int8).t()
t = median_us([lambda: torch._int_mm(A, B)]); print(f'int_mm 4096^3: {t:.1f} us, {2 * 4096**3 / t / 1e6:.1f} TOP/s')
X = torch.randn(4096, 4096, device='cuda')
print(f'softmax f32 4096^2: {median_us([lambda: torch.softmax(X, -1)]):.1f} us; log_softmax {median_us([lambda: torch.log_softmax(X, -1)]):.1f} us')
Ws = [torch.randn(4096, 4096, device='cuda', dtype=torch.bfloat16) for _ in range(4)]
x = torch.randn(1, 4096, device='cuda', dtype=torch.bfloat16)
print(f'cuBLAS bf16 M=1 4096x4096: {median_us([lambda w=w: x @ w.t() for w in Ws]):.1f} us')
try:
    w4 = [torch._convert_weight_to_int4pack(torch.randint(0, 255, (4096, 2048), device='cuda', dtype=torch.uint8), 8) for _ in range(8)]
    sz = torch.randn(32, 4096, 2, device='cuda', dtype=torch.bfloat16)
    for m in (1, 64):
        xm = torch.randn(m, 4096, device='cuda', dtype=torch.bfloat16)
        print(f'PyTorch int4pack M={m} 4096x4096 group 128: {median_us([lambda w=w: torch._weight_int4pack_mm(xm, w, 128, sz) for w in w4]):.1f} us')
except Exception as e: print('int4pack:', e)
q, k, v = (torch.randn(1, h, 2048, 128, device='cuda', dtype=torch.bfloat16) for h in (32, 8, 8))
print(f'SDPA causal prefill 2048, 32/8 heads: {median_us([lambda: F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)]):.1f} us')
q, k, v = torch.randn(4, 32, 1, 128, device='cuda', dtype=torch.bfloat16), *(torch.randn(4, 8, 16384, 128, device='cuda', dtype=torch.bfloat16) for _ in range(2))
print(f'SDPA decode B=4 T=16384, 32/8 heads: {median_us([lambda: F.scaled_dot_product_attention(q, k, v, enable_gqa=True)]):.1f} us')
