/** A WGSL module: header comment, bindings and functions of each kernel, the entry points. */
import { SourceFile } from '../../diagnostics/span.ts';
import type { Capabilities } from '../../emit/capabilities.ts';
import type { EmitMeta, EmitTarget, EmittedFile } from '../../emit/emit.ts';
import { groupCount, launchAbi } from '../../emit/launch.ts';
import { fill } from '../../emit/template.ts';
import { threadCode } from '../../emit/thread-code.ts';
import { type DType, bitsOf } from '../../ir/dtype.ts';
import type { TileKernel } from '../../ir/tile.ts';
import type { SizeExpr, StorageType } from '../../runtime/abi.ts';
import { commonIntrinsics } from '../intrinsics-common.ts';
import { WgslPrinter } from './render.ts';
import { helperNames, helperTexts } from './render-helpers.ts';
import { unitType } from './render-memory.ts';

/** Most workgroups along one dimension that every device has. */
const mostGroups = 65535;
/** Parameters and locals of the functions that reach memory: a buffer of such a name would be hidden inside them. A vector has at most 32 units. */
const accessorNames = ['i', 'fill', 'inside', 'value', 'values', 'at', 'code', 'shift', 'word', ...Array.from({ length: 32 }, (_, u) => `unit${u}`)];
const reserved = ['local_index', 'workgroup', 'workgroups', 'piece', 'Sizes', 'sizes', ...accessorNames, ...helperNames];

function capabilities(target: EmitTarget, sizes: string): Capabilities {
  return {
    family: 'wgsl', exchangeBits: target.subgroupBits ?? 0, sharedAccessBits: 128, sharedBytes: 16 * 1024, linearGrid: true, mostGroups, sizePrefix: `${sizes}.`,
    intrinsic: (name) => commonIntrinsics.find((i) => i.name === name),
  };
}

/** A linear number of groups as a two-dimensional grid. */
function gridOf(total: SizeExpr): readonly [SizeExpr, SizeExpr, SizeExpr] {
  if (typeof total === 'number' && total <= mostGroups) return [total, 1, 1];
  return [{ op: 'min', args: [total, mostGroups] }, { op: 'ceildiv', args: [total, mostGroups] }, 1];
}

export function renderWgsl(kernels: readonly TileKernel[], target: EmitTarget, meta: EmitMeta, header: string): EmittedFile {
  const source = new SourceFile(meta.sourceFile, meta.sourceText, meta.others);
  const taken = new Set(reserved);
  const helpers = new Set<string>();
  const features = new Set<string>();
  const printed = kernels.map((kernel, n) => {
    const suffix = n === 0 ? '' : `_${n + 1}`;
    const sizes = { struct: `Sizes${suffix}`, variable: `sizes${suffix}` };
    const { code } = threadCode(kernel, capabilities(target, sizes.variable), source, taken);
    const printer = new WgslPrinter(code, target.shaderF16 === true);
    const body = printer.body(code.body);
    const own = new Set<string>();
    const global = code.memories.filter((m) => m.space === 'global');
    if (code.memories.some((m) => unitType(m, printer.forms.get(m.name)!).includes('f16'))) own.add('shader-f16');
    if (printer.usesSubgroups) own.add('subgroups');
    own.forEach((f) => features.add(f));
    printer.helpers.forEach((h) => helpers.add(h));
    for (const text of [code.name, sizes.struct, sizes.variable, ...code.memories.map((m) => m.name), ...printer.accessors.keys()]) taken.add(text);
    const text = fill('wgsl/kernel', { declarations: printer.declarations(sizes), name: code.name, threads: code.threads, parameters: printer.parameters(), body });
    const storage = (b: { dtype: DType }, m: number): StorageType => {
      const form = printer.forms.get(global[m]!.name)!;
      return form.form === 'half' ? 'u16' : bitsOf(b.dtype) === 32 && (b.dtype === 'f32' || b.dtype === 'i32') ? b.dtype : 'u32';
    };
    const abi = launchAbi(kernel, {
      entry: code.name, target: 'wgsl', storageOf: (b) => storage(b, kernel.buffers.indexOf(b)),
      accessOf: (b) => { const m = global[kernel.buffers.indexOf(b)]!; return m.access === 'write' && printer.forms.get(m.name)!.atomic ? 'readwrite' : m.access; },
      grid: gridOf(groupCount(kernel)), threads: code.threads, sharedBytes: 0, features: [...own],
    });
    return { abi, text };
  });
  const enables = [...(features.has('shader-f16') ? ['enable f16;'] : []), ...(features.has('subgroups') ? ['enable subgroups;'] : [])];
  const functions = helperTexts([...helpers].sort()).map((t) => `${t}\n\n`).join('');
  return { text: `${fill('wgsl/file', { header: [header, ...enables].join('\n'), functions, kernels: printed.map((p) => p.text).join('\n') }).trimEnd()}\n`, abis: printed.map((p) => p.abi) };
}
