/** A CUDA file: header comment, the device functions that its kernels call, the kernels. */
import type { Capabilities } from '../../emit/capabilities.ts';
import type { EmittedFile, EmitMeta } from '../../emit/emit.ts';
import { checkEarly } from '../../emit/early.ts';
import { groupCount, launchAbi } from '../../emit/launch.ts';
import { nameRepeated } from '../../emit/repeated.ts';
import { fill } from '../../emit/template.ts';
import { threadCode } from '../../emit/thread-code.ts';
import { SourceFile } from '../../diagnostics/span.ts';
import type { TileKernel } from '../../ir/tile.ts';
import { cudaArchitecture, mmaIntrinsics } from './intrinsics.ts';
import { storageOf } from '../storage.ts';
import { commonIntrinsics } from '../intrinsics-common.ts';
import { fewInstructions } from './arithmetic.ts';
import { wgmmaIntrinsic } from './wgmma.ts';
import { CudaPrinter } from './render.ts';
import { helper } from './render-helpers.ts';
import { wrapping } from './wrapping.ts';
import { preludeFor, wrappers } from './wrappers.ts';

export function cudaCapabilities(): Capabilities {
  const all = [...commonIntrinsics, ...mmaIntrinsics];
  return { family: 'cuda', exchangeBits: 5, sharedAccessBits: 128, sharedBytes: 163 * 1024, linearGrid: true, mostGroups: undefined, sizePrefix: '', intrinsic: (name) => all.find((i) => i.name === name) ?? wgmmaIntrinsic(name) };
}

/** @param architecture `sm_80` */
export function renderCuda(kernels: readonly TileKernel[], architecture: string, meta: EmitMeta, header: string): EmittedFile {
  const demand = cudaArchitecture(architecture);
  const features = demand.kind === 'ok' ? [architecture] : [];
  const source = new SourceFile(meta.sourceFile, meta.sourceText, meta.others);
  const used = new Set<string>();
  const helpers = new Set<string>();
  const printed = kernels.map((kernel) => {
    const { code, maps } = threadCode(kernel, cudaCapabilities(), source, wrappers.keys());
    const printer = new CudaPrinter(code);
    const stmts = nameRepeated(wrapping(fewInstructions(code.body), code.memories), [...wrappers.keys(), code.name, ...code.sizes, ...code.memories.map((m) => m.name)]);
    if (kernel.early === true) checkEarly({ ...code, body: stmts });
    const body = printer.body(stmts);
    const shared = printer.shared();
    printer.wrappers.forEach((w) => used.add(w));
    printer.helpers.forEach((h) => helpers.add(h));
    const abi = launchAbi(kernel, {
      entry: code.name, target: 'cuda', storageOf: (b) => storageOf(b.dtype), accessOf: (b) => code.memories[kernel.buffers.indexOf(b)]?.access ?? 'read',
      grid: [groupCount(kernel), 1, 1], maps, threads: code.threads, sharedBytes: shared.dynamicBytes, features,
    });
    return { abi, text: fill('cuda/kernel', { name: code.name, cluster: kernel.cluster === undefined ? '' : `__cluster_dims__(${kernel.cluster}, 1, 1) `, threads: [code.threads, ...(kernel.roles.length > 1 ? [1] : kernel.residents === undefined ? [] : [kernel.residents])].join(', '), parameters: printer.parameters(), body: [...shared.lines, body].join('\n') }) };
  });
  // A guarded load brings its plain form along.
  const own = [...helpers].filter((h) => !helpers.has(`${h}_or`)).sort().map(helper);
  own.forEach((h) => h.wrappers.forEach((w) => used.add(w)));
  const functions = [preludeFor(used), ...own.map((h) => `${h.text}\n`)].filter((t) => t !== '').map((t) => `${t}\n`).join('');
  return { text: fill('cuda/file', { header, functions, kernels: printed.map((p) => p.text).join('\n') }).trimEnd() + '\n', abis: printed.map((p) => p.abi) };
}
