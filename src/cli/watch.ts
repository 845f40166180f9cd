/** `compile --watch`: runs once, then again whenever something below the watched paths changes, until Ctrl-C. */
import { statSync, watch as watchPath } from 'node:fs';
import { basename, dirname } from 'node:path';
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
  const watchers = paths.map((path) => {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (isFolder) return watchPath(path, { recursive: true }, (_, name) => { if (name === null || name.endsWith('.tdsl')) changed(); });
    return watchPath(dirname(path), (_, name) => { if (name === null || name === basename(path)) changed(); });
  });
  start();
  await stopped;
  clearTimeout(timer);
  for (const watcher of watchers) watcher.close();
  await running;
  return { exitCode: exit.interrupted, diagnostics: [], sources: last?.sources ?? outcomeOf(undefined, {}).sources, fields: {} };
}
