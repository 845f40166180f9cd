"""Checks emitted products on a GPU at every size from 1 to a tile and one more in each dimension, and at random shapes.

    python3 test/bench/gemm-check.py FOLDER [--few] [--large]      after `tsx test/bench/gemm.ts FOLDER`; --few: a handful of shapes, for compute-sanitizer;
                                                                   --large: instead, tensors of more than 2^31 elements, compared in sampled rows

Outputs begin as NaN inside a larger buffer whose ends must stay untouched. An element may be off by half a step of its type, the order of the plain sum, and what
tensor cores cut off below the last bit of the sum so far, once for every 16 products. Ends with 1 where something is wrong."""
import json, math, pathlib, random, sys
here = pathlib.Path(__file__).resolve().parent
sys.path = [p for p in sys.path if pathlib.Path(p or '.').resolve() != here]
import torch
sys.path += [str(here), str(here / '../../examples/interop')]
from torch_kernel import Kernel, size

bf16, f16, f32 = torch.bfloat16, torch.float16, torch.float32
tile = dict(M=128, N=256, K=64)
folder, few = pathlib.Path(sys.argv[1]), '--few' in sys.argv
torch.backends.cuda.matmul.allow_tf32 = False
torch.manual_seed(1); random.seed(1)

def unpacked(bytes):
    codes = torch.stack([bytes & 15, bytes >> 4], -1).flatten(-2).to(torch.int32)
    return torch.where(codes > 7, codes - 16, codes).float()
def sums(A, B): return A.float() @ B.float()
want = {
    'nt': lambda A, B: sums(A, B.t()), 'nn': sums, 'tn': lambda A, B: sums(A.t(), B), 'tt': lambda A, B: sums(A.t(), B.t()), 'batched': sums,
    'epilogue': lambda A, B, bias, scale, R: (sums(A, B.t()) * scale[:, None] + bias.float()).clamp(min=0) + R.float(),
    'narrow': lambda A, B_codes, B_scale: sums(A, (unpacked(B_codes) * B_scale.float().repeat_interleave(128, 1)[:, :A.shape[1]]).t()),
    'gated': lambda A, G, U: torch.nn.functional.silu(sums(A, G.t())) * sums(A, U.t()),
}

