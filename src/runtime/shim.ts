/**
 * Runs emitted CUDA on the CPU, to test its numbers without a GPU: the text is compiled by g++ behind the CPU shim and called through koffi.
 * Slow by design (every CUDA thread is a fiber), meant for small sizes.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernelNames, shimFlags, shimHeader, shimLibraries, shimUnit } from '../targets/cuda/shim/unit.ts';
import { bufferArgs, type LaunchAbi, type Sizes } from './abi.ts';
import { DeviceError, type CompileMessage } from './errors.ts';
import { checkTarget, resolveLaunch } from './launch.ts';
import { loadKoffi } from './native.ts';
import { elementBytes, resolveMaps, type ResolvedMap } from './tensor-map.ts';

/** In which order threads (and blocks) get their turn wherever more than one could run. Right kernels give the same numbers in every order. */
export type ShimOrder = 'forward' | 'backward' | { readonly random: number };

export interface ShimOptions {
  readonly order?: ShimOrder;
  /** A launch that still runs after this many milliseconds is a fault. Default 60,000. */
  readonly limitMs?: number;
}

/** Compiled kernel text. */
export interface ShimKernel {
  /**
   * Runs one launch. `buffers` are read and, unless their `access` is `read`, written in place.
   * @throws DeviceError TDSL0559 (arguments), TDSL0557 (grid) or TDSL0561: the kernel touched memory outside its buffers, wrote an input, trapped, ran too long, or its
   * threads wait for each other for ever; the message names block, thread and line.
   */
  run(abi: LaunchAbi, buffers: readonly Uint8Array[], sizes: Sizes, options?: ShimOptions): void;
}

interface Library {
  readonly reset: () => void;
  readonly buffer: (name: string, from: Uint8Array, bytes: number, writable: number) => number;
  readonly read: (index: number, to: Uint8Array) => void;
  readonly launch: (numbers: Uint32Array, sizes: Int32Array, maps: BigUint64Array, message: Uint8Array, messageBytes: number) => number;
}

/** As many multiprocessors as persistent grids see: fewer than tiles, so that blocks take several. */
const MULTIPROCESSORS = 2;

/** A tensor map in the shim's own words: a mark, the buffer's number, element and rank, sizes, strides, box. */
function mapWords({ buffer, element, dims, strides, box, swizzle }: ResolvedMap): bigint[] {
  const padded = (list: readonly number[], length: number): bigint[] => Array.from({ length }, (_, i) => BigInt(list[i] ?? 0));
  const form = dims.length + elementBytes(element) * 2 ** 8 + swizzle * 2 ** 16 + (element === 'tf32' ? 2 ** 32 : 0);
  const packed = box.reduce((sum, n, i) => sum + (BigInt(n) << BigInt(10 * i)), 0n);
  return [0x6d62617272696572n, BigInt(buffer), BigInt(form), ...padded(dims, 5), ...padded(strides, 4), packed, 0n, 0n, 0n];
}

const MAX_GRID = [2 ** 31 - 1, 65535, 65535] as const;
const KEEP_DAYS = 7;

/** Compiled libraries, by hash of their source; in the system's temporary folder, readable by this user alone. */
let cacheFolder: string | undefined;

