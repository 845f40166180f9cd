/** Tests that stand beside the code: on the interpreter of the checked program, and on devices. */
import type { Expectation, TestTree } from '../check/tests.ts';
import type { CompileResult } from '../driver-types.ts';
import { prepareKernel, wholeWords } from '../host/engine.ts';
import { elementsOf } from '../host/engine-spec.ts';
import { kernelSpec, tensorSpec } from '../host/spec.ts';
import { evaluate } from '../ir/index-expr.ts';
import { randomInputs } from '../ir/random-input.ts';
import { interpret } from '../ir/tst-interpret.ts';
import { unravel } from '../ir/tst-memory.ts';
import { type Kernel, noOffence } from '../ir/tst.ts';
import type { Device, DeviceBuffer } from '../runtime/device.ts';
import { decode, encode } from './tensor-data.ts';

export type Numbers = ReadonlyMap<string, ArrayLike<number>>;

/** A point at which an `expect` does not hold; both sides of an equality. */
export interface Failure { readonly expectation: Expectation; readonly at: Readonly<Record<string, number>>; readonly sides: readonly [number, number] | undefined; readonly count: number }

/**
 * What the test gives, and random numbers for the rest.
 * @throws RangeError where an integer leaves its range
 */
export function testInputs(test: TestTree, kernel: Kernel): Numbers {
  const inputs = new Map<string, ArrayLike<number>>(randomInputs(kernel, test.sizes, 1));
  if (test.given !== undefined) for (const [name, { values }] of interpret(test.given, test.sizes, new Map())) inputs.set(name, values);
  for (const { name, limit } of kernel.tensors) {
    const values = inputs.get(name);
    if (limit === undefined || values === undefined) continue;
    const most = evaluate(limit, (_, size) => test.sizes[size] ?? 0);
    const at = Array.from(values).findIndex((v) => v < 0 || v >= most);
    if (at >= 0) throw new RangeError(`element ${at} of ${name} is ${values[at] ?? 0}, but must be from 0 to ${most - 1}`);
  }
  return inputs;
}

/**
 * Inputs as they are afterwards, and results, by the interpreter.
 * @throws RangeError where the kernel's own checks find something
 */
export function onInterpreter(test: TestTree, kernel: Kernel, inputs: Numbers): Numbers {
  const found = interpret(kernel, test.sizes, inputs);
  for (const c of kernel.checks ?? []) {
    const point = found.get(c.tensor)?.values[0] ?? noOffence;
    if (point < noOffence) throw new RangeError(c.kind === 'duplicate' ? `an element of ${c.target} is written that an earlier point writes too` : `an element that ${c.target} does not have is ${c.kind === 'read' ? 'read' : 'written'}`);
  }
  return new Map([...inputs, ...[...found].map(([name, { values }]) => [name, values] as const)]);
}

/** @throws RangeError where no variant fits, or the kernel's own checks find something */
export async function onDevice(test: TestTree, result: CompileResult, target: string, device: Device, inputs: Numbers): Promise<Numbers> {
  const manifest = result.manifest.kernels.find((k) => k.name === test.subject);
  if (manifest === undefined) throw new RangeError(`the compiler emitted no ${test.subject}`);
  const { sizes } = test;
  const texts = new Map(result.files.map(({ path, text }) => [path, text]));
  const prepared = await prepareKernel<string, typeof sizes>(kernelSpec({ ...manifest, targets: { [target]: manifest.targets[target] ?? [] } }), device, sizes, { load: async (path) => texts.get(path) ?? '' });
  const buffers: Record<string, DeviceBuffer> = {};
  try {
    for (const t of [...manifest.inputs, ...manifest.outputs]) buffers[t.name] ??= device.alloc(prepared.bytes[t.name] ?? 0, t.place);
    for (const t of manifest.inputs) {
      const buffer = buffers[t.name];
      if (buffer !== undefined) device.upload(buffer, wholeWords(encode(t.dtype, inputs.get(t.name) ?? [])));
    }
    prepared.launch(buffers);
    await prepared.verify();
    const found = new Map(inputs);
    for (const t of manifest.outputs) {
      const buffer = buffers[t.name];
      if (buffer !== undefined) found.set(t.name, decode(t.dtype, await device.download(buffer), elementsOf(tensorSpec(t), sizes)));
    }
    return found;
  } finally {
    prepared.destroy();
    for (const buffer of Object.values(buffers)) buffer.destroy();
  }
}

/** The first point at which each `expect` fails; nothing where it holds everywhere. */
export function judge(test: TestTree, values: Numbers): Failure[] {
  const found = interpret(test.expected, test.sizes, values);
  return test.expectations.flatMap((expectation) => {
    const condition = found.get(expectation.condition);
    if (condition === undefined) return [];
    const [left, right] = (expectation.sides ?? []).map((name) => found.get(name)?.values);
    const holds = (i: number): boolean => {
      const a = left?.[i], b = right?.[i];
      if (a === undefined || b === undefined) return condition.values[i] === 1;
      return a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= expectation.within * Math.max(1, Math.abs(b));
    };
    const wrong = Array.from(condition.values.keys()).filter((i) => !holds(i));
    const first = wrong[0];
    if (first === undefined) return [];
    const point = unravel(first, condition.shape);
    const at = Object.fromEntries(expectation.axes.map((a, d) => [a.name, point[d] ?? 0]));
    const sides: Failure['sides'] = left === undefined || right === undefined ? undefined : [left[first] ?? NaN, right[first] ?? NaN];
    return [{ expectation, at, sides, count: wrong.length }];
  });
}
