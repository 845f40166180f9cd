/** Tensors in `.npy` and `.safetensors` files: which element types stand for which dtype, and whether a file fits a tensor. */
import { dirname } from 'node:path';
import { bitsOf, type DType, integerRange } from '../ir/dtype.ts';
import { sizeText } from '../host/engine-spec.ts';
import type { ManifestTensor } from '../manifest.ts';
import { readNpy, writeNpy, type NpyFile } from '../runtime/npy.ts';
import { encodeNpy, type NpyDtype } from '../runtime/npy-format.ts';
import type { SafetensorsDtype, SafetensorsTensor } from '../runtime/safetensors-format.ts';
import { openCheckpoint, writeSafetensors } from '../runtime/safetensors.ts';
import { similarNames } from '../check/suggest.ts';
import { exit, notes, stop } from './outcome.ts';
import { bytesFor, encode } from './tensor-data.ts';
import { isSpecial, makeFolder, writeOutput } from './write.ts';

interface Stored { readonly npy: readonly [NpyDtype, ...NpyDtype[]]; /** What numpy has no name for is described beside the file. */ readonly packing?: 'low-first' | 'bits' }

/** How a dtype stands in a file: as the type of that name, as bit patterns, or packed into bytes. */
function storedAs(dtype: DType): Stored {
  switch (dtype) {
    case 'f32': return { npy: ['f4'] };
    case 'f16': return { npy: ['f2'] };
    case 'bf16': return { npy: ['u2'], packing: 'bits' };
    case 'i32': return { npy: ['i4'] };
    case 'u32': return { npy: ['u4'] };
    case 'i16': return { npy: ['i2'] };
    case 'u16': return { npy: ['u2'] };
    case 'i8': return { npy: ['i1'] };
    case 'u8': return { npy: ['u1'] };
    case 'bool': return { npy: ['b1', 'u1'] };
    default: return { npy: ['u1'], packing: bitsOf(dtype) < 8 ? 'low-first' : 'bits' };
  }
}

const numpyNames: Readonly<Record<NpyDtype, string>> = {
  f2: 'float16', f4: 'float32', f8: 'float64', i1: 'int8', i2: 'int16', i4: 'int32', i8: 'int64', u1: 'uint8', u2: 'uint16', u4: 'uint32', u8: 'uint64', b1: 'bool',
};

export interface TensorFile { readonly shape: readonly number[]; readonly bytes: Uint8Array }

/**
 * Reads a file for a tensor; the shape's agreement with the sizes is checked later, with all tensors together.
 * @throws Stop with 1 where the element type or the number of dimensions is wrong; DataError where the file is
 */
export function readTensor(path: string, tensor: ManifestTensor): TensorFile {
  const inCheckpoint = checkpointPath(path);
  if (inCheckpoint !== undefined) return readFromCheckpoint(inCheckpoint, tensor);
  const number = tensor.shape.length === 0 && path.trim() !== '' ? Number(path) : NaN;
  if (!Number.isNaN(number)) return fromNumber(number, path, tensor);
  const file = readNpy(path);
  const { npy, packing } = storedAs(tensor.dtype);
  const logical = file.sidecar?.dtype ?? undefined;
  const expected = `${tensor.dtype}[${tensor.shape.map(sizeText).join(', ')}]`;
  const unfit = (found: string, ...hints: string[]): never => {
    throw stop(exit.diagnostics, 'TDSL0508', { file: path, tensor: tensor.name, expected, found }, notes(...hints));
  };
  if (logical !== undefined && logical !== tensor.dtype) unfit(`${logical} by ${path}.json`);
  if (!npy.includes(file.dtype)) {
    unfit(`${numpyNames[file.dtype]}[${file.shape.join(', ')}]`, `${tensor.dtype} is read from ${npy.map((name) => numpyNames[name]).join(' or ')} files${packing === 'bits' ? ' of bit patterns' : packing === undefined ? '' : ', packed, the first element in the low bits'}; convert it with numpy's astype`);
  }
  const shape = packing === 'low-first' ? packedShape(tensor.dtype, file.sidecar?.shape, file.shape, () => unfit(`a packed array of shape [${file.shape.join(', ')}] without ${path}.json`, `write ${path}.json with {"dtype": "${tensor.dtype}", "shape": […], "packing": "low-first"}`)) : file.shape;
  if (shape.length !== tensor.shape.length) unfit(`shape [${shape.join(', ')}] with ${shape.length} ${shape.length === 1 ? 'dimension' : 'dimensions'} in place of ${tensor.shape.length}`);
  return { shape, bytes: file.data };
}

