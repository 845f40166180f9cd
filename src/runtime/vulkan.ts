/**
 * Finds a Vulkan driver for Dawn on Linux, so that WebGPU runs on a machine without a GPU and without any set-up: a driver of the
 * system, lavapipe unpacked by `src/build/vulkan.ts`, or SwiftShader out of an npm package. Node only.
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { DeviceError, messageOf } from './errors.ts';
import { unpackSwiftShader } from './swiftshader.ts';

export type VulkanChoice = 'system' | 'lavapipe' | 'swiftshader';

const names: readonly VulkanChoice[] = ['system', 'lavapipe', 'swiftshader'];

/** Description file of the unpacked lavapipe, where there is one. */
export function lavapipeIcd(): string {
  return join(cacheFolder(), 'lavapipe', 'lvp.json');
}

/**
 * Which drivers to try, in order. `TDSL_VULKAN=system|lavapipe|swiftshader` leaves one. An unpacked lavapipe goes before the
 * system's drivers, unless the user named one: it was unpacked because those did not do. Other systems than Linux bring their
 * own graphics interface (Metal, Direct3D), so there only what is forced is prepared.
 * @throws DeviceError TDSL0552 for another value
 */
export function vulkanChoices(forced = process.env['TDSL_VULKAN'], platform: string = process.platform): readonly VulkanChoice[] {
  if (forced !== undefined && forced !== '') {
    const choice = names.find((name) => name === forced);
    if (choice === undefined) throw new DeviceError('TDSL0552', `TDSL_VULKAN is ${forced}`, `set it to ${names.join(', ')}, or leave it out`);
    return [choice];
  }
  if (platform !== 'linux') return ['system'];
  return !namedDriver() && existsSync(lavapipeIcd()) ? ['lavapipe', 'system', 'swiftshader'] : names;
}

/**
 * Makes the next `vkCreateInstance` of this process find the driver.
 * @returns why that is not possible, or undefined
 */
export async function prepareVulkan(choice: VulkanChoice, platform: string = process.platform): Promise<string | undefined> {
  // Mesa complains about a missing folder for sockets, which computing does not use.
  if (platform === 'linux') process.env['XDG_RUNTIME_DIR'] ??= tmpdir();
  switch (choice) {
    case 'system':
      restoreUserSettings();
      if (platform !== 'linux') return undefined;
      return systemHasDriver() ? loadLoader() : 'no driver is installed';
    case 'lavapipe': {
      const icd = lavapipeIcd();
      // Only a checkout has the script that unpacks it.
      if (!existsSync(icd)) return existsSync(new URL('../build/vulkan.ts', import.meta.url)) ? 'not unpacked (npx tsx src/build/vulkan.ts lavapipe)' : 'not unpacked';
      useDriver(icd);
      return loadLoader();
    }
    case 'swiftshader': {
      const unpacked = unpackSwiftShader();
      if (typeof unpacked === 'string') return unpacked;
      useDriver(unpacked.icd);
      return loadLoader();
    }
    default: {
      const unreachable: never = choice;
      throw new TypeError(`unknown driver ${String(unreachable)}`);
    }
  }
}

function useDriver(icd: string): void {
  // VK_DRIVER_FILES would win in loaders that know it; the bundled loader knows only the older name.
  delete process.env['VK_DRIVER_FILES'];
  process.env['VK_ICD_FILENAMES'] = icd;
}

/** The user's own settings, before this file changes them. */
const userSettings = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].map((name) => [name, process.env[name]] as const);

function namedDriver(): boolean {
  return userSettings.some(([, value]) => value !== undefined && value !== '');
}

function restoreUserSettings(): void {
  for (const [name, value] of userSettings) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

function systemHasDriver(): boolean {
  const { env } = process;
  if (namedDriver()) return true;
  const roots = [
    env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), '/etc', ...(env['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':'),
    env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), ...(env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share').split(':'),
  ];
  return roots.some((root) => root !== '' && jsonIn(join(root, 'vulkan/icd.d')));
}

function jsonIn(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name.endsWith('.json'));
  } catch {
    return false;
  }
}

let loader: { unload(): void } | undefined;

/** Loads the Vulkan loader, by name or SwiftShader's; Dawn's own dlopen then finds the loaded one. */
async function loadLoader(): Promise<string | undefined> {
  if (loader !== undefined) return undefined;
  let koffi: typeof import('koffi');
  try {
    koffi = await import('koffi');
  } catch {
    // Dawn finds an installed loader by itself.
    return undefined;
  }
  const reasons: string[] = [];
  const bundled = (): string | undefined => {
    const unpacked = unpackSwiftShader();
    if (typeof unpacked !== 'string') return unpacked.loader;
    reasons.push(unpacked);
    return undefined;
  };
  for (const path of [() => 'libvulkan.so.1', bundled]) {
    const name = path();
    if (name === undefined) continue;
    try {
      loader = koffi.load(name);
      return undefined;
    } catch (cause) {
      reasons.push(messageOf(cause));
    }
  }
  return `no Vulkan loader (${reasons.join('; ')})`;
}
