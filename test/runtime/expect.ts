import * as assert from 'uvu/assert';
import { DataError, DeviceError, type RuntimeCode } from '../../src/runtime/errors.ts';

/** Runs `action` and returns the runtime error it must end with. */
export async function failure(code: RuntimeCode, action: () => unknown): Promise<DeviceError | DataError> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof DeviceError || error instanceof DataError)) throw error;
    assert.is(error.code, code, error.message);
    assert.ok(error.hint.length > 0, 'an error says what to do');
    return error;
  }
  throw new Error(`expected ${code}`);
}
