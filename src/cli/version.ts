import { readFileSync } from 'node:fs';

declare global {
  /** The version, put in by the bundler (`build/bundle.ts`); undefined in a checkout. */
  var TDSL_BUNDLED: string | undefined;
}

export const isBundled = (): boolean => globalThis.TDSL_BUNDLED !== undefined;

/** The package's version. */
export function version(): string {
  if (globalThis.TDSL_BUNDLED !== undefined) return globalThis.TDSL_BUNDLED;
  const parsed: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : '';
}

/** Whether every pass's result is validated: always in a checkout; in the package where TDSL_VALIDATE=1 asks for it. */
export const validates = (): boolean => !isBundled() || process.env['TDSL_VALIDATE'] === '1';
