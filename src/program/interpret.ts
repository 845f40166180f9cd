/**
 * The oracle for programs: the interpreter of kernels, call by call. Values are exact as far as kernels round nothing; beside each runs a bound of the
 * error that a target may have, which calls pass on, so that it covers a whole run.
 */
import { CompilerBug } from '../diagnostics/bug.ts';
import { roundTo } from '../ir/round.ts';
import { evaluate, type IndexExpr } from '../ir/index-expr.ts';
import { volume, type Values } from '../ir/tst-memory.ts';
import { interpret, type OracleTensor } from '../ir/tst-interpret.ts';
import type { Kernel } from '../ir/tst.ts';
import type { Argument, HostCall, HostFn, Passed, ProgramTensor, ProgramTree, Slice, Step } from './program.ts';

type Sizes = Readonly<Record<string, number>>;
interface Memory { readonly shape: readonly number[]; readonly values: Float64Array; readonly error: Float64Array }

/** What a function of the host gives for one result, row by row. `error` left out: how it passes errors on is not known. */
export interface HostResult { readonly values: Values; readonly error?: Values }
/** From tensors by name to tensors by name. */
export type HostOracle = (fn: string, inputs: ReadonlyMap<string, Memory>, sizes: Sizes) => ReadonlyMap<string, HostResult>;

/** Told of what each call gives, in the order of a run; what it returns is taken in the place of the values, as exact. */
export type Observer = (call: { readonly index: number; readonly callee: string }, name: string, result: OracleTensor) => Values | undefined;

/** Results and fields of states that the program may change, by name (`cache.K`), after the run. @param inputs inputs and fields of states, by name */
export function interpretProgram(program: ProgramTree, kernels: readonly Kernel[], hosts: readonly HostFn[], sizes: Sizes, inputs: ReadonlyMap<string, Values>, host?: HostOracle, observe?: Observer): Map<string, OracleTensor> {
  const machine = new Machine(program, kernels, hosts, inputs, host, observe);
  machine.run(program.steps, sizes);
  return new Map(program.tensors.filter(({ role }) => role.kind === 'output' || (role.kind === 'state' && role.inout)).map((t) => {
    const { shape, values, error } = machine.memoryOf(t.name, sizes);
    return [t.name, { dtype: t.dtype, shape, values, error, indices: undefined }];
  }));
}

class Machine {
  private readonly memory = new Map<string, Memory>();
  private readonly tensors: ReadonlyMap<string, ProgramTensor>;
  private readonly kernels: readonly Kernel[];
  private readonly hosts: readonly HostFn[];
  private readonly inputs: ReadonlyMap<string, Values>;
  private readonly host: HostOracle | undefined;
  private readonly observe: Observer | undefined;
  private calls = 0;

  constructor(program: ProgramTree, kernels: readonly Kernel[], hosts: readonly HostFn[], inputs: ReadonlyMap<string, Values>, host: HostOracle | undefined, observe: Observer | undefined) {
    this.observe = observe;
    this.tensors = new Map(program.tensors.map((t) => [t.name, t]));
    this.kernels = kernels; this.hosts = hosts; this.inputs = inputs; this.host = host;
  }

  run(steps: readonly Step[], sizes: Sizes): void {
    for (const s of steps) {
      switch (s.kind) {
        case 'for': {
          const to = number(s.to, sizes);
          for (let i = number(s.from, sizes); i < to; i++) this.run(s.body, { ...sizes, [s.variable]: i });
          break;
        }
        case 'host': this.callHost(s, sizes); this.calls++; break;
        case 'call': {
          const kernel = this.kernels.find((k) => k.name === s.kernel);
          if (kernel === undefined) throw new CompilerBug(`there is no kernel ${s.kernel}`);
          const own = evaluated(s.sizes, sizes);
          const read = s.args.filter((a) => a.access !== 'write').map((a) => [a.name, this.read(a.argument, sizes)] as const);
          const results = interpret(kernel, own, new Map(read.map(([name, m]) => [name, m.values])), { errors: new Map(read.map(([name, m]) => [name, m.error])) });
          for (const a of s.args) if (a.access !== 'read') this.write(a, this.observed(s.kernel, a.name, results.get(a.name)), sizes);
          this.calls++;
        }
      }
    }
  }

