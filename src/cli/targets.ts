/** `tdsl targets`: what there is on this machine, and what is missing for the rest. */
import type { Device, DeviceKind } from '../runtime/device.ts';
import { DeviceError, messageOf } from '../runtime/errors.ts';
import { openDevice } from '../runtime/index.ts';
import type { Context } from './context.ts';
import { done, type Outcome } from './outcome.ts';

interface Row {
  readonly target: string;
  readonly available: boolean;
  readonly device: string;
  readonly details: string;
  readonly features: readonly string[];
  /** What is missing, and what to do about it. */
  readonly missing: string;
  readonly hint: string;
}

export async function targetsCommand(context: Context): Promise<Outcome> {
  const rows = [
    await onDevice('cpu', 'cpu', () => 'JavaScript over typed arrays; needs nothing'),
    await onDevice('wgsl', 'webgpu', (device) => describeWebGpu(device)),
    await onDevice('cuda:sm_80', 'cuda', (device) => `${device.info().architecture}, ${device.info().driver}`),
    await shim(),
  ];
  for (const row of rows) {
    const name = row.target.padEnd(26);
    if (row.available) context.result(`${name} yes  ${row.device}${row.details === '' ? '' : ` (${row.details})`}\n`);
    else context.result(`${name} no   ${row.missing}\n${' '.repeat(32)}${row.hint}\n`);
  }
  return done({ targets: rows });
}

async function onDevice(target: string, kind: DeviceKind, details: (device: Device) => string): Promise<Row> {
  try {
    const device = await openDevice(kind);
    const row = { target, available: true, device: device.name, details: details(device), features: device.info().features, missing: '', hint: '' };
    device.close();
    return row;
  } catch (cause) {
    return absentRow(target, cause);
  }
}

function absentRow(target: string, cause: unknown): Row {
  const hint = cause instanceof DeviceError ? cause.hint : '';
  return { target, available: false, device: '', details: '', features: [], missing: messageOf(cause), hint };
}

function describeWebGpu(device: Device): string {
  const { features, limits, driver } = device.info();
  const f16 = features.includes('shader-f16') ? 'f16' : 'no f16';
  const subgroups = features.includes('subgroups') ? `subgroups of ${[...new Set(limits.subgroup)].join(' to ')}` : 'no subgroups';
  return [driver, f16, subgroups].filter((part) => part !== '').join(', ');
}

async function shim(): Promise<Row> {
  const target = 'cuda:sm_80 --device shim';
  const { shimAvailable } = await import('../runtime/shim.ts');
  if (await shimAvailable()) return { target, available: true, device: 'processor', details: 'CUDA text compiled by g++, for tests', features: [], missing: '', hint: '' };
  return { target, available: false, device: '', details: '', features: [], missing: 'g++ was not found', hint: 'install g++ (Debian: apt-get install g++)' };
}
