#!/usr/bin/env node
/**
 * Starts the bundled command line. Loads `core.cjs`, and `harness.cjs` when it is asked for, with the code that V8 compiled when the package
 * was built. V8 refuses code of another release of itself; then the text is compiled as usual.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

declare global {
  /** V8's release when the package was built, put in by the bundler. */
  var TDSL_V8: string | undefined;
}

type Wrapper = (
  exports: object, require: NodeJS.Require, module: { exports: object }, __filename: string, __dirname: string,
  loadBundle: (name: string) => object, dynamicImport: (specifier: string) => Promise<unknown>, bundleUrl: string,
) => void;

function loadBundle(name: string): object {
  const file = fileURLToPath(new URL(`./${name}.cjs`, import.meta.url));
  // The bundler writes ASCII; one byte a character is read fastest.
  const text = readFileSync(file, 'latin1');
  const code = `${file.slice(0, -'cjs'.length)}v8`;
  const cachedData = existsSync(code) ? readFileSync(code) : undefined;
  const script = new Script(`(function (exports, require, module, __filename, __dirname, loadBundle, dynamicImport, bundleUrl) {'use strict';${text}\n})`, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module: { exports: object } = { exports: {} };
  const wrapper: Wrapper = script.runInThisContext();
  wrapper(module.exports, createRequire(file), module, file, dirname(file), loadBundle, (specifier) => import(specifier), pathToFileURL(file).href);
  if (process.env['TDSL_KEEP_CODE'] === '1') process.on('exit', () => writeFileSync(code, script.createCachedData()));
  return module.exports;
}

// A command is over in a few tenths of a second, which machine code made early does not repay: functions are to have run for longer before V8 makes it (1 MB of byte
// code, about 10 ms, not 66 KB). Another release may not know the setting; kept code is of its own release anyway.
if (process.versions.v8 === globalThis.TDSL_V8) setFlagsFromString('--interrupt-budget=1000000');
loadBundle('core');
