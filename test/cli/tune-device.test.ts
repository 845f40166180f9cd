/** Tuning while things go wrong: a device that vanishes, a person who has seen enough. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { context } from '../../src/cli/context.ts';
import { tuneKernel } from '../../src/cli/tune-kernel.ts';
import { CpuDevice } from '../../src/runtime/cpu.ts';
import { DeviceError } from '../../src/runtime/errors.ts';
import type { Device } from '../../src/runtime/device.ts';
import { matmul, workload } from '../tune/support.ts';
import { json, scratch, write } from './support.ts';

process.env['TDSL_CACHE'] = scratch();
const quiet = context({ out: () => undefined, err: () => undefined, stdin: async () => '', outIsTerminal: false, errIsTerminal: false, env: {} }, true);

/** A processor that is lost after so many timings, and stays so. `slow`: what its first timing, of the source as it is, says; any other says 50. */
function losing(after: number, slow?: number): Device {
  const device = new CpuDevice();
  let timings = 0;
  return new Proxy<Device>(device, {
    get: (target, key) => {
      const own = Reflect.get(target, key, target) as unknown;
      if (key === 'time') return async (...args: Parameters<Device['time']>) => {
        if (++timings > after) throw new DeviceError('TDSL0560', 'the device was lost', 'open it again');
        const found = await target.time(...args);
        return slow === undefined ? found : { ...found, medianUs: timings === 1 ? slow : 50 };
      };
      return typeof own === 'function' ? (own as (...args: unknown[]) => unknown).bind(target) : own;
    },
  });
}
const request = (device: Device | undefined, isInterrupted: () => boolean = () => false): Parameters<typeof tuneKernel>[1] => {
  const w = workload(matmul, 'cpu', { M: 24, N: 24, K: 24 });
  return { program: { path: 'test.tdsl', text: matmul, file: w.file }, workload: w, trials: 12, seed: 1, explorer: 'random', device, isInterrupted };
};

test('a device that vanishes: what was measured is kept and said, and the rest is decided without it', async () => {
  const { result, diagnostics } = await tuneKernel(quiet, request(losing(4)));
  assert.equal(diagnostics.map((d) => [d.code, d.severity]), [['TDSL0630', 'warning']]);
  assert.match(diagnostics[0]!.message, 'gone after 3 measurements (the device was lost)');
  assert.equal([result.trials, result.measured], [12, 3]);
  assert.ok(result.winner === null || result.winner.right);
  // The schedule that ran then is a failed one, and is not what the next run ends with again.
  assert.equal(result.failures, { TDSL0560: 1 });
  // A second run has them already.
  const again = await tuneKernel(quiet, request(losing(100)));
  assert.is(again.result.resumed, 12);
  assert.ok(again.result.measured >= 5);
  assert.equal(again.result.failures, { TDSL0560: 1 });
});
test('a device that vanishes while the winner is compared with what is there: the rest is decided without it', async () => {
  process.env['TDSL_CACHE'] = scratch();
  // One timing of the source, six of schedules that seem twice as fast, then turns of both: the second of them finds the device gone.
  const { result, diagnostics } = await tuneKernel(quiet, { ...request(losing(8, 100)), seed: 3 });
  assert.equal(diagnostics.map((d) => d.code), ['TDSL0630']);
  assert.match(diagnostics[0]!.message, 'gone after 6 measurements');
  assert.equal(result.failures, { TDSL0560: 1 });
  assert.ok(result.winner !== null && result.winner.right);
});
test('an interruption between two measurements keeps those before it', async () => {
  let measured = 0;
  const { result } = await tuneKernel(quiet, { ...request(new CpuDevice(), () => measured++ >= 4), seed: 2 });
  assert.ok(result.isInterrupted);
  assert.ok(result.trials > 0);
});
test('Ctrl-C ends a search with 130, and the output has what was found until then', async () => {
  const folder = scratch(), out = join(folder, 'out.tdsl'), file = write(folder, 'm.tdsl', matmul);
  const timer = setTimeout(() => process.emit('SIGINT', 'SIGINT'), 1500);
  const j = await json(['tune', file, '-t', 'cuda:sm_80', '--trials', '100000', '-o', out, '--explorer', 'random']);
  clearTimeout(timer);
  assert.is(j.exitCode, 130);
  assert.ok(existsSync(out) && readFileSync(out, 'utf8').startsWith(matmul.trimEnd()));
});
test.run();
