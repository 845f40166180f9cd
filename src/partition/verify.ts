/** A match is right when its interface, run on the functional model, gives what the oracle gives. */
import { evaluate, type IndexExpr } from '../ir/index-expr.ts';
import { randomInputs } from '../ir/random-input.ts';
import { roundTo } from '../ir/round.ts';
import { compare, type Comparison } from '../ir/tolerance.ts';
import { interpret } from '../ir/tst-interpret.ts';
import type { Kernel, Tensor } from '../ir/tst.ts';
import { readsOf } from '../ir/tst-walk.ts';
import type { Computation } from './computation.ts';
import { extentsFor } from './declare.ts';
import { FunctionalModel, type Usage } from './functional-model.ts';
import type { Interface } from './interface.ts';
import { functionName, interfaceText } from './interface-js.ts';
import { jsSupport } from './js-expr.ts';

export interface Verified { readonly comparison: Comparison; readonly usage: Usage; readonly text: string }

/** The statement alone, as a kernel: what it reads are inputs, its result the output. */
export function isolate(kernel: Kernel, c: Computation): Kernel {
  const read = new Set(readsOf(c.statement.value).map((r) => r.tensor));
  const role = (t: Tensor): Tensor['role'] | undefined => (t.name === c.statement.target ? 'output' : read.has(t.name) ? 'input' : undefined);
  const tensors = kernel.tensors.flatMap((t) => { const r = role(t); return r === undefined ? [] : [{ ...t, role: r }]; });
  return { ...kernel, tensors, statements: [c.statement], formats: [] };
}

type Program = (device: FunctionalModel, inputs: Readonly<Record<string, ArrayLike<number>>>, output: Float64Array, support: typeof jsSupport) => void;

/** `kernel` in normal form. Runs the generated text on random inputs. */
export const verify = (f: Interface, kernel: Kernel, seed = 1): Verified => verifyText(f, kernel, interfaceText(f, kernel), seed);

export function verifyText(f: Interface, kernel: Kernel, text: string, seed: number): Verified {
  const alone = isolate(kernel, f.computation);
  const inputs = randomInputs(alone, f.sizes, seed);
  const expected = interpret(alone, f.sizes, inputs).get(f.computation.statement.target)!;
  const device = new FunctionalModel(f.intrinsic.computation, extentsFor(f.intrinsic, f.design));
  const output = new Float64Array(expected.values.length);
  const program = new Function(`"use strict"; ${text.replace('export function', 'function')}\nreturn ${functionName(f)};`)() as Program;
  program(device, Object.fromEntries(inputs), output, jsSupport);
  const stored = output.map((x) => roundTo(expected.dtype, x));
  return { comparison: compare(stored, expected), usage: device.usage, text };
}

/** Sizes small enough for a functional model and odd enough that tiles have edges: the example's, each at most `most`. */
export function smallSizes(kernel: Kernel, most = 11): Record<string, number> {
  const sizes: Record<string, number> = {};
  kernel.sizes.forEach((s, i) => { const n = kernel.example[s.name] ?? s.pinned?.[0] ?? 5; sizes[s.name] = s.pinned !== undefined && s.pinned.length > 0 ? n : Math.min(n, most - (i % 5)); });
  return sizes;
}
export const extentOf = (e: IndexExpr, sizes: Readonly<Record<string, number>>): number => evaluate(e, (_, id) => sizes[id] ?? 0);
