import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TileLimits, printFailures, validateTile } from '../../src/ir/tile-validate.ts';
import type { TileKernel } from '../../src/ir/tile.ts';
import { cases, intrinsic } from './tile-kernels.ts';

const cuda: TileLimits = { maxThreads: 1024, lanes: 32, sharedBytes: 163840, vectorBytes: 16, asyncBytes: [4, 8, 16], storeBits: 4, registers: 255 };
const wgsl: TileLimits = { maxThreads: 256, lanes: 0, sharedBytes: 16384, vectorBytes: 16, asyncBytes: [], storeBits: 32, bindings: 8 };
const limitsOf = (k: TileKernel): TileLimits => (k.target === 'wgsl' ? wgsl : cuda);

for (const c of cases()) test(`${c.kernel.name} keeps every rule`, () => {
  assert.is(printFailures(validateTile(c.kernel, { intrinsic, limits: limitsOf(c.kernel) })), '');
});

test.run();
