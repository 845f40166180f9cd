"""What the GPU benchmarks share: interleaved timing of CUDA graphs, data, and errors."""
import statistics
import torch

def graph_of(fns, inner):
    """A graph of `inner` launches that go through `fns` in turn."""
    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        for f in fns: f()
    torch.cuda.synchronize()
    g = torch.cuda.CUDAGraph()
    with torch.cuda.graph(g, stream=side):
        for i in range(inner): fns[i % len(fns)]()
    return g

def times(graphs, inner, repeats=15):
    """Medians of the graphs' replays in microseconds a launch, interleaved."""
    found = [[] for _ in graphs]
    for _ in range(repeats):
        for g, ts in zip(graphs, found):
            a, b = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            a.record(); g.replay(); b.record(); torch.cuda.synchronize()
            ts.append(a.elapsed_time(b) * 1000 / inner)
    return [statistics.median(ts) for ts in found]

def int4_weights(N, K, group, dtype):
    """Random signed codes packed two to a byte (the first in the low half), scales, and the weights they stand for."""
    codes = torch.randint(-8, 8, (N, K), device='cuda', dtype=torch.int8)
    low, high = codes[:, 0::2].to(torch.uint8) & 15, codes[:, 1::2].to(torch.uint8) & 15
    scale = ((torch.rand(N, -(-K // group), device='cuda') + 0.5) / (4 * K ** 0.5)).to(dtype)
    weights = codes.to(torch.float32) * scale.float().repeat_interleave(group, 1)[:, :K]
    return low | (high << 4), scale, weights
