/** CUDA C++ text to device code, by NVRTC in the process or by nvcc beside it. Node only. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { DeviceError, messageOf, type CompileMessage } from './errors.ts';
import { bind, loadLibrary, type Koffi } from './native.ts';

export interface CudaCompiler {
  /** `NVRTC 13.0` or `nvcc`. */
  readonly name: string;
  /**
   * Device code for an architecture such as `sm_90a`.
   * @throws DeviceError TDSL0556 with the compiler's messages
   */
  compile(text: string, entry: string, arch: string): Uint8Array;
}

const nvrtcFunctions = {
  nvrtcVersion: ['memory', 'memory'],
  nvrtcGetNumSupportedArchs: ['memory'],
  nvrtcGetSupportedArchs: ['memory'],
  nvrtcCreateProgram: ['memory', 'text', 'text', 'int', 'memory', 'memory'],
  nvrtcCompileProgram: ['handle', 'int', 'texts'],
  nvrtcDestroyProgram: ['memory'],
  nvrtcGetProgramLogSize: ['handle', 'memory'],
  nvrtcGetProgramLog: ['handle', 'memory'],
  nvrtcGetCUBINSize: ['handle', 'memory'],
  nvrtcGetCUBIN: ['handle', 'memory'],
  nvrtcGetPTXSize: ['handle', 'memory'],
  nvrtcGetPTX: ['handle', 'memory'],
} as const;

const COMPILATION_ERROR = 6;

/** Folders of a CUDA toolkit: as the environment says, and where nvcc is. */
function toolkits(): string[] {
  const { env } = process;
  const named = [env['CUDA_HOME'], env['CUDA_PATH'], env['CUDA_ROOT']].filter((path) => path !== undefined && path !== '');
  const nvcc = onPath('nvcc');
  return [...new Set([...named, ...(nvcc === undefined ? [] : [dirname(dirname(realpathSync(nvcc)))])])].filter((path) => path !== undefined);
}

function onPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function nvrtcPaths(): string[] {
  const machine = process.arch === 'arm64' ? 'sbsa-linux' : 'x86_64-linux';
  const files = toolkits().flatMap((root) => [join(root, 'targets', machine, 'lib'), join(root, 'lib64')]).map((folder) => join(folder, 'libnvrtc.so'));
  return [...files.filter((path) => existsSync(path)), 'libnvrtc.so', 'libnvrtc.so.13', 'libnvrtc.so.12'];
}

/**
 * The compiler at hand.
 * @throws DeviceError TDSL0554 where there is none
 */
export function findCompiler(koffi: Koffi, paths: readonly string[] = nvrtcPaths()): CudaCompiler {
  const library = loadLibrary(koffi, paths);
  if (typeof library !== 'string') return nvrtc(bind(library, nvrtcFunctions));
  const nvcc = onPath('nvcc') ?? toolkits().map((root) => join(root, 'bin', 'nvcc')).find((path) => existsSync(path));
  if (nvcc !== undefined) return nvccCompiler(nvcc);
  throw new DeviceError('TDSL0554', 'neither NVRTC nor nvcc found', 'install the CUDA toolkit (12 or newer) and set CUDA_HOME to it, or put libnvrtc.so into LD_LIBRARY_PATH');
}

