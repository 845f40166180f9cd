/** Runs command lines in this process, and catches what they print. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/cli/program.ts';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const example = (name: string): string => join(root, 'examples', `${name}.tdsl`);

export interface Ran { readonly code: number; readonly out: string; readonly err: string }

export interface Ambient { readonly stdin?: string; readonly terminal?: boolean; readonly env?: Readonly<Record<string, string>> }

export async function tdsl(args: readonly string[], { stdin = '', terminal = false, env = {} }: Ambient = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await run(args, {
    out: (text) => { out += text; },
    err: (text) => { err += text; },
    stdin: async () => stdin,
    outIsTerminal: terminal,
    errIsTerminal: terminal,
    env,
  });
  return { code, out, err };
}

export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly notes: readonly { readonly message: string }[];
  readonly edits: readonly { readonly text: string }[];
}

export interface CheckJson { readonly ok: boolean; readonly maxAbs: number | null; readonly maxRel: number | null; readonly bound: number | null; readonly mismatches: number; readonly checked: number; readonly total: number; readonly unknown: number }
export interface TimeJson { readonly medianUs: number; readonly p10Us: number; readonly p90Us: number; readonly repeats: number; readonly gbps: number; readonly tflops: number; readonly roofline: number | null }

/** What the tests read of the JSON object; which fields are there depends on the command. */
export interface Json {
  readonly schema: number;
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: number;
  readonly diagnostics: readonly JsonDiagnostic[];
  readonly results: readonly { readonly kernel: string; readonly target: string; readonly device: string; readonly sizes: Readonly<Record<string, number>>; readonly seed: number; readonly check: CheckJson; readonly time: TimeJson }[];
  readonly kernels: readonly { readonly name: string; readonly target: string; readonly scratchBytes: number | null; readonly schedule: string; readonly buffers: readonly { readonly name: string; readonly bytes: number | null }[] }[];
  readonly files: readonly { readonly path: string; readonly changed: boolean }[];
  readonly codes: readonly { readonly code: string; readonly text: string }[];
  readonly targets: readonly { readonly target: string; readonly available: boolean; readonly missing: string; readonly hint: string }[];
  readonly passes: readonly { readonly pass: string; readonly kernel: string; readonly text: string }[];
  readonly times: readonly { readonly pass: string; readonly runs: number }[];
}

/** The object of a command with `--json`, and that nothing else was printed. */
export async function json(args: readonly string[], ambient?: Ambient): Promise<Json> {
  const { code, out, err } = await tdsl([...args, '--json'], ambient);
  const parsed: Json = JSON.parse(out);
  if (err !== '') throw new Error(`--json printed to stderr: ${err}`);
  if (parsed.exitCode !== code || parsed.ok !== (code === 0) || parsed.schema !== 1) throw new Error(`the object does not agree with the exit code ${code}: ${out}`);
  return parsed;
}

/** A folder that goes when the process ends. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tdsl-test-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function write(folder: string, name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

export const scale = `/// @example N=8
kernel scale(a: f32[], X: f32[N]) -> Y: f32[N] {
  Y[i] = a * X[i]
}
`;