function cache(): string {
  if (cacheFolder !== undefined) return cacheFolder;
  const uid = process.getuid?.() ?? 0;
  let folder = join(tmpdir(), `tdsl-shim-${uid}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    // Another user could have made a folder of this name, so as to have his code loaded.
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined || !found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) folder = mkdtempSync(join(tmpdir(), 'tdsl-shim-'));
  }
  const old = Date.now() - KEEP_DAYS * 86_400_000;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? old) < old) rmSync(path, { force: true });
  }
  return (cacheFolder = folder);
}

function gxx(args: readonly string[]): Promise<{ ok: boolean; missing: boolean; text: string }> {
  return new Promise((resolve) => {
    execFile('g++', args, { maxBuffer: 1 << 24 }, (error, _out, text) => {
      resolve({ ok: error === null, missing: error?.code === 'ENOENT', text: text === '' && error !== null ? error.message : text });
    });
  });
}

/** Whether g++ can be called; tests that need it skip themselves otherwise. */
export async function shimAvailable(): Promise<boolean> {
  return (await gxx(['--version'])).ok;
}

/** `kernel.cu:12:5: error: text` lines of g++. */
function messages(text: string): readonly CompileMessage[] {
  return [...text.matchAll(/^(?:[^\s:]+):(\d+):(\d+): (?:fatal )?(error|warning): (.*)$/gm)].map(([, line, column, severity, message]) => ({
    severity: severity === 'error' ? 'error' : 'warning', line: Number(line), column: Number(column), length: 0, text: message!,
  }));
}

const noCompiler = (): DeviceError => new DeviceError('TDSL0554', 'g++ was not found; it compiles CUDA kernels for the CPU', 'install g++ (Debian: apt-get install g++)');

/** What kernels are compiled with: the header's text, and the object of its functions. */
interface Shared { readonly header: string; readonly object: string }
const shared = new Map<string, Promise<Shared>>();

/** The shim's header, precompiled, and its functions, compiled with optimisation: most of what compiling a short kernel takes. Compilers that cannot use the first read its text. */
function sharedParts(flags: readonly string[]): Promise<Shared> {
  const text = shimHeader();
  const path = join(cache(), `${createHash('sha256').update(process.arch).update(flags.join(' ')).update(text).digest('hex').slice(0, 32)}.hpp`);
  let made = shared.get(path);
  if (made === undefined) {
    made = (async () => {
      const object = `${path}.o`;
      if (existsSync(`${path}.gch`) && existsSync(object) && existsSync(path)) return { header: path, object };
      const scratch = `${path}-${process.pid}`;
      writeFileSync(scratch, text);
      renameSync(scratch, path);
      const isMade = async (language: 'c++' | 'c++-header', options: readonly string[], to: string): Promise<void> => {
        const { ok, missing, text: output } = await gxx([...options, '-x', language, path, '-o', `${scratch}.part`]);
        if (missing) throw noCompiler();
        if (ok) renameSync(`${scratch}.part`, to);
        else if (language === 'c++') throw new DeviceError('TDSL0556', `g++ refused the text of the shim: ${output.slice(0, 500)}`, 'install a g++ that knows C++20, release 11 or later');
      };
      await isMade('c++-header', flags, `${path}.gch`);
      await isMade('c++', [...flags.map((f) => (f === '-O0' ? '-O1' : f)), '-DSHIM_RUNTIME', '-c'], object);
      return { header: path, object };
    })();
    shared.set(path, made);
    made.catch(() => shared.delete(path));
  }
  return made;
}

async function compile(text: string, quickly: boolean): Promise<string> {
  const unit = shimUnit(text);
  const flags = quickly ? shimFlags.map((f) => (f === '-O1' ? '-O0' : f)) : shimFlags;
  const name = createHash('sha256').update(process.arch).update(flags.join(' ')).update(unit).digest('hex').slice(0, 32);
  const library = join(cache(), `${name}.so`);
  if (existsSync(library)) {
    const now = new Date();
    utimesSync(library, now, now);
    return library;
  }
  const scratch = join(cache(), `${name}-${process.pid}`);
  writeFileSync(`${scratch}.cpp`, unit.slice(shimHeader().length));
  try {
    const { header, object } = await sharedParts(flags);
    const { ok, missing, text: output } = await gxx(['-include', header, ...flags, '-x', 'c++', `${scratch}.cpp`, '-x', 'none', object, '-shared', '-o', `${scratch}.so`, ...shimLibraries]);
    if (missing) throw noCompiler();
    if (!ok) {
      const list = messages(output);
      throw new DeviceError('TDSL0556', `g++ refused the kernel text: ${list[0]?.text ?? output.slice(0, 500)}`, 'the emitted text was changed or is damaged: compile again', list);
    }
    renameSync(`${scratch}.so`, library);
  } finally {
    rmSync(`${scratch}.cpp`, { force: true });
    rmSync(`${scratch}.so`, { force: true });
  }
  return library;
}

async function load(path: string): Promise<Library> {
  const koffi = await loadKoffi();
  const library = koffi.load(path);
  return {
    reset: library.func('void shim_reset()'),
    buffer: library.func('int shim_buffer(str name, uint8_t *from, double bytes, int writable)'),
    read: library.func('void shim_read(int index, uint8_t *to)'),
    launch: library.func('int shim_launch(uint32_t *numbers, int32_t *sizes, uint64_t *maps, uint8_t *message, int bytes)'),
  };
}

const loaded = new Map<string, Promise<ShimKernel>>();

/**
 * Compiles CUDA text for the CPU, or takes it from the cache. `quickly`: without optimisation, for kernels that run once at small sizes.
 * @throws DeviceError TDSL0554 (no g++), TDSL0556 (text refused), TDSL0551 (no koffi)
 */
export function compileForShim(text: string, quickly = false): Promise<ShimKernel> {
  const key = `${quickly} ${text}`;
  let kernel = loaded.get(key);
  if (kernel === undefined) {
    kernel = compile(text, quickly).then(load).then((library) => makeKernel(library, kernelNames(text)));
    loaded.set(key, kernel);
    kernel.catch(() => loaded.delete(key));
  }
  return kernel;
}

function makeKernel(library: Library, names: readonly string[]): ShimKernel {
  return {
    run(abi, buffers, sizes, { order = 'forward', limitMs = 60_000 } = {}) {
      checkTarget(abi, 'cuda', 'the CPU shim');
      const entry = names.indexOf(abi.entry);
      if (entry < 0) throw new DeviceError('TDSL0556', `the text has no kernel ${abi.entry}`, 'load the text that belongs to this manifest');
      const views = buffers.map((b) => ({ bytes: b.byteLength, destroy: () => undefined }));
      const launch = resolveLaunch(abi, views, sizes, MAX_GRID, MULTIPROCESSORS), boxes = resolveMaps(abi, views, sizes);
      if (launch.empty) return;
      const args = bufferArgs(abi);
      const random = typeof order === 'object';
      const numbers = Uint32Array.of(
        entry, ...launch.grid, ...abi.block, abi.sharedBytes, random ? 2 : order === 'backward' ? 1 : 0, random ? order.random : 0, launch.sizes.length, limitMs, boxes.length, abi.cluster ?? 1,
      );
      const message = new Uint8Array(4096);
      library.reset();
      try {
        buffers.forEach((bytes, i) => {
          // koffi passes no pointer for an empty array.
          const from = bytes.byteLength > 0 ? bytes : new Uint8Array(1);
          if (library.buffer(args[i]!.name, from, bytes.byteLength, args[i]!.access === 'read' ? 0 : 1) === 0) {
            throw new DeviceError('TDSL0558', `no memory for buffer ${args[i]!.name} of ${bytes.byteLength} bytes`, 'use smaller sizes');
          }
        });
        const sizeWords = Int32Array.from(launch.sizes.length > 0 ? launch.sizes : [0]);
        const maps = BigUint64Array.from(boxes.length > 0 ? boxes.flatMap(mapWords) : [0n]);
        if (library.launch(numbers, sizeWords, maps, message, message.byteLength) === 0) {
          const text = new TextDecoder().decode(message.subarray(0, message.indexOf(0)));
          const hint = text.includes(`still runs after ${limitMs} ms`) ? 'threads run one after the other here: use smaller sizes; if it does not end at small ones either, report it with the program' : 'this is a fault of the kernel text, not of its data: report it with the program';
          throw new DeviceError('TDSL0561', `kernel ${abi.entry}: ${text}`, hint);
        }
        buffers.forEach((bytes, i) => {
          if (args[i]!.access !== 'read' && bytes.byteLength > 0) library.read(i, bytes);
        });
      } finally {
        library.reset();
      }
    },
  };
}

/** Compiles (or finds) `text` and runs one launch of it; see `ShimKernel.run`. */
export async function runOnShim(text: string, abi: LaunchAbi, buffers: readonly Uint8Array[], sizes: Sizes, options: ShimOptions = {}): Promise<void> {
  (await compileForShim(text)).run(abi, buffers, sizes, options);
}