function nvrtc(api: ReturnType<typeof bind<typeof nvrtcFunctions>>): CudaCompiler {
  const check = (code: number, what: string): void => {
    if (code !== 0) throw new DeviceError('TDSL0561', `NVRTC fails with ${code} at ${what}`, 'check that libnvrtc and libnvrtc-builtins are of one release');
  };
  const sized = (handle: bigint, what: string, size: typeof api.nvrtcGetPTXSize, get: typeof api.nvrtcGetPTX): Uint8Array => {
    const bytes = new BigUint64Array(1);
    check(size(handle, bytes), what);
    const out = new Uint8Array(Number(bytes[0] ?? 0n));
    if (out.length > 0) check(get(handle, out), what);
    return out;
  };
  const [major, minor, count] = [new Int32Array(1), new Int32Array(1), new Int32Array(1)];
  check(api.nvrtcVersion(major, minor), 'nvrtcVersion');
  check(api.nvrtcGetNumSupportedArchs(count), 'nvrtcGetNumSupportedArchs');
  const archs = new Int32Array(count[0] ?? 0);
  check(api.nvrtcGetSupportedArchs(archs), 'nvrtcGetSupportedArchs');
  const name = `NVRTC ${major[0] ?? 0}.${minor[0] ?? 0}`;

  const compile = (text: string, entry: string, arch: string): Uint8Array => {
    const target = nvrtcTarget(arch, [...archs], name);
    const program = new BigUint64Array(1);
    check(api.nvrtcCreateProgram(program, text, `${entry}.cu`, 0, null, null), 'nvrtcCreateProgram');
    const handle = program[0] ?? 0n;
    try {
      const includes = toolkits().map((root) => join(root, 'include')).filter((path) => existsSync(path));
      const options = [`--gpu-architecture=${target}`, '--std=c++17', ...includes.map((path) => `--include-path=${path}`)];
      const code = api.nvrtcCompileProgram(handle, options.length, options);
      if (code === COMPILATION_ERROR) throw refused(entry, text, decode(sized(handle, 'the log', api.nvrtcGetProgramLogSize, api.nvrtcGetProgramLog)));
      check(code, 'nvrtcCompileProgram');
      return target.startsWith('sm_')
        ? sized(handle, 'the cubin', api.nvrtcGetCUBINSize, api.nvrtcGetCUBIN)
        : sized(handle, 'the PTX', api.nvrtcGetPTXSize, api.nvrtcGetPTX);
    } finally {
      api.nvrtcDestroyProgram(program);
    }
  };
  return { name, compile };
}

/** The architecture itself where NVRTC knows it; else the newest older one as PTX, which the driver translates. */
export function nvrtcTarget(arch: string, supported: readonly number[], name: string): string {
  const number = Number(/^sm_(\d+)/.exec(arch)?.[1] ?? 0);
  if (supported.includes(number)) return arch;
  const older = Math.max(...supported.filter((other) => other <= number));
  if (!/^sm_\d+$/.test(arch) || !Number.isFinite(older)) {
    throw new DeviceError('TDSL0554', `${name} cannot compile for ${arch}`, 'install a newer CUDA toolkit and set CUDA_HOME to it');
  }
  return `compute_${older}`;
}

/** Arguments of nvcc for an architecture. Instructions of one GPU alone (`sm_90a`) need the long form: the short one also tries them for others. */
export function nvccTarget(arch: string): string[] {
  const own = /^sm_(\d+[af])$/.exec(arch)?.[1];
  return own === undefined ? [`-arch=${arch}`] : [`-gencode=arch=compute_${own},code=${arch}`];
}

function nvccCompiler(nvcc: string): CudaCompiler {
  const compile = (text: string, entry: string, arch: string): Uint8Array => {
    const folder = mkdtempSync(join(tmpdir(), 'tdsl-'));
    try {
      writeFileSync(join(folder, `${entry}.cu`), text);
      const options = ['-cubin', ...nvccTarget(arch), '-std=c++17', '-o', 'out.cubin', `${entry}.cu`];
      const { status, stdout, stderr, error } = spawnSync(nvcc, options, { cwd: folder, encoding: 'utf8' });
      if (error !== undefined) throw new DeviceError('TDSL0554', `nvcc cannot be run: ${messageOf(error)}`, 'set CUDA_HOME to a CUDA toolkit');
      if (status !== 0) throw refused(entry, text, `${stdout}${stderr}`);
      return readFileSync(join(folder, 'out.cubin'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return { name: 'nvcc', compile };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\0+$/, '');
}

/** Lines such as `saxpy.cu(3): error: identifier "x" is undefined`. */
export function parseLog(log: string): CompileMessage[] {
  return [...log.matchAll(/^[^\n(]*\((\d+)\): (?:catastrophic )?(error|warning)(?: #[\w-]+)?: (.*)$/gm)].map(([, line, severity, text]) => ({
    severity: severity === 'warning' ? 'warning' : 'error', line: Number(line), column: 0, length: 0, text: text ?? '',
  }));
}

function refused(entry: string, text: string, log: string): DeviceError {
  const parsed = parseLog(log);
  const error = parsed.find((message) => message.severity === 'error');
  const all: CompileMessage[] = error === undefined ? [...parsed, { severity: 'error', line: 0, column: 0, length: 0, text: log.trim() }] : parsed;
  const what = error === undefined ? `: ${log.trim()}` : `:${error.line}: ${error.text}\n${text.split('\n')[error.line - 1] ?? ''}`;
  return new DeviceError('TDSL0556', `kernel ${entry}${what}`, 'the CUDA compiler does not take the emitted text: try a newer toolkit, and report it with the kernel', all);
}
