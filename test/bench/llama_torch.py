"""The baseline of llama.ts: the same decoder as a plain PyTorch loop in bf16, run operator by operator, and its decoding once more as a CUDA graph; and in f32 without
TF32, for words and scores.

    python3 test/bench/llama_torch.py FOLDER < IDS

IDS is {"window": [id, ...], "needles": n}: ids to score, and how many prompts of needles.json to answer. The last line is one JSON object. "speeds": tokens/s by name,
{"prefill 512": {"eager": n}, "decode at 128": {"eager": n, "graph": n}, ...}, medians, by the clock of the host, from the call to the word on the host (for decoding: after
64 steps, as llama.ts does it). "needles": for each prompt the most likely word at each place of the answer, and by how much the answer's word leads. "firstWindow": the
mean of -log p over the window.
"""
import json, statistics, struct, sys, time
from pathlib import Path
import torch
import torch.nn.functional as F

folder = Path(sys.argv[1])
config = json.loads((folder / 'config.json').read_text())
C, L, H = config['hidden_size'], config['num_hidden_layers'], config['num_attention_heads']
G = config.get('num_key_value_heads', H)
D = config.get('head_dim', C // H)
V, N, eps = config['vocab_size'], min(config.get('max_position_embeddings', 2048), 8192), config['rms_norm_eps']
assert not config.get('rope_scaling'), 'the baseline has plain rotary positions'
dtypes = {'BF16': torch.bfloat16, 'F16': torch.float16, 'F32': torch.float32}

def load():
    found = {}
    for path in sorted(folder.glob('*.safetensors')):
        raw = path.read_bytes()
        (length,) = struct.unpack('<Q', raw[:8])
        for name, entry in json.loads(raw[8:8 + length]).items():
            if name == '__metadata__': continue
            a, b = (8 + length + x for x in entry['data_offsets'])
            found[name] = torch.frombuffer(bytearray(raw[a:b]), dtype=dtypes[entry['dtype']]).reshape(entry['shape']).cuda().to(torch.bfloat16)
    return found

w = load()
head = w.get('lm_head.weight', w['model.embed_tokens.weight'])
angles = torch.outer(torch.arange(N, dtype=torch.float64), config.get('rope_theta', 10000.0) ** (-torch.arange(0, D, 2, dtype=torch.float64) / D))
cos, sin = (torch.cat([f(angles)] * 2, -1).to('cuda', torch.bfloat16) for f in (torch.cos, torch.sin))
K = torch.zeros(L, 1, G, N, D, device='cuda', dtype=torch.bfloat16)
VV = torch.zeros_like(K)

def turn(x, c, s):
    a, b = x.chunk(2, -1)
    return x * c + torch.cat((-b, a), -1) * s

def forward(ids, position, bound, last_only=True):
    """ids [S]; position: tensor [S] of their positions; keys up to `bound` are looked at (None: prefill from position 0)."""
    S = ids.shape[0]
    x = F.embedding(ids, w['model.embed_tokens.weight'])
    c, s = cos[position], sin[position]
    mask = None if bound is None else (torch.arange(bound, device='cuda')[None, :] <= position[:, None])
    for l in range(L):
        at = f'model.layers.{l}.'
        y = F.rms_norm(x, (C,), w[at + 'input_layernorm.weight'], eps)
        q = F.linear(y, w[at + 'self_attn.q_proj.weight']).view(S, H, D).transpose(0, 1)
        k = F.linear(y, w[at + 'self_attn.k_proj.weight']).view(S, G, D).transpose(0, 1)
        v = F.linear(y, w[at + 'self_attn.v_proj.weight']).view(S, G, D).transpose(0, 1)
        q, k = turn(q, c, s), turn(k, c, s)
        K[l, 0].index_copy_(1, position, k)
        VV[l, 0].index_copy_(1, position, v)
        if bound is None: o = F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True, enable_gqa=True)
        else: o = F.scaled_dot_product_attention(q[None], K[l, :, :, :bound], VV[l, :, :, :bound], attn_mask=mask, enable_gqa=True)
        x = x + F.linear(o[0].transpose(0, 1).reshape(S, H * D), w[at + 'self_attn.o_proj.weight'])
        y = F.rms_norm(x, (C,), w[at + 'post_attention_layernorm.weight'], eps)
        x = x + F.linear(F.silu(F.linear(y, w[at + 'mlp.gate_proj.weight'])) * F.linear(y, w[at + 'mlp.up_proj.weight']), w[at + 'mlp.down_proj.weight'])
    x = F.rms_norm(x[-1:] if last_only else x, (C,), w['model.norm.weight'], eps)
    return F.linear(x, head)

