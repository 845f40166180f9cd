"""Checks and times the emitted GEMMs beside cuBLAS (through PyTorch) in one run: `python3 test/bench/gemm.py FOLDER [FILTER] [OUT.json] [--triton]`.
`--triton`: beside a plain Triton kernel as well.
Random data, CUDA graphs, weights rotated among buffers larger together than the L2, medians; outputs are NaN before the check."""
import json, math, pathlib, statistics, subprocess, sys
here = pathlib.Path(__file__).resolve().parent
sys.path = [p for p in sys.path if pathlib.Path(p or '.').resolve() != here]
import torch
import torch.nn.functional as F
for p in (here, here / '../../examples/interop'): sys.path.append(str(p))
from gpu import graph_of, int4_weights, times
from torch_kernel import Kernel

bf16 = torch.bfloat16
with_triton = '--triton' in sys.argv
baselines = {}

def baseline(M, N, K):
    """cuBLAS on the same shape: input, several weights, and a graph; kept while cases share the shape."""
    if (M, N, K) not in baselines:
        baselines.clear(); torch.cuda.empty_cache()
        count = max(2, min(6, math.ceil(200e6 / (N * K * 2))))
        X = torch.randn(M, K, device='cuda', dtype=bf16)
        Ws = [torch.randn(N, K, device='cuda', dtype=bf16) / math.sqrt(K) for _ in range(count)]
        # Few rows take some tens of microseconds: enough launches that beginning a replay does not count.
        inner = max(20 if M <= 64 else 4, min(40, int(2e9 / (M * N * K)) + 4))
        baselines[M, N, K] = (X, Ws, graph_of([lambda W=W: X @ W.t() for W in Ws], inner), inner)
    return baselines[M, N, K]

def measure(folder, case):
    M, N, K = (case['sizes'][s] for s in 'MNK')
    gated = case['kernel'] == 'linear_gated'
    columns = 2 * N if gated else N
    X, Ws, theirs_graph, inner = baseline(M, columns, K)
    kernel = Kernel(folder / case['name'] / 'manifest.json', case['kernel'], case['target'], folder / case['name'])
    Y = torch.full((M, N), float('nan'), device='cuda', dtype=bf16)
    weight_bytes = columns * K * 2
    if case['kernel'] == 'linear_int4':
        sets = [int4_weights(N, K, 128, bf16)[:2] for _ in range(6)]
        codes, scale, weights = int4_weights(N, K, 128, bf16)
        sets.append((codes, scale))
        inputs = [dict(X=X, W_codes=c, W_scale=s) for c, s in reversed(sets)]
        exact, weight_bytes = X.float() @ weights.t(), N * K // 2 + scale.numel() * 2
        del weights
    elif gated:
        inputs = [dict(X=X, G=W[:N], U=W[N:]) for W in Ws]
        exact = F.silu((X @ Ws[0][:N].t()).float() if M * N * K >= 2**37 else X.float() @ Ws[0][:N].float().t())
        exact *= (X @ Ws[0][N:].t()).float() if M * N * K >= 2**37 else X.float() @ Ws[0][N:].float().t()
    else:
        extra = {'bias': torch.randn(N, device='cuda', dtype=bf16)} if case['kernel'] == 'linear_gelu' else {}
        inputs = [dict(X=X, W=W, **extra) for W in Ws]
        exact = (X.float() @ Ws[0].float().t()) if M * N * K < 2**37 else (X @ Ws[0].t()).float()
        if extra: exact = F.gelu(exact + extra['bias'].float(), approximate='tanh')
    runs = [kernel.prepare(outputs={'Y': Y}, **i)[0] for i in inputs]
    runs[0](); torch.cuda.synchronize()
    error = ((Y.float() - exact).norm() / exact.norm()).item()
    del exact
    graphs = [graph_of(runs, inner), theirs_graph]
    if with_triton and case['kernel'] == 'linear' and not case.get('variant'):
        try:
            from triton_gemm import linear
            Z = torch.empty_like(Y)
            for W in Ws: linear(X, W, Z)
            graphs.append(graph_of([lambda W=W: linear(X, W, Z) for W in Ws], inner))
        except Exception as e: print(f'Triton: {str(e)[:300]}', flush=True)
    bare = None
    plain = folder / f'linear_{M}_{columns}_{K}'
    with_bare = case['kernel'] in ('linear_gelu', 'linear_gated') and plain.exists()
    if with_bare:
        # The same product without its epilogue, in the same rotation.
        twin = Kernel(plain / 'manifest.json', 'linear', case['target'], plain)
        graphs.append(graph_of([twin.prepare(outputs={'Y': torch.empty(M, columns, device='cuda', dtype=bf16)}, X=X, W=W)[0] for W in Ws], inner))
    ours, theirs, *rest = times(graphs, inner)
    if with_bare: bare = rest.pop()
    flop = 2 * M * columns * K
    floor = max(flop / 880e6, (weight_bytes + 2 * (M * K + M * N)) / 4.65e6)
    row = dict(case, error=error, us=ours, cublas=theirs, ratio=theirs / ours, triton=rest[0] if rest else None, bare=bare, tflops=flop / ours / 1e6, floor=floor / ours)
    print(f"{case['kernel']:11} {case.get('variant') or '-':10} M={M:<5} N={N:<6} K={K:<6} ours {ours:8.1f} us {flop / ours / 1e6:6.1f} TF  cuBLAS {theirs:8.1f} us {flop / theirs / 1e6:6.1f} TF  ratio {theirs / ours:5.2f}{f'  Triton {theirs / rest[0]:5.2f}' if rest else ''}{f'  over bare {ours / bare - 1:+.1%}' if bare else ''}  floor {floor / ours:4.0%}  error {error:.1e}  {'ok' if error < 5e-3 else 'WRONG'}", flush=True)
    return row

