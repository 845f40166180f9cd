/** Whether this is the package or a checkout, and what follows from it. */
declare global {
  /** The version, put in by the bundler (`build/bundle.ts`); undefined in a checkout. */
  var TDSL_BUNDLED: string | undefined;
}

export const isBundled = (): boolean => globalThis.TDSL_BUNDLED !== undefined;

/** Whether every pass's result is validated: always in a checkout; in the package where TDSL_VALIDATE=1 asks for it. */
export const validates = (): boolean => !isBundled() || process.env['TDSL_VALIDATE'] === '1';
