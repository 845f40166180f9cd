/**
 * ShadowKV's numbered checks on real devices, with their numbers:
 *
 *     TDSL_REPORT=1 tsx test/bench/shadow-checks.ts [cpu] [wgsl] [cuda:sm_80] [cuda:sm_90a]
 */
import { test } from 'uvu'
import { openDevice } from '../../src/runtime/index.ts'
import { numbered } from '../examples/shadow-numbered.ts'

for (const target of process.argv.slice(2)) numbered(target, () => openDevice(target === 'cpu' ? 'cpu' : target === 'wgsl' ? 'webgpu' : 'cuda'))
test.run()
