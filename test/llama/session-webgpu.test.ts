/** The decoder against the model by hand, on WebGPU. */
import { test } from 'uvu';
import { openDevice } from '../../src/runtime/index.ts';
import { check, fixture } from './session-check.ts';

test('on webgpu: plain', async () => {
  const device = await openDevice('webgpu');
  await check(device, 'wgsl', fixture('plain', { layers: 2 }));
  device.close();
});

test.run();
