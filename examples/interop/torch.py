"""Runs the emitted matmul on PyTorch tensors and compares it with PyTorch's own: `python examples/interop/torch.py [MANIFEST] [TARGET]`."""
import pathlib, sys
sys.path = [p for p in sys.path if pathlib.Path(p or '.').resolve() != pathlib.Path(__file__).resolve().parent]  # this file is called torch.py
import torch
sys.path.append(str(pathlib.Path(__file__).resolve().parent))
from torch_kernel import Kernel

manifest = sys.argv[1] if len(sys.argv) > 1 else 'generated/matmul/matmul.json'
target = sys.argv[2] if len(sys.argv) > 2 else 'cuda:sm_80'
matmul = Kernel(manifest, 'matmul_bf16', target)
for M, N, K in ((1, 1, 1), (67, 65, 33), (512, 768, 1024)):
    A, B = torch.randn(M, K, device='cuda', dtype=torch.bfloat16), torch.randn(K, N, device='cuda', dtype=torch.bfloat16)
    C = matmul(A=A, B=B)
    error = ((C.double() - A.double() @ B.double()).norm() / (A.double() @ B.double()).norm()).item()
    print(f'matmul_bf16 {M}x{N}x{K} on {target}: relative error {error:.1e}')
    assert error < 1e-2