/** `--in x=0.5`: a tensor without dimensions is a number, which needs no file. */
function fromNumber(value: number, text: string, { name, dtype }: ManifestTensor): TensorFile {
  const range = dtype === 'bool' ? { min: 0, max: 1 } : integerRange(dtype);
  if (range !== undefined && !(Number.isInteger(value) && value >= range.min && value <= range.max)) {
    throw stop(exit.diagnostics, 'TDSL0508', { file: text, tensor: name, expected: `a whole number from ${range.min} to ${range.max}`, found: text });
  }
  return { shape: [], bytes: encode(dtype, [value]) };
}

/** `m.safetensors:name`, and the same for an index of shards; undefined for other files. */
export function checkpointPath(path: string): { readonly file: string; readonly name: string } | undefined {
  const match = /^(.*\.safetensors(?:\.index\.json)?)(?::(.*))?$/s.exec(path);
  return match?.[1] === undefined ? undefined : { file: match[1], name: match[2] ?? '' };
}

const checkpointDtypes: Partial<Readonly<Record<DType, SafetensorsDtype>>> = {
  f32: 'F32', f16: 'F16', bf16: 'BF16', i32: 'I32', u32: 'U32', i16: 'I16', u16: 'U16', i8: 'I8', u8: 'U8', bool: 'BOOL', e4m3: 'F8_E4M3', e5m2: 'F8_E5M2', e8m0: 'F8_E8M0',
};

function readFromCheckpoint({ file, name }: { readonly file: string; readonly name: string }, tensor: ManifestTensor): TensorFile {
  const checkpoint = openCheckpoint(file);
  try {
    const known = [...checkpoint.tensors.keys()];
    const found = checkpoint.tensors.get(name);
    if (found === undefined) throw stop(exit.usage, 'TDSL0530', { file, name, similar: similarNames(name, known) }, notes(`it holds ${known.slice(0, 8).join(', ')}${known.length > 8 ? `, … (${known.length} tensors)` : ''}`));
    const shape = `${found.dtype}[${found.shape.join(', ')}]`;
    if (found.dtype !== checkpointDtypes[tensor.dtype] || found.shape.length !== tensor.shape.length) {
      throw stop(exit.diagnostics, 'TDSL0508', { file: `${file}:${name}`, tensor: tensor.name, expected: `${tensor.dtype}[${tensor.shape.map(sizeText).join(', ')}]`, found: shape },
        notes(checkpointDtypes[tensor.dtype] === undefined ? `the format has no elements of type ${tensor.dtype}; use .npy` : 'declare the tensor with the dtype it is stored as, and convert where it is read'));
    }
    return { shape: found.shape, bytes: checkpoint.read(found) };
  } finally {
    checkpoint.close();
  }
}

function packedShape(dtype: DType, described: readonly number[] | undefined, found: readonly number[], missing: () => never): readonly number[] {
  if (described === undefined) return missing();
  const bytes = bytesFor(dtype, described.reduce((a, b) => a * b, 1));
  return bytes === found.reduce((a, b) => a * b, 1) ? described : missing();
}

export interface NamedOutput { readonly path: string; readonly dtype: DType; readonly shape: readonly number[]; readonly bytes: Uint8Array }

/**
 * Writes results; those for one `.safetensors` file go into it together.
 * @throws DataError TDSL0573; Stop with 2 where the format has no such dtype
 */
export function writeTensors(outputs: readonly NamedOutput[]): void {
  const checkpoints = new Map<string, SafetensorsTensor[]>();
  for (const { path, dtype, shape, bytes } of outputs) {
    const target = checkpointPath(path);
    if (target === undefined) {
      writeTensor(path, dtype, shape, bytes);
      continue;
    }
    const stored = checkpointDtypes[dtype];
    if (stored === undefined || target.name === '') throw stop(exit.usage, 'TDSL0504', { option: '--out', value: path, form: target.name === '' ? 'C=c.safetensors:name' : `C=c.npy: .safetensors has no elements of type ${dtype}` });
    checkpoints.set(target.file, [...(checkpoints.get(target.file) ?? []), { name: target.name, dtype: stored, shape, data: bytes }]);
  }
  for (const [file, tensors] of checkpoints) {
    makeFolder(dirname(file), file);
    writeSafetensors(file, tensors);
  }
}

/** @throws DataError TDSL0573 */
function writeTensor(path: string, dtype: DType, shape: readonly number[], bytes: Uint8Array): void {
  const { npy: [npy], packing } = storedAs(dtype);
  const flat = packing === 'low-first';
  const file: NpyFile = {
    dtype: npy,
    shape: flat ? [bytes.byteLength] : shape,
    data: bytes,
    ...(packing === undefined ? {} : { sidecar: { dtype, shape, packing: flat ? packing : null } }),
  };
  if (isSpecial(path)) {
    writeOutput(path, encodeNpy(file));
    return;
  }
  makeFolder(dirname(path), path);
  writeNpy(path, file);
}
