/**
 * Builds `dist/`: one ES module per entry with shared chunks, and the declarations of the entries.
 *
 * - chevrotain, handlebars, commander, diff and picocolors are bundled: chevrotain alone is hundreds of small files, which
 *   would cost a third of a second at every start.
 * - ts-morph, prettier, koffi and webgpu stay packages: they are large or hold native code, and are loaded only when needed.
 * - `index` and `browser` entries must not reach a Node API; the metafile is checked for that here, so that a build fails early.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** `tsx src/build/bundle.ts [FOLDER]`: another folder than `dist/`, for tests that must not disturb it. */
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const external = ['ts-morph', 'prettier', 'prettier/*', 'koffi', 'webgpu', 'uvu', 'uvu/*'];

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  outdir: dist,
  splitting: true,
  // Names of errors and passes are seen by users, so identifiers stay; white space and syntax go, which V8 need not scan.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  external,
  // Its entry for Node reads template files, which nobody here does, and brings file access with it.
  alias: { handlebars: join(root, 'node_modules/handlebars/dist/cjs/handlebars.js') },
};

/** Entries that run anywhere: text in, text out. */
const pure = { index: 'src/index.ts', prettier: 'grammar/prettier-plugin.ts', 'runtime-browser': 'src/runtime/browser.ts' };
/** Entries that run in Node; the runtime loads its Node parts lazily. */
const node = { cli: 'src/cli/main.ts', runtime: 'src/runtime/index.ts' };

const builtins = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

/** Node modules that the outputs import, as `output: module`. */
export function nodeImports(metafile: Metafile): string[] {
  return Object.entries(metafile.outputs).flatMap(([output, { imports }]) =>
    imports.filter((i) => i.external === true && builtins.has(i.path)).map((i) => `${output}: ${i.path}`));
}

async function bundle(): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  const version = versionOf();
  const define = { 'globalThis.TDSL_BUNDLED': JSON.stringify(version) };
  const library = await build({ ...common, define, platform: 'neutral', mainFields: ['module', 'main'], entryPoints: present(pure), chunkNames: 'lib-[hash]' });
  const leaks = nodeImports(library.metafile ?? { inputs: {}, outputs: {} });
  if (leaks.length > 0) throw new Error(`the library must run without Node, but imports\n  ${leaks.join('\n  ')}`);
  await build({
    ...common, define, platform: 'node', entryPoints: present(node), chunkNames: 'cli-[hash]',
    // Bundled CommonJS packages may ask for Node's modules by `require`.
    banner: { js: "import{createRequire as __tdslRequire}from'node:module';const require=__tdslRequire(import.meta.url);" },
  });
  const cli = join(dist, 'cli.js');
  if (existsSync(cli)) chmodSync(cli, 0o755);
}

function present(entries: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(root, file))));
}

function versionOf(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') return parsed.version;
  throw new Error('package.json has no version');
}

function declarations(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', join(root, 'src/build/tsconfig.types.json'), '--outDir', join(dist, 'types')], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`declarations were not written:\n${stdout}${stderr}`);
}

await bundle();
declarations();
