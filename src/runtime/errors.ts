/**
 * Errors of the runtime. They describe the machine or the data, not the program, so they are thrown (or reject a promise)
 * and are meant to be shown as `code: message` and `hint`, without a stack.
 */

/** What each runtime code means; the text is the heading of its explanation. */
export const runtimeCodes = {
  TDSL0551: 'an optional package is not installed',
  TDSL0552: 'no driver or no device found',
  TDSL0553: 'the driver is too old',
  TDSL0554: 'no compiler for device code found',
  TDSL0555: 'the device lacks a feature which the kernel needs',
  TDSL0556: 'the device compiler refused the kernel text',
  TDSL0557: 'a limit of the device is exceeded',
  TDSL0558: 'the device is out of memory',
  TDSL0559: 'the arguments of a launch do not fit the kernel',
  TDSL0560: 'the device is closed, lost or unusable',
  TDSL0561: 'a device call failed',
  TDSL0570: 'a data file is missing or unreadable',
  TDSL0571: 'a data file is damaged',
  TDSL0572: 'a data file holds something that is not supported',
  TDSL0573: 'a file could not be written',
} as const;

export type RuntimeCode = keyof typeof runtimeCodes;

/** One line of a device compiler's answer. `line` and `column` count from 1; 0 stands for unknown. */
export interface CompileMessage {
  readonly severity: 'error' | 'warning' | 'info';
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly text: string;
}

/** A device is missing, refuses, or failed. `hint` says what to do; `messages` holds the device compiler's lines for TDSL0556. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly code: RuntimeCode;
  readonly hint: string;
  readonly messages: readonly CompileMessage[];

  constructor(code: RuntimeCode, message: string, hint: string, messages: readonly CompileMessage[] = []) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.messages = messages;
  }
}

/** A data file is missing, damaged or of an unsupported kind. `expected` and `found` are byte counts where the code is about bytes. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly code: RuntimeCode;
  readonly hint: string;
  readonly file: string;
  readonly expected: number | undefined;
  readonly found: number | undefined;

  constructor(code: RuntimeCode, file: string, message: string, hint: string, bytes?: { readonly expected: number; readonly found: number }) {
    super(`${file}: ${message}`);
    this.code = code;
    this.file = file;
    this.hint = hint;
    this.expected = bytes?.expected;
    this.found = bytes?.found;
  }
}

/** The text of anything that was thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** What the system's commonest refusals mean; a full disk and a missing file need no number to be told. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder', EACCES: 'permission is denied', EPERM: 'permission is denied', ENOSPC: 'there is no space left on the disk', EDQUOT: 'the quota of the disk is used up', EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file', EEXIST: 'a part of its path is a file', EROFS: 'the disk takes no changes', EMFILE: 'too many files are open', ENAMETOOLONG: 'its name is too long', ELOOP: 'its links lead in a circle',
};

/** Why a file could not be read or written, in words. */
export function reasonOf(cause: unknown): string {
  const code: unknown = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return (typeof code === 'string' ? reasons[code] : undefined) ?? messageOf(cause);
}
