/** The model by hand, in f64 and without a cache: what the tests compare with. Written from the papers, not from `llama.tdsl`. */
import type { LlamaConfig } from '../../src/llama/config.ts';
import { f32ArrayFromBf16 } from '../../src/runtime/float.ts';
import { openCheckpoint } from '../../src/runtime/safetensors.ts';

export type Reference = (words: readonly number[]) => Float64Array[];

/** Scores after each word. */
export function reference(folder: string, config: LlamaConfig): Reference {
  const checkpoint = openCheckpoint(folder);
  const weights = new Map([...checkpoint.tensors.values()].map((t) => {
    const bytes = checkpoint.read(t);
    return [t.name, t.dtype === 'F32' ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) : f32ArrayFromBf16(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2))] as const;
  }));
  checkpoint.close();
  const w = (name: string): Float32Array => weights.get(`${name}.weight`) ?? (() => { throw new Error(name); })();
  const { channels: C, heads: H, keyHeads: G, headChannels: D, layers } = config;
  const times = (matrix: Float32Array, x: Float64Array): Float64Array => Float64Array.from({ length: matrix.length / x.length }, (_, m) => x.reduce((n, v, c) => n + v * matrix[m * x.length + c]!, 0));
  const norm = (x: Float64Array, g: Float32Array): Float64Array => { const scale = 1 / Math.sqrt(x.reduce((n, v) => n + v * v, 0) / C + config.epsilon); return x.map((v, c) => v * scale * g[c]!); };
  const frequency = (pair: number): number => {
    const plain = config.ropeBase ** (-pair / (D / 2)), s = config.ropeScaling;
    if (s.kind !== 'llama3') return plain;
    const wavelength = 2 * Math.PI / plain;
    if (wavelength < s.original / s.high) return plain;
    if (wavelength > s.original / s.low) return plain / s.factor;
    const smooth = (s.original / wavelength - s.low) / (s.high - s.low);
    return (1 - smooth) * plain / s.factor + smooth * plain;
  };
  const turn = (x: Float64Array, position: number): Float64Array => x.map((v, i) => {
    const head = Math.floor(i / D) * D, d = i % D, pair = d % (D / 2);
    const angle = position * frequency(pair);
    const other = x[head + (d < D / 2 ? d + D / 2 : d - D / 2)]!;
    return v * Math.cos(angle) + (d < D / 2 ? -other : other) * Math.sin(angle);
  });
  return (words) => {
    let xs = words.map((word) => Float64Array.from(w('model.embed_tokens').subarray(word * C, (word + 1) * C)));
    for (let l = 0; l < layers; l++) {
      const at = `model.layers.${l}`;
      const ys = xs.map((x) => norm(x, w(`${at}.input_layernorm`)));
      const q = ys.map((y, p) => turn(times(w(`${at}.self_attn.q_proj`), y), p));
      const k = ys.map((y, p) => turn(times(w(`${at}.self_attn.k_proj`), y), p));
      const v = ys.map((y) => times(w(`${at}.self_attn.v_proj`), y));
      xs = xs.map((x, p) => {
        const o = new Float64Array(H * D);
        for (let h = 0; h < H; h++) {
          const g = Math.floor(h / (H / G));
          const scores = Array.from({ length: p + 1 }, (_, t) => { let n = 0; for (let d = 0; d < D; d++) n += q[p]![h * D + d]! * k[t]![g * D + d]!; return n / Math.sqrt(D); });
          const top = Math.max(...scores), e = scores.map((s) => Math.exp(s - top)), total = e.reduce((a, b) => a + b);
          for (let d = 0; d < D; d++) o[h * D + d] = e.reduce((n, x, t) => n + x * v[t]![g * D + d]!, 0) / total;
        }
        const added = times(w(`${at}.self_attn.o_proj`), o);
        return x.map((xc, c) => xc + added[c]!);
      });
      xs = xs.map((x) => {
        const y = norm(x, w(`${at}.post_attention_layernorm`));
        const gate = times(w(`${at}.mlp.gate_proj`), y), up = times(w(`${at}.mlp.up_proj`), y);
        const added = times(w(`${at}.mlp.down_proj`), gate.map((n, f) => n / (1 + Math.exp(-n)) * up[f]!));
        return x.map((xc, c) => xc + added[c]!);
      });
    }
    const head = config.tied ? w('model.embed_tokens') : w('lm_head');
    return xs.map((x) => times(head, norm(x, w('model.norm'))));
  };
}
