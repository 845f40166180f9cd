/** What a thrown value means for the user: a stop with its code, a device or file that failed, or a bug of the compiler. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import { DataError, DeviceError, messageOf, type RuntimeCode } from '../runtime/errors.ts';
import { done, exit, Stop, type ExitCode, type Outcome } from './outcome.ts';
import { version } from '../version.ts';

/** Codes that say that a device or a tool is not there; the others are about what was asked of it. */
const missing: ReadonlySet<RuntimeCode> = new Set<RuntimeCode>(['TDSL0551', 'TDSL0552', 'TDSL0553', 'TDSL0554', 'TDSL0555']);

export function runtimeExit(code: RuntimeCode): ExitCode {
  return missing.has(code) ? exit.missing : exit.diagnostics;
}

export function runtimeDiagnostic(error: DeviceError | DataError): Diagnostic {
  const messages = error instanceof DeviceError ? error.messages.map((m) => ({ message: `${m.line}:${m.column} ${m.severity}: ${m.text}` })) : [];
  return { code: error.code, severity: 'error', message: error.message, notes: [...messages, ...(error.hint === '' ? [] : [{ message: error.hint }])], edits: [] };
}

/** What the operating system refused: no permission, a file in the place of a folder, a name that is too long. */
function isSystemError(cause: unknown): cause is Error & { readonly path: string } {
  return cause instanceof Error && 'syscall' in cause && 'path' in cause && typeof cause.path === 'string';
}

/** An array that JavaScript cannot have: longer than it allows (2^32 elements in Node 20), or than there is memory. Sizes that are nonsense stay a bug. */
function exhausted(cause: unknown): DeviceError | undefined {
  if (!(cause instanceof RangeError)) return undefined;
  const length = Number(/^Invalid (?:typed )?array length: (\d+)$/.exec(cause.message)?.[1] ?? 0);
  if (length < 2 ** 30 && cause.message !== 'Array buffer allocation failed') return undefined;
  const what = length === 0 ? 'this machine has no memory for the arrays of these sizes' : `an array of ${length} elements is more than JavaScript or this machine's memory holds`;
  return new DeviceError('TDSL0558', what, 'use smaller sizes; kernels take larger tensors from a host that keeps them on the device (the harness, or the manifest from another language)');
}

export function outcomeOf(cause: unknown, env: Readonly<Record<string, string | undefined>>): Outcome {
  if (cause instanceof Stop) return done({}, { exitCode: cause.exitCode, diagnostics: [cause.diagnostic] });
  if (cause instanceof DeviceError || cause instanceof DataError) {
    return done({}, { exitCode: runtimeExit(cause.code), diagnostics: [runtimeDiagnostic(cause)] });
  }
  const full = exhausted(cause);
  if (full !== undefined) return done({}, { exitCode: runtimeExit(full.code), diagnostics: [runtimeDiagnostic(full)] });
  if (isSystemError(cause)) return done({}, { exitCode: exit.diagnostics, diagnostics: [diagnostic('TDSL0507', { path: cause.path, reason: cause.message })] });
  const stack = cause instanceof Error && env['TDSL_DEBUG'] !== undefined ? (cause.stack ?? '') : '';
  const where = cause instanceof Error ? (cause.stack ?? '').split('\n').slice(1, 4).map((line) => line.trim()).join(' ← ') : '';
  return done({}, {
    exitCode: exit.bug,
    diagnostics: [{
      code: 'TDSL0599',
      severity: 'error',
      message: `this is a bug of tdsl ${version}, not of your program: ${messageOf(cause)}`,
      notes: [{ message: 'please report it with the source and the command line' }, { message: stack === '' ? where : stack }],
      edits: [],
    }],
  });
}
