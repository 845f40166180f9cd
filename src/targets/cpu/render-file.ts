/** A JavaScript module: header comment, the tables and functions that its kernels use, one exported function a kernel. */
import { SourceFile } from '../../diagnostics/span.ts';
import type { Capabilities } from '../../emit/capabilities.ts';
import { declareAtFirst } from '../../emit/cleanup.ts';
import type { EmitMeta, EmittedFile } from '../../emit/emit.ts';
import { hoistInvariants } from '../../emit/invariant.ts';
import { launchAbi, sizeExpr } from '../../emit/launch.ts';
import { fill } from '../../emit/template.ts';
import { threadCode } from '../../emit/thread-code.ts';
import { unroll } from '../../emit/unroll.ts';
import { visitExprs, visitStmts } from '../../ir/code-walk.ts';
import type { Stmt } from '../../ir/code.ts';
import { mul, num } from '../../ir/index-expr.ts';
import type { TileKernel } from '../../ir/tile.ts';
import type { SizeExpr } from '../../runtime/abi.ts';
import { storageOf } from '../storage.ts';
import { commonIntrinsics } from '../intrinsics-common.ts';
import { CpuPrinter } from './render.ts';
import { helperNames, helperTexts } from './render-helpers.ts';

const capabilities: Capabilities = {
  family: 'cpu', exchangeBits: 0, sharedAccessBits: 32, sharedBytes: Infinity, linearGrid: false, mostGroups: undefined, sizePrefix: '', intrinsic: (name) => commonIntrinsics.find((i) => i.name === name),
};

/** The last factor of the grid in x, the one before in y, all others in z. */
function gridOf(kernel: TileKernel): readonly [SizeExpr, SizeExpr, SizeExpr] {
  const counts = kernel.grid.map((g) => g.count);
  const at = (n: number): SizeExpr => sizeExpr(counts[counts.length - 1 - n] ?? num(1));
  return [at(0), at(1), sizeExpr(counts.slice(0, -2).reduce((n, c) => mul(n, c), num(1)))];
}

function namesIn(body: readonly Stmt[]): Set<string> {
  const names = new Set<string>();
  visitStmts(body, (s) => { if ('name' in s) names.add(s.name); if (s.kind === 'for') names.add(s.variable); });
  visitExprs(body, (e) => { if (e.kind === 'name') names.add(e.name); });
  return names;
}

export function renderCpu(kernels: readonly TileKernel[], meta: EmitMeta, header: string): EmittedFile {
  const source = new SourceFile(meta.sourceFile, meta.sourceText, meta.others);
  const taken = new Set<string>(['gridX', 'gridY', 'gridZ', ...helperNames]);
  const helpers = new Set<string>();
  const printed = kernels.map((kernel) => {
    const { code } = threadCode(kernel, capabilities, source, taken);
    taken.add(code.name);
    const expanded = declareAtFirst(unroll(code.body));
    const body = hoistInvariants(expanded, new Set([...taken, ...namesIn(expanded), ...code.memories.map((m) => m.name)]));
    const printer = new CpuPrinter({ ...code, body });
    const text = printer.body(body);
    printer.helpers.forEach((h) => helpers.add(h));
    const abi = launchAbi(kernel, {
      entry: code.name, target: 'cpu', storageOf: (b) => storageOf(b.dtype), accessOf: (b) => code.memories[kernel.buffers.indexOf(b)]?.access ?? 'read',
      grid: gridOf(kernel), threads: 1, sharedBytes: 0, features: [],
    });
    return { abi, text: fill('cpu/kernel', { name: code.name, parameters: printer.parameters(), body: [...printer.shared(), ...printer.arrays, text].join('\n') }) };
  });
  const functions = helperTexts([...helpers].sort()).map((t) => `${t}\n\n`).join('');
  return { text: `${fill('cpu/file', { header, functions, kernels: printed.map((p) => p.text).join('\n') }).trimEnd()}\n`, abis: printed.map((p) => p.abi) };
}