def shapes(batched):
    """Every size of one dimension beside moderate others, then random ones; rows aligned for box copies and not."""
    if few: return [(1, 8, 8, 1), (129, 264, 136, 1), (257, 520, 72, 1), (37, 19, 45, 1), (3, 40, 24, 1)]
    usual = dict(M=72, N=136, K=80)
    found = [tuple({**usual, d: n}[x] for x in 'MNK') + (1,) for d in 'MNK' for n in range(1, tile[d] + 2)]
    found += [(n, 131, 75, 1) for n in range(1, tile['M'] + 2, 7)] + [(72, 136, 8 * n, 1) for n in range(1, 17)]
    def draw(most): return int(math.exp(random.uniform(0, math.log(most))))
    for n in range(200):
        M, N, K = draw(1200), draw(1200), draw(1500)
        found.append((M, N, K, draw(5)) if n % 2 else (M, 8 * (N // 8 + 1), 8 * (K // 8 + 1), draw(5)))
    return found if not batched else [(m, n, k, s + 1) for m, n, k, s in found]

def check(kernel, M, N, K, S):
    sizes = dict(M=M, N=N, K=K, S=S)
    def make(t):
        shape = [size(e, sizes) for e in t['shape']]
        if t['dtype'] == 'int4': return torch.randint(0, 256, (*shape[:-1], shape[-1] // 2), device='cuda', dtype=torch.uint8)
        return torch.randn(shape, device='cuda').to({'bf16': bf16, 'f16': f16, 'f32': f32}[t['dtype']])
    tensors = {t['name']: make(t) for t in kernel.kernel['inputs']}
    out = kernel.kernel['outputs'][0]
    shape = [size(e, sizes) for e in out['shape']]
    dtype = {'bf16': bf16, 'f16': f16, 'f32': f32}[out['dtype']]
    room = torch.full((math.prod(shape) + 512,), float('nan'), device='cuda', dtype=dtype)
    inside = room[256:256 + math.prod(shape)].view(shape)
    kernel.prepare(outputs={out['name']: inside}, **tensors)[0]()
    exact = want[kernel.kernel['name']](**tensors)
    step = 2**-8 if dtype == bf16 else 2**-11
    slack = {'gated': 4, 'epilogue': 3, 'narrow': 30}.get(kernel.kernel['name'], 1)
    allowed = slack * (exact.abs() * step * 1.02 + math.sqrt(K) * (1e-5 + K / 16 * 2**-23))
    if kernel.kernel['name'] == 'gated': allowed = allowed + 2e-3 * exact.abs()
    error = ((inside.float() - exact).abs() / allowed).max()
    untouched = room[:256].isnan().all() & room[256 + math.prod(shape):].isnan().all()
    return error, untouched

# Which tensor has more than 2^31 elements: C, without and with rows that boxes can take; A; B; C and what is added to it; all batches of C together.
large_shapes = [('nt', (65544, 32776, 64, 1)), ('nt', (65544, 32771, 70, 1)), ('nt', (524296, 40, 4104, 1)), ('nn', (72, 524296, 4104, 1)), ('tn', (524296, 72, 4104, 1)), ('epilogue', (65544, 32776, 64, 1)), ('batched', (32776, 21864, 64, 3))]

def check_large(kernel, M, N, K, S):
    """Some rows of the result, the ends of its buffer, and that every element was written. What is allowed is as in `check`."""
    sizes, name = dict(M=M, N=N, K=K, S=S), kernel.kernel['name']
    types = {'bf16': bf16, 'f16': f16, 'f32': f32}
    tensors = {t['name']: torch.randn([size(e, sizes) for e in t['shape']], device='cuda', dtype=types[t['dtype']]) for t in kernel.kernel['inputs']}
    out = kernel.kernel['outputs'][0]
    shape, dtype = [size(e, sizes) for e in out['shape']], types[out['dtype']]
    biggest = max(math.prod(shape), *(t.numel() for t in tensors.values()))
    assert biggest > 2**31
    room = torch.full((math.prod(shape) + 512,), float('nan'), device='cuda', dtype=dtype)
    inside = room[256:256 + math.prod(shape)].view(shape)
    kernel.prepare(outputs={out['name']: inside}, **tensors)[0]()
    rows = torch.tensor(sorted({0, 1, M // 2, M - 2, M - 1} | {random.randrange(M) for _ in range(40)}), device='cuda')
    of_rows = {n: (t[:, rows] if name in ('tn', 'batched') else t[rows]) if n in ('A', 'R', 'scale') else t for n, t in tensors.items()}
    exact = want[name](**of_rows)
    got = (inside[:, rows] if name == 'batched' else inside[rows]).float()
    allowed = {'epilogue': 3}.get(name, 1) * (exact.abs() * (2**-8 if dtype == bf16 else 2**-11) * 1.02 + math.sqrt(K) * (1e-5 + K / 16 * 2**-23))
    error = ((got - exact).abs() / allowed).max().item()
    written = not any(part.isnan().any().item() for part in room[256:-256].split(2**28))
    untouched = room[:256].isnan().all().item() and room[-256:].isnan().all().item()
    return biggest, error, written and untouched

wrong = 0
index = json.loads((folder / 'index.json').read_text())
if '--large' in sys.argv:
    kernels = {c['kernel']: Kernel(folder / c['name'] / 'manifest.json', c['kernel'], index['target'], folder / c['name']) for c in index['checked'] if not c['sizes']}
    for name, s in large_shapes:
        v = kernels[name].variant({**dict(zip('MNKS', s)), '#multiprocessors': kernels[name].sms})
        biggest, error, whole = check_large(kernels[name], *s)
        torch.cuda.empty_cache()
        ok = error <= 1 and whole
        wrong += not ok
        print(f"{name:10} {' x '.join(map(str, s)):28} {biggest / 2**31:.3f} x 2^31 elements, worst error {error:.3f} of what is allowed, {'all written, nothing beside' if whole else 'NOT WHOLE'}, {pathlib.Path(v['file']).name.split('.')[0]}  {'ok' if ok else 'WRONG'}", flush=True)
    print('all right' if wrong == 0 else f'{wrong} wrong')
    sys.exit(1 if wrong else 0)

for case in index['checked']:
    name, fixed = case['kernel'], case['sizes']
    kernel = Kernel(folder / case['name'] / 'manifest.json', name, index['target'], folder / case['name'])
    found, variants, worst, bad = [], {}, 0.0, []
    for s in shapes(name == 'batched'):
        s = (fixed.get('M', s[0]), *s[1:])
        # Rows of four-bit elements begin at bytes.
        if name == 'narrow': s = (s[0], s[1], s[2] + s[2] % 2, s[3])
        v = kernel.variant({**dict(zip('MNKS', s)), '#multiprocessors': kernel.sms})
        variants[v['file']] = variants.get(v['file'], 0) + 1
        found.append((s, *check(kernel, *s)))
    torch.cuda.synchronize()
    for s, error, untouched in found:
        e = error.item()
        worst = max(worst, e) if e == e else math.inf
        if not e <= 1 or not untouched.item(): bad.append((s, e, bool(untouched.item())))
    print(f'{case["name"][6:]:10} {len(found)} shapes, worst error {worst:.3f} of what is allowed, {len(bad)} wrong; ' + ', '.join(f'{pathlib.Path(f).name.split(".")[0]} {n}' for f, n in variants.items()), flush=True)
    for b in bad[:8]: print('  wrong:', b)
    wrong += len(bad)
print('all right' if wrong == 0 else f'{wrong} wrong')
sys.exit(1 if wrong else 0)
