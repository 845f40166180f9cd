/** Compiles CUDA text with nvcc and reads what ptxas says of registers, spills and shared memory. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { nvccTarget, parseLog } from './cuda-compile.ts';
import { DeviceError, type CompileMessage } from './errors.ts';

export interface KernelResources {
  /** Registers a thread. */
  readonly registers: number;
  /** Bytes a thread spills to local memory, stores and loads together. */
  readonly spills: number;
  /** Static shared memory, bytes a block. */
  readonly sharedBytes: number;
}

/** The largest figures over the kernels of a text, and those of each kernel. */
export interface NvccResult extends KernelResources {
  readonly cubin: Uint8Array;
  readonly kernels: Readonly<Record<string, KernelResources>>;
  readonly warnings: readonly CompileMessage[];
}

/** Path of nvcc: from PATH, else from CUDA_HOME, CUDA_PATH or `usual`; undefined where there is none. */
export function findNvcc(env: Readonly<Record<string, string | undefined>> = process.env, usual = '/usr/local/cuda'): string | undefined {
  const homes = [env['CUDA_HOME'], env['CUDA_PATH'], usual].filter((home) => home !== undefined && home !== '');
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...homes.map((home) => join(home ?? '', 'bin'))];
  return folders.map((folder) => join(folder, 'nvcc')).find((path) => existsSync(path));
}

/**
 * Lines of nvcc (`kernel.cu(12): error: text`) and of ptxas (`ptxas /tmp/k.ptx, line 4; error   : text`, `ptxas warning : text`). That wgmma runs one after another
 * ptxas tells as information (`ptxas info    : (C7510) Potential Performance Loss: …`); here it is a warning.
 */
export function parseMessages(text: string): readonly CompileMessage[] {
  const ptx = [...text.matchAll(/^ptxas (?:[^,\n]*, line \d+; )?(error|warning|fatal) *: (.*)$/gm)].map(([, severity, message]): CompileMessage => ({
    severity: severity === 'warning' ? 'warning' : 'error', line: 0, column: 0, length: 0, text: message!.trim(),
  }));
  const slow = [...text.matchAll(/^ptxas info *: (\(C\d+\) (?:Potential Performance Loss|warpgroup\.\w+ is injected).*)$/gm)].map(([, message]): CompileMessage => ({ severity: 'warning', line: 0, column: 0, length: 0, text: message!.trim() }));
  return [...parseLog(text), ...ptx, ...slow];
}

/** Resources by kernel from the report of `ptxas -v`. */
export function parseResources(text: string): Readonly<Record<string, KernelResources>> {
  const kernels: Record<string, KernelResources> = {};
  // Each report runs from one "Compiling entry function" to the next.
  for (const report of text.split(/Compiling entry function '/).slice(1)) {
    const number = (pattern: RegExp): number => Number(pattern.exec(report)?.[1] ?? 0);
    kernels[report.slice(0, report.indexOf("'"))] = {
      registers: number(/Used (\d+) registers/),
      spills: number(/(\d+) bytes spill stores/) + number(/(\d+) bytes spill loads/),
      sharedBytes: number(/(\d+) bytes smem/),
    };
  }
  return kernels;
}

/**
 * @param arch `sm_80`, `sm_90a`, …
 * @param nvcc path of the compiler; found where it is not given
 * @throws DeviceError TDSL0554 (no nvcc), TDSL0556 (text refused, with nvcc's lines)
 */
export async function compileWithNvcc(text: string, arch: string, nvcc: string | undefined = findNvcc()): Promise<NvccResult> {
  const { made, log } = await runNvcc(text, arch, ['-cubin', '-Xptxas', '-v'], nvcc);
  const kernels = parseResources(log);
  const largest = (key: keyof KernelResources): number => Math.max(0, ...Object.values(kernels).map((k) => k[key]));
  return { cubin: made, kernels, warnings: parseMessages(log), registers: largest('registers'), spills: largest('spills'), sharedBytes: largest('sharedBytes') };
}

/** The text in the GPU's assembly language. @throws DeviceError as `compileWithNvcc` does */
export async function ptxOf(text: string, arch: string, nvcc: string | undefined = findNvcc()): Promise<string> {
  return new TextDecoder().decode((await runNvcc(text, arch, ['-ptx'], nvcc)).made);
}

/** What nvcc makes of a text, and what it prints. */
async function runNvcc(text: string, arch: string, how: readonly string[], nvcc: string | undefined): Promise<{ readonly made: Uint8Array; readonly log: string }> {
  const missing = (): DeviceError => new DeviceError('TDSL0554', 'nvcc was not found', 'install the CUDA toolkit or put its bin folder into PATH');
  if (nvcc === undefined) throw missing();
  const folder = await mkdtemp(join(tmpdir(), 'tdsl-nvcc-'));
  try {
    const [source, result] = [join(folder, 'kernel.cu'), join(folder, 'kernel.out')];
    await writeFile(source, text);
    const output = await new Promise<{ failed: boolean; absent: boolean; text: string }>((resolve) => {
      execFile(nvcc, [...nvccTarget(arch), '-std=c++17', ...how, '-o', result, source], { maxBuffer: 1 << 24 }, (error, out, err) => {
        resolve({ failed: error !== null, absent: error?.code === 'ENOENT', text: `${out}${err}` || (error?.message ?? '') });
      });
    });
    if (output.absent) throw missing();
    const log = output.text.replaceAll(folder, '');
    if (output.failed) {
      const messages = parseMessages(log), first = messages.find((m) => m.severity === 'error');
      throw new DeviceError('TDSL0556', `nvcc refused the kernel text: ${first?.text ?? output.text.slice(0, 500)}`, 'the emitted text was changed or is damaged: compile again', messages);
    }
    return { made: new Uint8Array(await readFile(result)), log };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
