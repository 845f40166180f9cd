/**
 * The text of a campaign's workers as one file. Each worker is a process of its own, and each would have hundreds of modules translated and resolved one by one: with
 * twenty at once, half a minute in which nothing runs.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Optional packages with native code stay where they are; modules keep their own addresses, by which they find files beside them. */
const places: Plugin = {
  name: 'places',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:koffi|webgpu)$/ }, ({ path }) => ({ path: import.meta.resolve(path), external: true }));
    onLoad({ filter: /[\\/](?:src|test)[\\/].*\.ts$/ }, ({ path }) => ({ loader: 'ts', contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)) }));
  },
};

/** Gives the file's path. It goes when this process ends. */
export async function bundleWorker(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'campaign-worker-')), file = join(folder, 'worker.mjs');
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    entryPoints: [fileURLToPath(new URL('campaign-worker.ts', import.meta.url))], outfile: file, bundle: true, platform: 'node', format: 'esm', target: 'node20', sourcemap: 'inline', sourcesContent: false,
    plugins: [places], logLevel: 'warning',
    // Packages that are not modules call `require`.
    banner: { js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(${JSON.stringify(import.meta.url)});` },
  });
  return file;
}
