/** `.safetensors` files and sharded checkpoints on disk. Headers are read at once, elements when they are asked for. Node only. */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from './atomic-write.ts';
import { DataError, messageOf, reasonOf } from './errors.ts';
import { encodeSafetensors, parseSafetensors, SAFETENSORS_PREFIX, safetensorsHeaderBytes, type SafetensorsEntry, type SafetensorsTensor } from './safetensors-format.ts';

/** A tensor and the file that holds it. */
export interface LocatedTensor extends SafetensorsEntry {
  readonly file: string;
}

/** The tensors of one file, or of all shards of a checkpoint. Files stay open until `close`, so that one replaced meanwhile is still read whole. */
export class Checkpoint {
  /** What was opened, for messages. */
  readonly path: string;
  readonly tensors: ReadonlyMap<string, LocatedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly #handles: ReadonlyMap<string, number>;

  constructor(path: string, files: readonly string[]) {
    this.path = path;
    const handles = new Map<string, number>();
    const tensors = new Map<string, LocatedTensor>();
    const metadata: Record<string, string> = {};
    this.#handles = handles;
    try {
      for (const file of files) {
        const handle = unlessRefused(file, () => openSync(file, 'r'));
        handles.set(file, handle);
        const bytes = unlessRefused(file, () => fstatSync(handle).size);
        const length = safetensorsHeaderBytes(read(handle, file, 0, Math.min(SAFETENSORS_PREFIX, bytes)), file, bytes);
        const parsed = parseSafetensors(read(handle, file, SAFETENSORS_PREFIX, length), file, bytes);
        Object.assign(metadata, parsed.metadata);
        for (const entry of parsed.entries.values()) {
          const other = tensors.get(entry.name);
          if (other !== undefined) throw new DataError('TDSL0571', file, `holds tensor ${entry.name}, which ${other.file} holds too`, 'keep each tensor in one shard');
          tensors.set(entry.name, { ...entry, file });
        }
      }
    } catch (cause) {
      this.close();
      throw cause;
    }
    this.tensors = tensors;
    this.metadata = metadata;
  }

  /** The elements of a tensor. @throws DataError TDSL0570, TDSL0571 */
  read({ file, begin, end }: LocatedTensor): Uint8Array {
    const handle = this.#handles.get(file);
    if (handle === undefined) throw new RangeError(`${file} is no file of ${this.path}`);
    return read(handle, file, begin, end - begin);
  }

  close(): void {
    for (const handle of this.#handles.values()) closeSync(handle);
  }
}

/**
 * Opens a `.safetensors` file, an index (`….safetensors.index.json`), or a folder with `model.safetensors` or its index.
 * @throws DataError TDSL0570 (missing, unreadable), TDSL0571 (damaged, cut off, a tensor in the wrong shard), TDSL0572 (unknown element type)
 */
export function openCheckpoint(path: string): Checkpoint {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new DataError('TDSL0570', path, 'there is no such file or folder', 'check the path');
  if (!stat.isDirectory()) return path.endsWith('.json') ? openIndex(path) : new Checkpoint(path, [path]);
  const single = join(path, 'model.safetensors');
  const index = `${single}.index.json`;
  // As Hugging Face has it: the index describes shards, and where one file holds everything there is none.
  if (existsSync(single)) return new Checkpoint(path, [single]);
  if (existsSync(index)) return openIndex(index);
  throw new DataError('TDSL0570', path, 'holds neither model.safetensors nor model.safetensors.index.json', 'name the folder of a checkpoint in the safetensors format; other formats (.bin, .gguf) are not read');
}

function openIndex(path: string): Checkpoint {
  const damaged = (why: string): DataError => new DataError('TDSL0571', path, why, 'copy or download the file again');
  const text = unlessRefused(path, () => readFileSync(path, 'utf8'));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw damaged(`is no JSON: ${messageOf(cause)}`);
  }
  const map: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'weight_map') : undefined;
  if (typeof map !== 'object' || map === null) throw damaged('has no weight_map');
  const entries = Object.entries(map).map(([name, file]: [string, unknown]) => {
    if (typeof file !== 'string' || file.includes('/') || file.includes('\\')) throw damaged(`names no file beside it for tensor ${name}`);
    return [name, join(dirname(path), file)] as const;
  });
  const checkpoint = new Checkpoint(path, [...new Set(entries.map(([, file]) => file))]);
  for (const [name, file] of entries) {
    const found = checkpoint.tensors.get(name);
    if (found?.file === file) continue;
    checkpoint.close();
    throw new DataError('TDSL0571', path, `says that ${file} holds tensor ${name}, which ${found === undefined ? 'no shard does' : `stands in ${found.file}`}`, 'copy or download index and shards again, together');
  }
  return checkpoint;
}

/** Writes one file. @throws DataError TDSL0573 */
export function writeSafetensors(file: string, tensors: readonly SafetensorsTensor[], metadata?: Readonly<Record<string, string>>): void {
  writeFileAtomic(file, encodeSafetensors(tensors, metadata));
}

function read(handle: number, file: string, from: number, length: number): Uint8Array {
  const bytes = unlessRefused(file, () => new Uint8Array(length));
  for (let done = 0; done < length;) {
    // One call reads at most 2 GiB.
    const got = unlessRefused(file, () => readSync(handle, bytes, done, Math.min(length - done, 1 << 30), from + done));
    if (got === 0) throw new DataError('TDSL0571', file, `is cut off: ${from + done} bytes where ${from + length} are needed`, 'copy or download the file again', { expected: from + length, found: from + done });
    done += got;
  }
  return bytes;
}

function unlessRefused<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new DataError('TDSL0570', file, reasonOf(cause), 'check the path and its permissions');
  }
}
