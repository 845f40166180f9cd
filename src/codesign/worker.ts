/** A thread of the software search: prepares the sources once, then answers requests. */
import { parentPort, workerData } from 'node:worker_threads';
import { CompilerBug } from '../diagnostics/bug.ts';
import { searchLayer } from './layer-search.ts';
import type { Answer, Task } from './pool.ts';
import { prepare, type Setup } from './setup.ts';

const setup: Setup = workerData;
const prepared = prepare(setup);
if (prepared === undefined || parentPort === null) throw new CompilerBug('a worker was started without a search');
const { codesign, space, settings } = prepared, port = parentPort;
port.on('message', ({ id, request }: Task) => {
  const answer: Answer = { id, result: searchLayer(codesign, space, settings, request) };
  port.postMessage(answer);
});
