/** What the CUDA driver says of a GPU. Node only. */
import { cudaVersion, type CudaDriver, deviceAttribute } from './cuda-driver.ts';
import type { DeviceInfo } from './device.ts';

/** Architectures whose code a newer GPU also runs. */
const architectures = [50, 52, 60, 61, 70, 75, 80, 86, 87, 89, 90, 100, 103, 110, 120, 121];

export function describe(driver: CudaDriver, ordinal: number, name: string): DeviceInfo {
  const attribute = (which: keyof typeof deviceAttribute): number =>
    driver.int(`reading ${which}`, (out) => driver.api.cuDeviceGetAttribute(out, deviceAttribute[which], ordinal));
  const capability = 10 * attribute('major') + attribute('minor');
  const memoryBytes = Number(driver.handle('reading the memory size', (out) => driver.api.cuDeviceTotalMem_v2(out, ordinal)));
  const features = architectures.filter((arch) => arch < capability).map((arch) => `sm_${arch}`);
  features.push(`sm_${capability}`, ...(capability >= 90 ? [`sm_${capability}a`] : []));
  return {
    kind: 'cuda',
    name,
    architecture: `sm_${capability}`,
    driver: `CUDA ${cudaVersion(driver.version)}`,
    features,
    subgroupMatrix: [],
    limits: {
      bufferBytes: memoryBytes,
      bindingBytes: memoryBytes,
      // The 4 KiB of parameters which every architecture has.
      buffersPerKernel: 512,
      sharedBytes: attribute('maxSharedOptIn'),
      threadsPerBlock: attribute('maxThreadsPerBlock'),
      block: [attribute('maxBlockX'), attribute('maxBlockY'), attribute('maxBlockZ')],
      grid: [attribute('maxGridX'), attribute('maxGridY'), attribute('maxGridZ')],
      subgroup: [attribute('warpSize'), attribute('warpSize')],
      memoryBytes,
      multiprocessors: attribute('multiprocessors'),
      l2Bytes: attribute('l2Bytes'),
    },
  };
}
