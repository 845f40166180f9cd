/** `compile --watch`: runs once, then again whenever something below the watched paths changes, or a file that was imported, until Ctrl-C. */
import { statSync, watch as watchPath } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { renderAll } from '../diagnostics/render.ts';
import type { Context } from './context.ts';
import { outcomeOf } from './failure.ts';
import { interruption } from './interrupt.ts';
import { exit, type Outcome } from './outcome.ts';

/** Editors write a file in several steps. */
const SETTLE_MS = 50;

export async function watch(context: Context, paths: readonly string[], once: () => Promise<Outcome>): Promise<Outcome> {
  const stopped = interruption();
  let running: Promise<Outcome> | undefined;
  let again = false;
  let last: Outcome | undefined;
  const start = (): void => {
    if (running !== undefined) {
      again = true;
      return;
    }
    running = once().catch((cause: unknown) => outcomeOf(cause, process.env)).then((outcome) => {
      last = outcome;
      // What was imported this time; a file that is gone may come again.
      outcome.sources.names.forEach(follow);
      context.note(renderAll(outcome.diagnostics, outcome.sources, context.errStyle));
      context.note(`watching ${paths.join(' ')}\n`);
      running = undefined;
      if (again) {
        again = false;
        start();
      }
      return outcome;
    });
  };
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(start, SETTLE_MS);
  };
  // A file is watched through its folder: an editor that renames a new file over it would end a watch on the file itself.
  const watchers = new Map<string, ReturnType<typeof watchPath>>();
  const follow = (path: string): void => {
    const key = resolve(path), stat = statSync(path, { throwIfNoEntry: false });
    if (watchers.has(key) || stat === undefined) return;
    watchers.set(key, stat.isDirectory()
      ? watchPath(path, { recursive: true }, (_, name) => { if (name === null || name.endsWith('.tdsl')) changed(); })
      : watchPath(dirname(path), (_, name) => { if (name === null || name === basename(path)) changed(); }));
  };
  paths.forEach(follow);
  start();
  await stopped;
  clearTimeout(timer);
  for (const watcher of watchers.values()) watcher.close();
  await running;
  return { exitCode: exit.interrupted, diagnostics: [], sources: last?.sources ?? outcomeOf(undefined, {}).sources, fields: {} };
}
