/**
 * Readies a Vulkan driver that runs on the processor, for tests and development on a machine without a GPU:
 * `tsx src/build/vulkan.ts [system|lavapipe|swiftshader]`. Without a word: the system's driver where it does, else lavapipe
 * (faster, has f16; needs root on Debian 12), else SwiftShader (needs npm packages only). Ends with 0 when WebGPU opens, else 4.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeviceError } from '../runtime/errors.ts';
import { lavapipeIcd } from '../runtime/vulkan.ts';
import { openWebGpu } from '../runtime/webgpu-node.ts';

/** Unpacks lavapipe. Returns why that failed, or undefined. */
export function unpackLavapipe(): string | undefined {
  const icd = lavapipeIcd();
  if (existsSync(icd)) return undefined;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can install what lavapipe needs';
  const script = join(dirname(fileURLToPath(import.meta.url)), 'vulkan-lavapipe.sh');
  const { status, stderr, error } = spawnSync('sh', [script, dirname(icd)], { encoding: 'utf8', timeout: 180_000 });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim().split('\n').slice(-3).join(' ');
}

async function main(words: readonly string[]): Promise<number> {
  const forced = words[0] ?? process.env['TDSL_VULKAN'] ?? '';
  const order = forced === '' ? ['system', 'lavapipe', 'swiftshader'] : [forced];
  for (const choice of order) {
    const reason = choice === 'lavapipe' ? unpackLavapipe() : undefined;
    process.env['TDSL_VULKAN'] = choice;
    try {
      if (reason !== undefined) throw new DeviceError('TDSL0552', reason, 'use swiftshader');
      const device = await openWebGpu();
      const { name, driver, features, limits } = device.info();
      const f16 = features.includes('shader-f16') ? 'yes' : 'no';
      process.stdout.write(`${choice}: ${name}\n${driver}\nf16 ${f16}, subgroups of ${limits.subgroup.join(' to ')}\n`);
      device.close();
      return 0;
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      process.stderr.write(`${choice}: ${error.message}\n`);
    }
  }
  return 4;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
