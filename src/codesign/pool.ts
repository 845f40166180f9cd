/** Where software searches run: in this thread, or in several. */
import { Worker } from 'node:worker_threads';
import { CompilerBug } from '../diagnostics/bug.ts';
import type { Pool } from './evaluate.ts';
import { type LayerRequest, type LayerResult, searchLayer } from './layer-search.ts';
import type { Prepared, Setup } from './setup.ts';

/** Lets waiting events (an interrupt) in after so many milliseconds. */
const patience = 100;

export function inlinePool({ codesign, space, settings }: Prepared): Pool {
  return {
    async search(requests) {
      const results: LayerResult[] = [];
      let since = performance.now();
      for (const r of requests) {
        results.push(searchLayer(codesign, space, settings, r));
        if (performance.now() - since > patience) { await new Promise((resolve) => setImmediate(resolve)); since = performance.now(); }
      }
      return results;
    },
    async close() {},
  };
}

export interface Task { readonly id: number; readonly request: LayerRequest }
export interface Answer { readonly id: number; readonly result: LayerResult }

/** `script`: the worker's file. Requests go to whoever is free; results do not depend on who that was. */
export function threadPool(setup: Setup, jobs: number, script: URL): Pool {
  const workers = Array.from({ length: jobs }, () => new Worker(script, { workerData: setup }));
  let failed: unknown, queue: Task[] = [], results: LayerResult[] = [], left = 0, finish: ((error?: unknown) => void) | undefined;
  const feed = (w: Worker): void => { const task = queue.shift(); if (task !== undefined) w.postMessage(task); };
  for (const w of workers) {
    w.on('message', ({ id, result }: Answer) => {
      results[id] = result;
      feed(w);
      if (--left === 0) finish?.();
    });
    w.on('error', (e) => { failed = e; finish?.(e); });
    w.unref();
  }
  return {
    async search(requests) {
      if (failed !== undefined) throw failed;
      if (requests.length === 0) return [];
      queue = requests.map((request, id) => ({ id, request }));
      results = [];
      left = requests.length;
      const done = new Promise<void>((resolve, reject) => { finish = (e) => (e === undefined ? resolve() : reject(e instanceof Error ? e : new CompilerBug(String(e)))); });
      for (const w of workers) w.ref();
      // Two each, so that none waits for the main thread.
      for (const w of [...workers, ...workers]) feed(w);
      await done;
      for (const w of workers) w.unref();
      return results;
    },
    async close() { await Promise.all(workers.map((w) => w.terminate())); },
  };
}
