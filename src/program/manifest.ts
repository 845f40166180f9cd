/** Programs, states and host functions as the manifest has them: plain JSON, with the launch graph and the lifetime of every buffer. */
import type { SourceFile } from '../diagnostics/span.ts';
import { sizeExpr } from '../emit/launch.ts';
import { type IndexExpr, isConst } from '../ir/index-expr.ts';
import type { DType } from '../ir/dtype.ts';
import type { ManifestHost, ManifestKernel, ManifestPassed, ManifestProgram, ManifestState, ManifestStep, ManifestTensor } from '../manifest.ts';
import type { SizeExpr } from '../runtime/abi.ts';
import type { Argument, HostFn, ProgramTree, StateTree, Step } from './program.ts';
import { stepsOf } from './program.ts';

interface Shaped { readonly name: string; readonly dtype: DType; readonly shape: readonly IndexExpr[]; readonly limit: IndexExpr | undefined; readonly place?: 'host' }

const tensorOf = (t: Shaped): ManifestTensor => ({ name: t.name, dtype: t.dtype, shape: t.shape.map(sizeExpr), ...(t.limit === undefined ? {} : { limit: sizeExpr(t.limit) }), ...(t.place === undefined ? {} : { place: t.place }) });

export function manifestState(state: StateTree, programs: readonly ProgramTree[], lines: SourceFile): ManifestState {
  const depth = (field: string): number => common(programs.flatMap((p) => p.states.filter((s) => s.state === state.name).flatMap((s) => depths(p, `${s.parameter}.${field}`))));
  return { name: state.name, doc: state.doc, line: lines.of(state.span).position(state.span.start).line, sizes: state.sizes, fields: state.fields.map((f) => ({ ...tensorOf(f), sliced: depth(f.name) })) };
}

export function manifestHost(fn: HostFn, lines: SourceFile): ManifestHost {
  return { name: fn.name, doc: fn.doc, line: lines.of(fn.span).position(fn.span.start).line, sizes: fn.sizes.map((s) => s.name), inputs: fn.inputs.map(tensorOf), outputs: fn.outputs.map(tensorOf) };
}

export function manifestProgram(program: ProgramTree, states: readonly ManifestState[], kernels: readonly ManifestKernel[], lines: SourceFile): ManifestProgram {
  const regions = new Map(kernels.flatMap((k) => k.outputs.flatMap((t) => (t.region === undefined ? [] : [[`${k.name} ${t.name}`, t.region] as const]))));
  const numbers = new Map([...stepsOf(program.steps)].map((s, i) => [s, i]));
  const steps = program.steps.map((s, i) => stepOf(s, numbers, program.steps.slice(0, i), regions));
  const spans = lifetimes(program, numbers);
  return {
    name: program.name, doc: program.doc, line: lines.of(program.span).position(program.span.start).line,
    sizes: program.sizes.map((s) => ({ name: s.name, ...(s.pinned === undefined ? {} : { pinned: s.pinned }), parameter: s.parameter })),
    states: program.states,
    tensors: program.tensors.map((t) => {
      const { role } = t;
      const stateName = role.kind === 'state' ? program.states.find((s) => s.parameter === role.parameter)?.state : undefined;
      const field = role.kind === 'state' ? t.name.slice(role.parameter.length + 1) : '';
      const sliced = role.kind === 'state' ? states.find((s) => s.name === stateName)?.fields.find((f) => f.name === field)?.sliced ?? 0 : role.kind === 'input' ? common(depths(program, t.name)) : 0;
      return { ...tensorOf(t), role: role.kind, ...(role.kind === 'state' ? { state: { parameter: role.parameter, field, inout: role.inout } } : {}), sliced, lifetime: spans.get(t.name) ?? [0, 0] };
    }),
    steps, facts: program.facts.map((f) => ({ expr: sizeExpr(f.expr), relation: f.relation, text: f.text })), example: program.example,
  };
}

/** How many leading positions each use of a tensor fixes. */
function depths(program: ProgramTree, tensor: string): number[] {
  return [...stepsOf(program.steps)].flatMap((s) => (s.kind === 'for' ? [] : s.args.flatMap(({ argument }) => (argument.kind === 'slice' && argument.slice.tensor === tensor ? [argument.slice.at.length] : []))));
}

