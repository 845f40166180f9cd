/** Unpacks SwiftShader, a Vulkan driver for the processor, from the npm package `@sparticuz/chromium`. Node only. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { cacheFolder } from './cache-folder.ts';
import { messageOf } from './errors.ts';

export interface SwiftShader {
  /** Description file of the driver. */
  readonly icd: string;
  /** A Vulkan loader. */
  readonly loader: string;
}

const icdName = 'vk_swiftshader_icd.json';

/** Where the files are, after unpacking them if need be; or why there are none. */
export function unpackSwiftShader(): SwiftShader | string {
  let main: string;
  try {
    main = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  } catch {
    return '@sparticuz/chromium is not installed';
  }
  const archive = archiveOf(main);
  if (archive === undefined) return 'this release of @sparticuz/chromium brings no SwiftShader';
  try {
    // The archive's size tells releases apart.
    const folder = join(cacheFolder(), `swiftshader-${statSync(archive).size}`);
    if (!existsSync(join(folder, icdName))) unpack(archive, folder);
    return { icd: join(folder, icdName), loader: join(folder, 'libvulkan.so.1') };
  } catch (cause) {
    return `SwiftShader cannot be unpacked: ${messageOf(cause)}`;
  }
}

/** The archive of the package that has the module `main`: releases differ in how deep below the package's folder their modules lie. */
export function archiveOf(main: string): string | undefined {
  for (let folder = dirname(main); basename(folder) !== 'node_modules' && folder !== dirname(folder); folder = dirname(folder)) {
    const archive = join(folder, 'bin/swiftshader.tar.br');
    if (existsSync(archive)) return archive;
  }
  return undefined;
}

/** Unpacks beside the target and renames, so that processes which do this at the same time never see half of it. */
function unpack(archive: string, folder: string): void {
  mkdirSync(dirname(folder), { recursive: true });
  const temporary = mkdtempSync(`${folder}.`);
  try {
    for (const { name, data } of tarFiles(brotliDecompressSync(readFileSync(archive)))) {
      if (/^(libvk_swiftshader\.so|libvulkan\.so\.1|vk_swiftshader_icd\.json)$/.test(name)) writeFileSync(join(temporary, name), data);
    }
    if (!existsSync(join(temporary, icdName))) throw new Error(`${archive} holds no ${icdName}`);
    chmodSync(temporary, 0o755);
    try {
      renameSync(temporary, folder);
    } catch (cause) {
      // Someone else was first.
      if (!existsSync(join(folder, icdName))) throw cause;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Plain files of a tar archive (POSIX ustar: 512-byte headers, name at 0, size in octal at 124, type at 156). */
export function* tarFiles(tar: Uint8Array): Generator<{ readonly name: string; readonly data: Uint8Array }> {
  const text = (from: number, length: number): string => {
    const bytes = tar.subarray(from, from + length);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  };
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim(), 8);
    if (!Number.isFinite(size) || at + 512 + size > tar.length) throw new Error('the archive is damaged');
    const type = text(at + 156, 1);
    if (type === '0' || type === '') yield { name: text(at, 100).replace(/^\.\//, ''), data: tar.subarray(at + 512, at + 512 + size) };
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
