/** What the tools of the CUDA toolkit say of emitted kernels: registers, spills, shared memory, groups a multiprocessor; warnings about code that runs slower than it reads; machine code. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import type { CompileResult } from '../driver-types.ts';
import { DeviceError } from '../runtime/errors.ts';
import { compileWithNvcc, findNvcc, ptxOf, type NvccResult } from '../runtime/nvcc.ts';

export interface ResourceRow {
  readonly file: string; readonly entry: string; readonly threads: number; readonly registers: number; readonly spillBytes: number;
  readonly staticSharedBytes: number; readonly dynamicSharedBytes: number;
  /** Groups that a multiprocessor holds at once, and which of its limits ends there. */
  readonly groups: number; readonly limit: 'registers' | 'shared memory' | 'threads' | 'groups';
}

/** A multiprocessor: shared memory in bytes by architecture, of which each group takes 1 KiB more than it asks for; registers go to warps in 256s. */
const sharedBytes: Readonly<Record<string, number>> = { sm_80: 164, sm_86: 100, sm_89: 100, sm_90: 228, sm_90a: 228 };
const most = { registers: 65536, threads: 2048, groups: 32 } as const;

function groupsOf(threads: number, registers: number, shared: number, arch: string): Pick<ResourceRow, 'groups' | 'limit'> {
  const perWarp = Math.ceil((registers * 32) / 256) * 256;
  const options: readonly Pick<ResourceRow, 'groups' | 'limit'>[] = [
    { groups: Math.floor(most.registers / (perWarp * Math.ceil(threads / 32))), limit: 'registers' }, { groups: Math.floor(((sharedBytes[arch] ?? 100) * 1024) / (shared + 1024)), limit: 'shared memory' },
    { groups: Math.floor(most.threads / threads), limit: 'threads' }, { groups: most.groups, limit: 'groups' },
  ];
  return options.reduce((least, o) => (o.groups < least.groups ? o : least));
}

const archOf = (target: string): string => target.split(':')[1] ?? 'sm_80';

/** Matrix instructions of warps that Hopper runs as several others, though ptxas takes them without a word (measured: 48.8 and 588 TFLOP/s of 1283 for bytes). */
const emulated = /mma\.sync\.[\w.]*\.(s4|u4|e4m3|e5m2)\b/;

export interface Compiled { readonly target: string; readonly file: string; readonly result: NvccResult }

const cudaTexts = (compiled: CompileResult): CompileResult['kernels'][number]['variants'] =>
  [...new Map(compiled.kernels.flatMap((k) => k.variants.filter((v) => v.target.startsWith('cuda')).map((v) => [v.file, v] as const))).values()];

/** @throws DeviceError TDSL0554 without nvcc, TDSL0556 where it refuses a text */
export async function assembly(compiled: CompileResult): Promise<{ readonly file: string; readonly text: string }[]> {
  const all: { file: string; text: string }[] = [];
  for (const { target, file, text } of cudaTexts(compiled)) all.push({ file, text: await ptxOf(text, archOf(target)) });
  return all;
}

/** @throws DeviceError TDSL0554 without nvcc, TDSL0556 where it refuses a text */
export async function compileCuda(compiled: CompileResult): Promise<readonly Compiled[]> {
  const all: Compiled[] = [];
  for (const { target, file, text } of cudaTexts(compiled)) all.push({ target, file, result: await compileWithNvcc(text, archOf(target)) });
  return all;
}

export function resourceRows(compiled: CompileResult, made: readonly Compiled[]): ResourceRow[] {
  return compiled.kernels.flatMap((k) => k.variants.flatMap((v) => {
    const found = made.find((m) => m.file === v.file);
    return v.launches.flatMap(({ abi }): ResourceRow[] => {
      const r = found?.result.kernels[abi.entry];
      if (r === undefined) return [];
      const threads = abi.block[0] * abi.block[1] * abi.block[2];
      return [{ file: v.file, entry: abi.entry, threads, registers: r.registers, spillBytes: r.spills, staticSharedBytes: r.sharedBytes, dynamicSharedBytes: abi.sharedBytes, ...groupsOf(threads, r.registers, r.sharedBytes + abi.sharedBytes, archOf(v.target)) }];
    });
  }));
}

export function machineWarnings(compiled: CompileResult, made: readonly Compiled[], rows: readonly ResourceRow[]): Diagnostic[] {
  const slow = made.flatMap(({ file, result }) => result.warnings.filter((w) => /wgmma/.test(w.text)).map((w) => diagnostic('TDSL0405', { kernel: file, what: 'products run one after another', why: w.text })));
  const spills = rows.filter((r) => r.spillBytes > 0).map((r) => diagnostic('TDSL0405', { kernel: r.entry, what: `a thread spills ${r.spillBytes} bytes of registers to memory`, why: `it has ${r.registers} registers; smaller tiles take fewer` }));
  const texts = compiled.kernels.flatMap((k) => k.variants.filter((v) => /sm_90/.test(v.target)).map((v) => ({ file: v.file, found: emulated.exec(v.text)?.[0] })));
  const emulations = texts.flatMap(({ file, found }) => (found === undefined ? [] : [diagnostic('TDSL0405', { kernel: file, what: `\`${found}\` is emulated on this GPU`, why: 'use wgmma, or a wider type' })]));
  return [...slow, ...spills, ...emulations];
}

export const resourceText = (rows: readonly ResourceRow[]): string => rows.map((r) =>
  `${r.entry} (${r.file})\n  ${r.threads} threads of ${r.registers} registers, ${r.spillBytes} bytes spilled; ${r.staticSharedBytes + r.dynamicSharedBytes} bytes of shared memory; ${r.groups} ${r.groups === 1 ? 'group' : 'groups'} a multiprocessor, limited by ${r.limit}\n`).join('');

/** Machine code by `cuobjdump` beside nvcc. @throws DeviceError TDSL0554 where there is none */
export async function machineCode({ result, file }: Compiled): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tdsl-sass-'));
  try {
    const cubin = join(folder, 'kernel.cubin');
    await writeFile(cubin, result.cubin);
    const tool = (findNvcc() ?? 'nvcc').replace(/nvcc$/, 'cuobjdump');
    return await new Promise<string>((resolve, reject) => {
      execFile(tool, ['--dump-sass', cubin], { maxBuffer: 1 << 28 }, (error, out) => {
        if (error === null) resolve(`// ${file}\n${out}`);
        else reject(new DeviceError('TDSL0554', 'cuobjdump was not found, which shows machine code', 'install the CUDA toolkit whole; nvcc alone does not bring it'));
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
