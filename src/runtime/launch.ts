/** Checks that are the same on every device: arguments against the ABI, grid against limits. Tensor maps (`tensor-map.ts`) are for devices that copy boxes. No Node API. */
import { bufferArgs, evalSize, sizeArgs, storageBytes, type LaunchAbi, type Sizes } from './abi.ts';
import { VIEW_ALIGNMENT, type DeviceBuffer } from './device.ts';
import { DeviceError } from './errors.ts';

export interface ResolvedLaunch {
  /** Values of the kernel's size arguments, in order. */
  readonly sizes: readonly number[];
  readonly grid: readonly [number, number, number];
  /** True where some grid dimension is zero, so that nothing runs. */
  readonly empty: boolean;
}

const INT32_MAX = 2 ** 31 - 1;
/** Of a size: coordinates of the last tile, which may reach beyond the end, are numbers of 32 bits too. */
const SIZE_MAX = 2 ** 31 - 2 ** 16;

/**
 * Evaluates sizes and grid of a launch and checks them with the buffers.
 * @throws DeviceError TDSL0559 (arguments) or TDSL0557 (grid beyond the device)
 */
export function resolveLaunch(
  abi: LaunchAbi,
  buffers: readonly DeviceBuffer[],
  sizes: Sizes,
  maxGrid: readonly [number, number, number],
  multiprocessors = 1,
): ResolvedLaunch {
  const expected = bufferArgs(abi);
  if (buffers.length !== expected.length) {
    const names = expected.map((arg) => arg.name).join(', ');
    throw new DeviceError('TDSL0559', `kernel ${abi.entry} takes ${expected.length} buffers (${names}), not ${buffers.length}`, 'pass one buffer for each name, in this order');
  }
  expected.forEach((arg, i) => {
    const buffer = buffers[i];
    if (buffer === undefined || arg.length === undefined) return;
    const need = evalSize(arg.length, sizes) * storageBytes(arg.storage);
    if (buffer.bytes < need) {
      throw new DeviceError('TDSL0559', `buffer ${arg.name} of kernel ${abi.entry} has ${buffer.bytes} bytes, needs ${need}`, 'allocate it for the sizes of this launch');
    }
  });
  return resolveSizes(abi, sizes, maxGrid, multiprocessors);
}

/**
 * The same before there are buffers.
 * @param maxGrid most blocks per dimension
 * @param multiprocessors what the size `#multiprocessors` is in the grid
 */
export function resolveSizes(abi: LaunchAbi, sizes: Sizes, maxGrid: readonly [number, number, number], multiprocessors = 1): ResolvedLaunch {
  const values = sizeArgs(abi).map((arg) => {
    const value = evalSize(arg.name, sizes);
    if (value < 0 || value > SIZE_MAX) {
      throw new DeviceError('TDSL0559', `size ${arg.name} is ${value}`, `kernels take sizes from 0 to ${SIZE_MAX}`);
    }
    return value;
  });
  const counted = abi.counts === undefined ? 0 : evalSize(abi.counts, sizes);
  if (counted > INT32_MAX) {
    throw new DeviceError('TDSL0557', `kernel ${abi.entry} would count ${counted} elements in one number; it goes to ${INT32_MAX}`, 'compile with these sizes known (`--size`), so that each dimension is counted by itself');
  }
  const gridSizes = { ...sizes, '#multiprocessors': multiprocessors };
  const dimension = (axis: 0 | 1 | 2): number => {
    const value = evalSize(abi.grid[axis], gridSizes);
    const name = 'xyz'[axis];
    if (value < 0) throw new DeviceError('TDSL0559', `the grid of kernel ${abi.entry} is ${value} in ${name}`, 'sizes must not make a grid negative');
    if (value > maxGrid[axis]) {
      throw new DeviceError('TDSL0557', `the grid of kernel ${abi.entry} has ${value} blocks in ${name}; this device allows ${maxGrid[axis]}`, 'use larger tiles or smaller sizes');
    }
    return value;
  };
  const grid = [dimension(0), dimension(1), dimension(2)] as const;
  if (abi.cluster !== undefined && grid[0] % abi.cluster !== 0) {
    throw new DeviceError('TDSL0559', `the grid of kernel ${abi.entry} is ${grid[0]} in x, no multiple of its clusters of ${abi.cluster}`, 'the manifest is damaged: compile again');
  }
  return { sizes: values, grid, empty: grid.includes(0) };
}

/** Refuses a kernel that was emitted for another target. */
export function checkTarget(abi: LaunchAbi, target: LaunchAbi['target'], device: string): void {
  if (abi.target !== target) {
    throw new DeviceError('TDSL0559', `kernel ${abi.entry} was emitted for ${abi.target}; ${device} runs ${target}`, `compile with --target ${target}`);
  }
}

/** Refuses sizes that no buffer can have. */
export function checkAllocation(bytes: number, limit: number, device: string): void {
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    throw new DeviceError('TDSL0559', `a buffer cannot have ${bytes} bytes`, 'give a whole number of bytes');
  }
  if (bytes > limit) {
    throw new DeviceError('TDSL0557', `a buffer of ${bytes} bytes is ${bytes - limit} bytes over what ${device} allows (${limit})`, 'use smaller sizes or split the tensor');
  }
}

/** Refuses a part of a buffer that no binding can have. */
export function checkView(buffer: DeviceBuffer, offset: number, bytes: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(bytes) || offset < 0 || bytes < 0 || offset + bytes > buffer.bytes) {
    throw new DeviceError('TDSL0559', `bytes ${offset} to ${offset + bytes} do not lie in a buffer of ${buffer.bytes}`, 'take a part that is inside');
  }
  if (offset % VIEW_ALIGNMENT !== 0) {
    throw new DeviceError('TDSL0559', `a part of a buffer begins at byte ${offset}, which is no multiple of ${VIEW_ALIGNMENT}`, 'let rows begin at such multiples: pad them, or use the whole tensor');
  }
}

export function checkUpload(buffer: DeviceBuffer, bytes: Uint8Array): void {
  if (bytes.byteLength > buffer.bytes) {
    throw new DeviceError('TDSL0559', `${bytes.byteLength} bytes do not fit into a buffer of ${buffer.bytes}`, 'allocate the buffer for the data');
  }
}

export function foreign(what: 'buffer' | 'kernel'): DeviceError {
  return new DeviceError('TDSL0559', `the ${what} belongs to another device`, `make the ${what} on the device that uses it`);
}

export function destroyedBuffer(): DeviceError {
  return new DeviceError('TDSL0559', 'a destroyed buffer is used', 'keep the buffer until the last use');
}

export function closedDevice(): DeviceError {
  return new DeviceError('TDSL0560', 'the device is closed', 'open it again');
}
