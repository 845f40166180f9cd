"""Builds, checks and times the emitted GEMMs beside cuBLAS (through PyTorch) in one run: `python3 test/bench/gemm.py FOLDER [FILTER] [OUT.json]`.
Random data, CUDA graphs, weights rotated among buffers larger together than the L2, medians; outputs are NaN before the check."""
import json, math, pathlib, statistics, sys
here = pathlib.Path(__file__).resolve().parent
sys.path = [p for p in sys.path if pathlib.Path(p or '.').resolve() != here]
import torch
import torch.nn.functional as F
for p in (here, here / '../../examples/interop'): sys.path.append(str(p))
from torch_kernel import Kernel

def graph_of(fns, inner):
    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        for f in fns: f()
    torch.cuda.synchronize()
    g = torch.cuda.CUDAGraph()
    with torch.cuda.graph(g, stream=side):
        for i in range(inner): fns[i % len(fns)]()
    return g

def times(graphs, inner, repeats=15):
    """Medians of the graphs' replays, interleaved."""
    found = [[] for _ in graphs]
    for _ in range(repeats):
        for g, ts in zip(graphs, found):
            a, b = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            a.record(); g.replay(); b.record(); torch.cuda.synchronize()
            ts.append(a.elapsed_time(b) * 1000 / inner)
    return [statistics.median(ts) for ts in found]

folder = pathlib.Path(sys.argv[1]); only = sys.argv[2] if len(sys.argv) > 2 else ''
rows = []
print('PyTorch', torch.__version__, torch.cuda.get_device_name(), flush=True)
for case in json.loads((folder / 'index.json').read_text()):
    if only not in case['name']: continue
    M, N, K = (case['sizes'][s] for s in 'MNK')
    try:
        count = max(2, min(6, math.ceil(200e6 / (N * K * 2))))
        X = torch.randn(M, K, device='cuda', dtype=torch.bfloat16)
        Ws = [torch.randn(N, K, device='cuda', dtype=torch.bfloat16) / math.sqrt(K) for _ in range(count)]
        extra = {'bias': torch.randn(N, device='cuda', dtype=torch.bfloat16)} if case['kernel'] == 'linear_gelu' else {}
        kernel = Kernel(folder / case['name'] / 'gemm/gemm.json', case['kernel'], case['target'])
        Y = torch.full((M, N), float('nan'), device='cuda', dtype=torch.bfloat16)
        runs = [kernel.prepare(outputs={'Y': Y}, X=X, W=W, **extra)[0] for W in Ws]
        runs[0](); torch.cuda.synchronize()
        exact = (X.float() @ Ws[0].float().t()) if M * N * K < 2**37 else (X @ Ws[0].t()).float()
        if extra: exact = F.gelu(exact + extra['bias'].float(), approximate='tanh')
        error = ((Y.float() - exact).norm() / exact.norm()).item()
        inner = max(4, min(40, int(2e9 / (M * N * K)) + 4))
        ours, theirs = times([graph_of(runs, inner), graph_of([lambda W=W: X @ W.t() for W in Ws], inner)], inner)
        flop = 2 * M * N * K
        floor = max(flop / 880e6, (N * K + M * K + M * N) * 2 / 4.65e6)
        rows.append(dict(case, error=error, us=ours, cublas=theirs, ratio=theirs / ours, tflops=flop / ours / 1e6, floor=floor / ours))
        print(f"{case['kernel']:12} M={M:<5} N={N:<6} K={K:<6} ours {ours:8.1f} us {flop / ours / 1e6:6.1f} TF  cuBLAS {theirs:8.1f} us {flop / theirs / 1e6:6.1f} TF  ratio {theirs / ours:5.2f}  floor {floor / ours:4.0%}  error {error:.1e}  {'ok' if error < 5e-3 else 'WRONG'}", flush=True)
    except Exception as e:
        print(f"{case['name']}: {str(e)[:600]}", flush=True)
        if 'illegal' in str(e) or 'launch' in str(e) or 'unspecified' in str(e): break
bare = [r for r in rows if r['kernel'] == 'linear']
if bare: print(f"geometric mean of {len(bare)}: {math.exp(statistics.mean(math.log(r['ratio']) for r in bare)):.3f}, lowest {min(r['ratio'] for r in bare):.2f}")
if len(sys.argv) > 3: pathlib.Path(sys.argv[3]).write_text(json.dumps(rows))