def run_all(folder, only=''):
    """All rows, ordered so that cases of one shape share their baseline."""
    cases = [c for c in json.loads((folder / 'index.json').read_text())['cases'] if only in c['name']]
    rows, missing, shape = [], [], lambda c: (c['sizes']['N'] * (2 if c['kernel'] == 'linear_gated' else 1), c['sizes']['K'], c['sizes']['M'])
    first = {}
    for n, c in enumerate(cases): first.setdefault(shape(c), n)
    for case in sorted(cases, key=lambda c: first[shape(c)]):
        try: rows.append(measure(folder, case))
        except Exception as e:
            print(f"{case['name']}: {str(e)[:600]}", flush=True)
            missing.append(case['name'])
            # The device is lost to this process: nothing that follows would say anything.
            if any(word in str(e) for word in ('illegal', 'launch', 'unspecified')): break
    done = {r['name'] for r in rows} | set(missing)
    return rows, missing + [c['name'] for c in cases if c['name'] not in done]

def driver():
    try: return subprocess.run(['nvidia-smi', '--query-gpu=driver_version', '--format=csv,noheader', '--id=0'], capture_output=True, text=True, timeout=10).stdout.strip() or None
    except (OSError, subprocess.TimeoutExpired): return None

def summary(rows):
    bare = [r for r in rows if r['kernel'] == 'linear' and not r.get('variant')]
    return f"geometric mean of {len(bare)}: {math.exp(statistics.mean(math.log(r['ratio']) for r in bare)):.3f}, lowest {min(r['ratio'] for r in bare):.2f}" if bare else ''

if __name__ == '__main__':
    words = [a for a in sys.argv[1:] if not a.startswith('--')]
    folder = pathlib.Path(words[0])
    print('PyTorch', torch.__version__, torch.cuda.get_device_name(), flush=True)
    rows, missing = run_all(folder, words[1] if len(words) > 1 else '')
    print(summary(rows))
    if len(words) > 2: pathlib.Path(words[2]).write_text(json.dumps({'pytorch': torch.__version__, 'gpu': torch.cuda.get_device_name(), 'driver': driver(), 'rows': rows, 'missing': missing}))
