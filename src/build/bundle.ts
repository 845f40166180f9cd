/**
 * Builds `dist/`.
 *
 * - `index.js`, `prettier.js`, `runtime.js`, `runtime-browser.js`: ES modules with shared chunks, for programs. All but `runtime.js` must not
 *   reach a Node API, which is checked here.
 * - `cli.js`: a launcher over `core.cjs` (command line, compiler, runtime) and `harness.cjs` (ts-morph, prettier, the generator of harnesses;
 *   loaded where a harness must be made). Beside each stands V8's compiled code, so that a start does not compile megabytes of text.
 * - `types/`: the declarations of the entries.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** `tsx src/build/bundle.ts [FOLDER]`: another folder than `dist/`, for tests that must not disturb it. */
const dist = resolve(process.argv[2] ?? join(root, 'dist'));

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  target: 'es2022',
  outdir: dist,
  // Names of errors and passes are seen by users, so identifiers stay; white space and syntax go.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'globalThis.TDSL_BUNDLED': JSON.stringify(versionOf()), 'globalThis.TDSL_V8': JSON.stringify(tunableV8()) },
  // Its entry for Node reads template files, which nobody here does, and brings file access with it.
  alias: { handlebars: join(root, 'node_modules/handlebars/dist/cjs/handlebars.js') },
};

/** Optional packages with native code. */
const optional = ['koffi', 'webgpu'];
/** Packages that a program which uses the library loads for itself: large, and only for harnesses and formatting. */
const separate = ['ts-morph', 'prettier', 'prettier/*'];

const builtins = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

/** Node modules that the outputs import, as `output: module`. */
function nodeImports(metafile: Metafile | undefined): string[] {
  return Object.entries(metafile?.outputs ?? {}).flatMap(([output, { imports }]) =>
    imports.filter((i) => i.external === true && builtins.has(i.path)).map((i) => `${output}: ${i.path}`));
}

async function modules(): Promise<void> {
  const pure = { index: 'src/index.ts', prettier: 'grammar/prettier-plugin.ts', 'runtime-browser': 'src/runtime/browser.ts' };
  const options: BuildOptions = { ...common, format: 'esm', splitting: true, external: [...optional, ...separate] };
  const library = await build({ ...options, platform: 'neutral', mainFields: ['module', 'main'], entryPoints: pure, chunkNames: 'lib-[hash]' });
  const leaks = nodeImports(library.metafile);
  if (leaks.length > 0) throw new Error(`the library must run without Node, but imports\n  ${leaks.join('\n  ')}`);
  await build({ ...options, platform: 'node', entryPoints: { runtime: 'src/runtime/index.ts' }, chunkNames: 'runtime-[hash]' });
}

/** In `core.cjs` the generator of harnesses is a file of its own, which the launcher loads. */
const harnessApart: Plugin = {
  name: 'harness apart',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/harness\.ts$/ }, ({ kind }) => (kind === 'dynamic-import' ? { path: 'harness', namespace: 'apart' } : undefined));
    onLoad({ filter: /.*/, namespace: 'apart' }, () => ({ contents: `export const { bundle, harness } = loadBundle('harness');` }));
  },
};

async function commandLine(): Promise<void> {
  const options: BuildOptions = {
    ...common, format: 'cjs', platform: 'node', outExtension: { '.js': '.cjs' }, external: optional,
    define: { ...common.define, 'import.meta.url': 'bundleUrl' },
  };
  await build({ ...options, entryPoints: { core: 'src/cli/main.ts' }, plugins: [harnessApart] });
  importByLauncher(join(dist, 'core.cjs'));
  await build({ ...options, entryPoints: { 'codesign-worker': 'src/codesign/worker.ts' } });
  await build({ ...options, entryPoints: { harness: 'src/host/harness.ts' } });
  await build({ ...common, format: 'esm', platform: 'node', entryPoints: { cli: 'src/cli/launch.ts' } });
  const launcher = join(dist, 'cli.js');
  chmodSync(launcher, 0o755);
  compileAhead(launcher);
}

/** V8's kept code forgets how to import at run time; the launcher, a module, does it for the bundle. */
function importByLauncher(file: string): void {
  const text = readFileSync(file, 'latin1');
  const known = /\bimport\((?="koffi"|"webgpu"|`data:text\/javascript)/g;
  const replaced = text.replace(known, 'dynamicImport(');
  // A method may have that name; only the bare word loads.
  const other = /.{0,40}(?<![#.\w$])import\(.{0,40}/.exec(replaced);
  if (other !== null) throw new Error(`an import that the launcher does not know: ${other[0]}`);
  writeFileSync(file, replaced, 'latin1');
}

/** Lets the launcher do a typical day's work and keep what V8 compiled on the way. */
function compileAhead(launcher: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'tdsl-build-'));
  try {
    const { status, stderr } = spawnSync(process.execPath, [launcher, 'compile', join(root, 'examples/matmul.tdsl'), '-o', folder], {
      encoding: 'utf8', env: { ...process.env, TDSL_KEEP_CODE: '1' },
    });
    if (status !== 0) process.stderr.write(`compiled code was not kept, so that starts are slower: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** This V8's release, where it has the setting that the launcher changes; a text that no release has, where not. */
function tunableV8(): string {
  const { stdout } = spawnSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  return stdout.includes('--interrupt-budget ') ? process.versions.v8 : 'none';
}

function versionOf(): string {
  const parsed: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') return parsed.version;
  throw new Error('package.json has no version');
}

function declarations(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', join(root, 'src/build/tsconfig.types.json'), '--outDir', join(dist, 'types')], { cwd: root, encoding: 'utf8' });
  // They are written all the same; whether types check is a step of its own (`npm run types`).
  if (status !== 0) process.stderr.write(`some types do not check:\n${stdout}${stderr}`);
}

rmSync(dist, { recursive: true, force: true });
await modules();
await commandLine();
declarations();