def rate(tokens, run, repeats):
    times = []
    for _ in range(repeats):
        torch.cuda.synchronize(); t = time.perf_counter(); run(); torch.cuda.synchronize(); times.append(time.perf_counter() - t)
    return tokens / statistics.median(times)

def prompt(n): return torch.tensor([(i * 7919 + 13) % V for i in range(n)], device='cuda')

results = {}
with torch.inference_mode():
    for n in (x for x in (512, 2048) if x + 300 <= N):
        ids, position = prompt(n), torch.arange(n, device='cuda')
        forward(ids, position, None)
        results[f'prefill {n}'] = {'eager': rate(n, lambda: forward(ids, position, None).float().cpu(), 9)}
    for n in (x for x in (128, 2048, 8192 - 300) if x + 280 <= N):
        forward(prompt(n), torch.arange(n, device='cuda'), None)
        word, place = torch.ones(1, dtype=torch.long, device='cuda'), torch.full((1,), n, device='cuda')
        bound = min(N, (n + 256 + 255) // 256 * 256)
        def step():
            word.copy_(forward(word, place, bound).argmax(-1)); place.add_(1)
        def steps():
            for _ in range(64): step()
            word.cpu()
        steps(); place.fill_(n)
        results[f'decode at {n}'] = {'eager': rate(64, steps, 3)}
        place.fill_(n)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph): step()
        place.fill_(n)
        def replays():
            for _ in range(64): graph.replay()
            word.cpu()
        replays(); place.fill_(n)
        results[f'decode at {n}']['graph'] = rate(64, replays, 3)

# The same in f32: weights widened, no TF32, softmax over all keys at once.
wide = {name: x.float() for name, x in w.items()}
cos32, sin32 = (torch.cat([f(angles)] * 2, -1).to('cuda', torch.float32) for f in (torch.cos, torch.sin))

def scores32(ids, places):
    """Scores after each of the first `len(ids)` words, at `places`."""
    S = len(ids)
    x = F.embedding(torch.tensor(ids, device='cuda'), wide['model.embed_tokens.weight'])
    norm = lambda x, name: x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps) * wide[name]
    for l in range(L):
        at = f'model.layers.{l}.'
        y = norm(x, at + 'input_layernorm.weight')
        q, k, v = (F.linear(y, wide[f'{at}self_attn.{n}_proj.weight']).view(S, -1, D).transpose(0, 1) for n in 'qkv')
        q, k = turn(q, cos32[:S], sin32[:S]), turn(k, cos32[:S], sin32[:S])
        k, v = k.repeat_interleave(H // G, 0), v.repeat_interleave(H // G, 0)
        mask = torch.ones(S, S, device='cuda', dtype=torch.bool).triu(1)
        p = torch.softmax((q @ k.transpose(1, 2) * D ** -0.5).masked_fill_(mask, -torch.inf), -1)
        x = x + F.linear((p @ v).transpose(0, 1).reshape(S, H * D), wide[at + 'self_attn.o_proj.weight'])
        y = norm(x, at + 'post_attention_layernorm.weight')
        x = x + F.linear(F.silu(F.linear(y, wide[at + 'mlp.gate_proj.weight'])) * F.linear(y, wide[at + 'mlp.up_proj.weight']), wide[at + 'mlp.down_proj.weight'])
    return F.linear(norm(x[places], 'model.norm.weight'), wide.get('lm_head.weight', wide['model.embed_tokens.weight']))

asked = json.load(sys.stdin)
answers, first_window = [], None
with torch.inference_mode():
    torch.backends.cuda.matmul.allow_tf32 = False
    if asked['window']:
        ids = asked['window']
        logp = torch.log_softmax(scores32(ids, slice(0, len(ids) - 1)).double(), -1)
        first_window = -logp.gather(1, torch.tensor(ids[1:], device='cuda')[:, None]).mean().item()
    needles = json.loads((folder / 'needles.json').read_text())['items'][:asked['needles']] if asked['needles'] else []
    for item in needles:
        prompt, answer = item['prompt_ids'], item['answer_ids']
        scores = scores32(prompt + answer[:-1], slice(len(prompt) - 1, None))
        own = scores.gather(1, torch.tensor(answer, device='cuda')[:, None])
        others = scores.scatter(1, torch.tensor(answer, device='cuda')[:, None], -torch.inf)
        answers.append({'words': scores.argmax(-1).tolist(), 'leads': (own[:, 0] - others.amax(-1)).tolist()})
print(torch.__version__, torch.cuda.get_device_name(), file=sys.stderr)
print(json.dumps({'speeds': results, 'needles': answers, **({} if first_window is None else {'firstWindow': first_window})}))
