/** A kernel on a device whose schedules come and go: inputs are made and uploaded once, numbers of every schedule are compared with one run of the oracle. */
import { compileSource } from '../../src/driver.ts';
import { bytesFor, decode, encode } from '../../src/cli/tensor-data.ts';
import { prepareKernel, wholeWords } from '../../src/host/engine.ts';
import { elementsOf, shapeOf, sizeValue } from '../../src/host/engine-spec.ts';
import { kernelSpec, tensorSpec } from '../../src/host/spec.ts';
import { randomValues, sampleIndices } from '../../src/ir/random-input.ts';
import { compare } from '../../src/ir/tolerance.ts';
import { interpret, type OracleTensor } from '../../src/ir/tst-interpret.ts';
import type { Device, DeviceBuffer, TimeOptions } from '../../src/runtime/device.ts';
import type { Workload } from '../../src/tune/candidate.ts';
import { withBlock } from '../../src/tune/source.ts';

export interface Measured { readonly us: number; readonly right: boolean }

export class PlanRunner {
  private readonly buffers: Record<string, DeviceBuffer> = {};
  private readonly values = new Map<string, ArrayLike<number>>();
  /** What tensors that are updated in place hold before each run. */
  private readonly initial = new Map<string, Uint8Array>();
  private readonly packed = new Map<string, Uint8Array>();
  private oracle: ReadonlyMap<string, OracleTensor> | undefined;
  private count = 0;

  constructor(private readonly w: Workload, private readonly text: string, private readonly device: Device, private readonly samples = 512) {}

  /** Compiles; `load` builds device code, which may run beside other processes. */
  async load(block: string | undefined): Promise<Loaded> {
    const { w } = this, text = block === undefined ? this.text : withBlock(this.text, w.file, w.kernel.name, w.target.name, block);
    // Kernels are kept on a device by the name of their file.
    const compiled = compileSource(text, `plan${this.count++}.tdsl`, { targets: [w.target.name], kernel: w.kernel.name, validate: false });
    const manifest = compiled.manifest.kernels[0], wrong = compiled.diagnostics.find((d) => d.severity === 'error');
    if (manifest === undefined || wrong !== undefined) throw new Error(wrong?.message ?? 'nothing was compiled');
    const texts = new Map(compiled.files.map((f) => [f.path, f.text]));
    const prepared = await prepareKernel(kernelSpec(manifest), this.device, w.sizes, { load: (path) => Promise.resolve(texts.get(path) ?? '') });
    for (const t of [...manifest.inputs, ...manifest.outputs]) {
      const bytes = prepared.bytes[t.name] ?? 0, old = this.buffers[t.name];
      if (old !== undefined && old.bytes >= bytes) continue;
      old?.destroy();
      const buffer = this.device.alloc(bytes);
      this.buffers[t.name] = buffer;
      if (!manifest.inputs.includes(t)) continue;
      const n = elementsOf(tensorSpec(t), w.sizes), packed = encode(t.dtype, randomValues(t.dtype, t.name, n, 1, t.limit === undefined ? undefined : sizeValue(t.limit, w.sizes)));
      this.values.set(t.name, decode(t.dtype, packed, n));
      this.packed.set(t.name, wholeWords(packed));
      this.device.upload(buffer, wholeWords(packed));
      if (manifest.outputs.some((o) => o.name === t.name)) this.initial.set(t.name, wholeWords(packed));
    }
    // Made here, where other processes may use the device meanwhile.
    this.oracle ??= interpret(w.kernel, w.sizes, this.values, { sample: new Map(manifest.outputs.map((t) => [t.name, sampleIndices(shapeOf(tensorSpec(t), w.sizes), this.samples, 1, 16)])) });
    // Comments say which schedule it is.
    const code = compiled.files.map((f) => f.text.replaceAll(/\/\/[^\n]*/g, '').replaceAll(/plan\d+/g, 'plan')).join('\n');
    return { launch: () => prepared.launch(this.buffers), destroy: () => prepared.destroy(), manifest, code };
  }

  /** Runs it once after the outputs were filled with NaN, compares, then times. */
  async measure(loaded: Loaded, options: TimeOptions): Promise<Measured> {
    for (const t of loaded.manifest.outputs) { const b = this.buffers[t.name]!; this.device.upload(b, this.initial.get(t.name) ?? new Uint8Array(Math.ceil(b.bytes / 4) * 4).fill(0xff)); }
    loaded.launch();
    const right = await this.compare(loaded);
    const { medianUs } = await this.device.time(() => loaded.launch(), options);
    return { us: medianUs, right };
  }

  private async compare(loaded: Loaded): Promise<boolean> {
    const { w } = this, outputs = loaded.manifest.outputs;
    for (const t of outputs) {
      const n = elementsOf(tensorSpec(t), w.sizes), bytes = (await this.device.download(this.buffers[t.name]!)).slice(0, bytesFor(t.dtype, n));
      const expected = this.oracle?.get(t.name);
      if (expected === undefined || !compare(decode(t.dtype, bytes, n), expected).ok) return false;
    }
    return true;
  }

  destroy(): void { for (const b of Object.values(this.buffers)) b.destroy(); }
}
export interface Loaded { /** What was emitted, without comments. */ readonly code: string; readonly launch: () => void; readonly destroy: () => void; readonly manifest: ReturnType<typeof compileSource>['manifest']['kernels'][number] }
