/** Headless Chromium over its debugging pipe: of the system, or of the package `@sparticuz/chromium`, which brings one for Linux. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A path to Chromium, or why there is none. */
export async function findChromium(): Promise<{ readonly path: string } | string> {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return { path };
      } catch {
        // Not here.
      }
    }
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'no Chromium on the path';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    const path = await chromium.executablePath();
    // It needs libraries of the system, which may be missing.
    const { status, stderr, error } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 60_000 });
    return status === 0 ? { path } : `Chromium does not start: ${error?.message ?? stderr.trim()} (Debian: apt-get install libnss3)`;
  } catch (cause) {
    return `no Chromium on the path, and @sparticuz/chromium gives none: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

const flags = [
  '--headless', '--no-sandbox', '--no-zygote', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
  '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--remote-debugging-pipe', '--window-size=1500,1300',
];

interface Answer { readonly id?: number; readonly result?: Readonly<Record<string, unknown>>; readonly error?: { readonly message: string } }

export class Browser {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #waiting = new Map<number, { resolve: (result: Readonly<Record<string, unknown>>) => void; reject: (cause: Error) => void }>();
  #next = 1;
  #log = '';
  #session: string | undefined;

  constructor(path: string) {
    this.#folder = mkdtempSync(join(tmpdir(), 'tdsl-chromium-'));
    this.#child = spawn(path, [...flags, `--user-data-dir=${this.#folder}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
    this.#child.stderr?.on('data', (chunk: Buffer) => { this.#log += chunk.toString(); });
    this.#child.on('close', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`Chromium ended with ${code ?? signal}: ${this.#log.slice(-2000)}`));
    });
    let rest = '';
    (this.#child.stdio[4] as Readable).on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\0');
      rest = parts.pop() ?? '';
      for (const part of parts) this.#take(JSON.parse(part));
    });
  }

  #take({ id, result, error }: Answer): void {
    const waiting = this.#waiting.get(id ?? 0);
    if (waiting === undefined) return;
    this.#waiting.delete(id ?? 0);
    if (error === undefined) waiting.resolve(result ?? {});
    else waiting.reject(new Error(error.message));
  }

  #send(method: string, params: object, session: string | undefined): Promise<Readonly<Record<string, unknown>>> {
    const id = this.#next++;
    (this.#child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...(session === undefined ? {} : { sessionId: session }) })}\0`);
    return new Promise((resolve, reject) => { this.#waiting.set(id, { resolve, reject }); });
  }

  /** A command of the DevTools protocol, to the page. */
  async page(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    if (this.#session === undefined) {
      const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' }, undefined);
      const { sessionId } = await this.#send('Target.attachToTarget', { targetId, flatten: true }, undefined);
      this.#session = String(sessionId);
      await this.#send('Page.enable', {}, this.#session);
    }
    return this.#send(method, params, this.#session);
  }

  async open(url: string): Promise<void> {
    await this.page('Page.navigate', { url });
    await this.evaluate('new Promise((resolve) => (document.readyState === "complete" ? resolve(0) : addEventListener("load", () => resolve(0))))');
  }

  /** The value of an expression, awaited, as JSON has it. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.page('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails).slice(0, 2000));
    return (result as { readonly value?: unknown }).value;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.on('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
