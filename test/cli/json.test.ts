/** What `--json` prints, field by field. Scripts rely on it: a field may be added; where one goes or changes its type, `schema` must count up. */
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { example, scale, scratch, tdsl, write } from './support.ts';

/** A type by an example: 'number|null', lists by their one element, objects by their fields, which all must be there. */
type Shape = string | readonly [Shape] | { readonly [field: string]: Shape };

function mismatch(value: unknown, shape: Shape, at: string): string | undefined {
  if (typeof shape === 'string') {
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    return shape.split('|').includes(type) ? undefined : `${at} is ${type}, not ${shape}`;
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) return `${at} is no list`;
    return value.map((x, i) => mismatch(x, shape[0], `${at}[${i}]`)).find((x) => x !== undefined);
  }
  if (typeof value !== 'object' || value === null) return `${at} is no object`;
  const fields = new Map(Object.entries(value));
  return Object.entries(shape).map(([name, inner]) => (fields.has(name) ? mismatch(fields.get(name), inner, `${at}.${name}`) : `${at}.${name} is missing`)).find((x) => x !== undefined);
}
const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

const place = { file: 'string|null', line: 'number|null', column: 'number|null', endLine: 'number|null', endColumn: 'number|null' };
const common = {
  schema: 'number', command: 'string', ok: 'boolean', exitCode: 'number',
  diagnostics: [{ code: 'string', severity: 'string', message: 'string', ...place, notes: [{ message: 'string', ...place }], edits: [{ text: 'string', ...place }] }],
} as const;
const folder = scratch();
const path = write(folder, 'scale.tdsl', scale);

async function prints(args: readonly string[], fields: Readonly<Record<string, Shape>>, stdin = ''): Promise<void> {
  const { code, out, err } = await tdsl([...args, '--json'], { stdin });
  assert.is(err, '');
  const object: Record<string, unknown> = JSON.parse(out);
  assert.equal([object['schema'], object['command'], object['exitCode'], object['ok']], [1, args[0], code, code === 0]);
  assert.is(mismatch(object, { ...common, ...fields }, args[0] ?? ''), undefined);
  assert.equal(Object.keys(object).slice(0, 5), ['schema', 'command', 'ok', 'exitCode', 'diagnostics']);
}

const check = { ok: 'boolean', maxAbs: 'number|null', maxRel: 'number|null', bound: 'number|null', worst: 'number|null', mismatches: 'number', checked: 'number', total: 'number', unknown: 'number' };
const time = { medianUs: 'number', p10Us: 'number', p90Us: 'number', repeats: 'number', gbps: 'number', tflops: 'number', roofline: 'number|null' };

const cases: readonly (readonly [readonly string[], Readonly<Record<string, Shape>>, string?])[] = [
  [['compile', path, '-o', join(folder, 'out')], { files: [{ path: 'string', bytes: 'number', changed: 'boolean' }] }],
  [['compile', path, '-o', join(folder, 'none'), '--frozen'], { files: [{ path: 'string', bytes: 'number', changed: 'boolean' }] }],
  [['run', path, '--check', '--time'], { results: [{ kernel: 'string', target: 'string', device: 'string', sizes: { N: 'number' }, seed: 'number', file: 'string', outputs: [{ name: 'string', dtype: 'string', shape: ['number'], file: 'string|null' }], check, time }] }],
  [['check', '-'], { files: ['string'] }, 'kernel f(A: f32[M,K], B: f32[J,N]) -> C: f32[M,N] { C[m,n] = sum(k) A[m,k]*B[k,n] + Q[m] }'],
  [['check', '-'], { files: ['string'] }, 'kernel f(X: f32[N]) -> Y: f32[N] { Y[n] = X[n - 1] }'],
  [['fmt', path, '--check'], { files: [{ path: 'string', changed: 'boolean' }] }],
  [['inspect', path], {
    kernels: [{
      name: 'string', target: 'string', file: 'string', when: { equals: {}, multiples: {}, atMost: {} }, features: ['string'], launches: 'number', intrinsic: ['string'], exact: 'boolean', schedule: 'string',
      scratchBytes: 'number|null', buffers: [{ name: 'string', place: 'string', dtype: 'string', elements: 'string', bytes: 'number|null' }], fused: ['string'], streamed: ['string'], rejected: [{ candidate: 'string', reason: 'string' }],
    }],
  }],
  [['inspect', path, '--emit', 'tst,tile,plan,source,manifest', '--target', 'cpu'], {
    tst: [{ name: 'string', text: 'string' }], tile: [{ kernel: 'string', target: 'string', file: 'string', launch: 'number', text: 'string' }],
    plan: [{ kernel: 'string', target: 'string', file: 'string', launch: 'number', text: 'string' }], files: [{ path: 'string', text: 'string' }], manifest: { schema: 'number', kernels: [{ name: 'string' }] },
  }],
  [['inspect', path, '--print-after', 'fuse', '--time-passes', '--target', 'cpu'], { passes: [{ pass: 'string', kernel: 'string', target: 'string', text: 'string', milliseconds: 'number' }], times: [{ pass: 'string', runs: 'number', milliseconds: 'number' }] }],
  [['inspect', path, '--html', '--target', 'cpu'], { html: 'string' }],
  [['partition', example('matmul'), '--kernel', 'matmul', '--intrinsic', 'mma_m16n8k16_f16'], {
    matches: [{ intrinsic: 'string', counts: { fixed: 'number', swapped: 'number', distinct: 'number', manyToOne: 'number' }, accepted: [{ map: 'string' }], rejected: [{ candidate: 'string', step: 'number', reason: 'string' }], nearest: 'null|object' }],
  }],
  [['explain', 'TDSL0101'], { codes: [{ code: 'string', severity: 'string', text: 'string' }] }],
  [['targets'], { targets: [{ target: 'string', available: 'boolean', device: 'string', details: 'string', features: ['string'], missing: 'string', hint: 'string' }] }],
  [['init', join(folder, 'new')], { files: ['string'] }],
  [['run', join(folder, 'none.tdsl')], {}],
];
for (const [args, fields, stdin] of cases) test(args.map((arg) => arg.replace(folder, '…')).join(' '), () => prints(args, fields, stdin));

test.run();
