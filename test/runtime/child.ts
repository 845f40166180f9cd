import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ChildResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Address of a file below `src/runtime`, to be imported by a script. */
export const runtimeFile = (name: string): string => JSON.stringify(fileURLToPath(new URL(`../../src/runtime/${name}`, import.meta.url)));

/** Runs module text in a process of its own, which starts with this one's environment and `env`; undefined removes a name. */
export function runScript(script: string, env: Readonly<Record<string, string | undefined>> = {}): Promise<ChildResult> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