  private observed(callee: string, name: string, result: OracleTensor | undefined): { readonly values: Values; readonly error: Values } | undefined {
    const seen = result && this.observe?.({ index: this.calls, callee }, name, result);
    return seen === undefined ? result : { values: seen, error: new Float64Array(seen.length) };
  }

  /** The memory of a tensor; a new one for what is written first. Shapes may depend on loops, so a temporary whose shape has changed is new as well. */
  memoryOf(name: string, sizes: Sizes): Memory {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw new CompilerBug(`there is no tensor ${name}`);
    const shape = tensor.shape.map((e) => number(e, sizes));
    const known = this.memory.get(name);
    if (known !== undefined && known.shape.every((n, i) => n === shape[i])) return known;
    const values = this.inputs.get(name);
    const count = volume(shape);
    if (values !== undefined && values.length !== count) throw new CompilerBug(`${name} has ${values.length} values for the shape ${shape.join(' x ')}`);
    const made = { shape, values: values === undefined ? new Float64Array(count) : Float64Array.from(values), error: new Float64Array(count) };
    this.memory.set(name, made);
    return made;
  }

  private part({ tensor, at }: Slice, sizes: Sizes): Memory {
    const { shape, values, error } = this.memoryOf(tensor, sizes);
    const row = at.reduce((n, e, dim) => n * shape[dim]! + number(e, sizes), 0);
    const rest = shape.slice(at.length), count = volume(rest);
    return { shape: rest, values: values.subarray(row * count, (row + 1) * count), error: error.subarray(row * count, (row + 1) * count) };
  }

  private read(argument: Argument, sizes: Sizes): Memory {
    switch (argument.kind) {
      case 'slice': {
        // What a call writes in place must not change under it.
        const { shape, values, error } = this.part(argument.slice, sizes);
        return { shape, values: values.slice(), error: error.slice() };
      }
      case 'number': return { shape: [], values: Float64Array.of(roundTo(argument.dtype, argument.value)), error: new Float64Array(1) };
      case 'index': return { shape: [], values: Float64Array.of(number(argument.value, sizes)), error: new Float64Array(1) };
    }
  }

  private write({ name, argument }: Passed, result: { readonly values: Values; readonly error: Values } | undefined, sizes: Sizes): void {
    if (argument.kind !== 'slice' || result === undefined) throw new CompilerBug(`nothing is written to ${name}`);
    const { values, error } = this.part(argument.slice, sizes);
    values.set(result.values);
    error.set(result.error);
  }

  private callHost(s: HostCall, sizes: Sizes): void {
    const fn = this.hosts.find((h) => h.name === s.fn);
    if (fn === undefined || this.host === undefined) throw new CompilerBug(`there is no host function ${s.fn}`);
    const inputs = new Map(s.args.filter((a) => a.access === 'read').map((a) => [a.name, this.read(a.argument, sizes)]));
    const results = this.host(s.fn, inputs, evaluated(s.sizes, sizes));
    // Where nothing says how a function of the host passes errors on, its results are exact where its inputs are, else anything.
    const isExact = [...inputs.values()].every((m) => m.error.every((e) => e === 0));
    for (const a of s.args) {
      const result = results.get(a.name), tensor = fn.outputs.find((t) => t.name === a.name);
      if (a.access === 'read' || result === undefined || tensor === undefined) continue;
      const { values, error = new Float64Array(values.length).fill(isExact ? 0 : Infinity) } = result;
      const made = { dtype: tensor.dtype, shape: [values.length], values: Float64Array.from(values), error: Float64Array.from(error), indices: undefined };
      this.write(a, this.observed(s.fn, a.name, made), sizes);
    }
  }
}

function number(e: IndexExpr, sizes: Sizes): number {
  return evaluate(e, (kind, id) => {
    const n = sizes[id];
    if (kind !== 'size' || n === undefined) throw new CompilerBug(`${kind} ${id} has no value`);
    return n;
  });
}

const evaluated = (all: Readonly<Record<string, IndexExpr>>, sizes: Sizes): Record<string, number> => Object.fromEntries(Object.entries(all).map(([name, e]) => [name, number(e, sizes)]));
