/** Tensors in `.npy` files: which element types stand for which dtype, and whether a file fits a tensor. */
import { dirname } from 'node:path';
import { bitsOf, type DType } from '../ir/dtype.ts';
import { sizeText } from '../host/engine.ts';
import type { ManifestTensor } from '../manifest.ts';
import { DataError } from '../runtime/errors.ts';
import { readNpy, writeNpy, type NpyFile } from '../runtime/npy.ts';
import { encodeNpy, type NpyDtype } from '../runtime/npy-format.ts';
import { exit, notes, stop } from './outcome.ts';
import { bytesFor } from './tensor-data.ts';
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
  if (/\.safetensors(:|$)/.test(path)) throw new DataError('TDSL0572', path, 'is a .safetensors file, which this version does not read', 'save the tensor as .npy');
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
  if (shape.length !== tensor.shape.length) unfit(`shape [${shape.join(', ')}] with ${shape.length} dimensions in place of ${tensor.shape.length}`);
  return { shape, bytes: file.data };
}

function packedShape(dtype: DType, described: readonly number[] | undefined, found: readonly number[], missing: () => never): readonly number[] {
  if (described === undefined) return missing();
  const bytes = bytesFor(dtype, described.reduce((a, b) => a * b, 1));
  return bytes === found.reduce((a, b) => a * b, 1) ? described : missing();
}

/** @throws DataError TDSL0573 */
export function writeTensor(path: string, dtype: DType, shape: readonly number[], bytes: Uint8Array): void {
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