/** The depth that all uses share; 0 where they differ. */
const common = (all: readonly number[]): number => { const [first = 0] = all; return all.every((n) => n === first) ? first : 0; };

function passedOf(name: string, access: 'read' | 'write' | 'readwrite', a: Argument): ManifestPassed {
  switch (a.kind) {
    case 'slice': return { name, access, kind: 'slice', tensor: a.slice.tensor, at: a.slice.at.map(sizeExpr) };
    case 'number': return { name, access, kind: 'scalar', value: a.value, dtype: a.dtype };
    case 'index': return { name, access, kind: 'scalar', value: sizeExpr(a.value), dtype: a.dtype };
  }
}

function stepOf(s: Step, numbers: ReadonlyMap<Step, number>, before: readonly Step[], regions: Regions): ManifestStep {
  const number = numbers.get(s) ?? 0;
  const after = before.filter((b) => conflicts(usesOf(b, regions), usesOf(s, regions))).map((b) => numbers.get(b) ?? 0);
  const inOrder = (steps: readonly Step[]): ManifestStep[] => steps.map((x, i) => stepOf(x, numbers, steps.slice(0, i), regions));
  if (s.kind === 'for') return { kind: 'for', number, variable: s.variable, from: sizeExpr(s.from), to: sizeExpr(s.to), body: inOrder(s.body), after };
  const sizes: Record<string, SizeExpr> = Object.fromEntries(Object.entries(s.sizes).map(([name, e]) => [name, sizeExpr(e)]));
  return { kind: s.kind, number, callee: s.kind === 'call' ? s.kernel : s.fn, sizes, args: s.args.map((a) => passedOf(a.name, a.access, a.argument)), after };
}

/** By kernel and tensor: the part that the kernel touches. */
type Regions = ReadonlyMap<string, readonly number[]>;

/** A tensor and the leading positions that are touched; those that the program does not fix to a number are undefined. */
interface Use { readonly tensor: string; readonly writes: boolean; readonly at: readonly (number | undefined)[] }

function usesOf(s: Step, regions: Regions): Use[] {
  return [...stepsOf([s])].flatMap((x) => (x.kind === 'for' ? [] : x.args.flatMap(({ name, access, argument }): Use[] => (argument.kind !== 'slice' ? [] : [{
    tensor: argument.slice.tensor, writes: access !== 'read', at: [...argument.slice.at.map(isConst), ...(x.kind === 'call' ? regions.get(`${x.kernel} ${name}`) ?? [] : [])],
  }]))));
}

const meet = (a: Use, b: Use): boolean => a.tensor === b.tensor && (a.writes || b.writes) && !a.at.some((n, i) => n !== undefined && b.at[i] !== undefined && n !== b.at[i]);
const conflicts = (a: readonly Use[], b: readonly Use[]): boolean => a.some((x) => b.some((y) => meet(x, y)));

/** First and last step that uses each tensor; one made outside of a loop lives as long as a loop that uses it. */
function lifetimes(program: ProgramTree, numbers: ReadonlyMap<Step, number>): Map<string, readonly [number, number]> {
  const found = new Map<string, readonly [number, number]>();
  const widen = (tensor: string, first: number, last: number): void => {
    const old = found.get(tensor);
    found.set(tensor, old === undefined ? [first, last] : [Math.min(old[0], first), Math.max(old[1], last)]);
  };
  const walk = (steps: readonly Step[], outside: ReadonlySet<string>, loop: readonly [number, number] | undefined): void => {
    for (const s of steps) {
      const number = numbers.get(s) ?? 0;
      if (s.kind === 'for') {
        const inner = [...stepsOf(s.body)].map((x) => numbers.get(x) ?? 0);
        walk(s.body, new Set([...outside, ...found.keys()]), loop ?? [number, Math.max(number, ...inner)]);
        continue;
      }
      for (const { argument } of s.args) {
        if (argument.kind !== 'slice') continue;
        const { tensor } = argument.slice;
        if (loop !== undefined && outside.has(tensor)) widen(tensor, loop[0], loop[1]);
        else widen(tensor, number, number);
      }
    }
  };
  walk(program.steps, new Set(program.tensors.filter((t) => t.role.kind !== 'temporary').map((t) => t.name)), undefined);
  return found;
}
