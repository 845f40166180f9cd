/** The invariants listed at the top of `program.ts`. */
import type { Kernel } from '../ir/tst.ts';
import { type IndexExpr, sizesOf, valuesOf, variablesOf } from '../ir/index-expr.ts';
import { printSlice } from './print.ts';
import type { Call, HostCall, HostFn, ProgramTensor, ProgramTree, Slice, Step } from './program.ts';

export interface Violation { readonly rule: number; readonly message: string }

/** What is wrong with a program; a list with anything in it is a bug of the compiler. */
export function validateProgram(program: ProgramTree, kernels: readonly Kernel[], hosts: readonly HostFn[]): Violation[] {
  const found: Violation[] = [];
  const report = (rule: number, message: string): void => void found.push({ rule, message });
  const tensors = new Map<string, ProgramTensor>();
  const names = new Set(program.sizes.map((s) => s.name));
  for (const t of program.tensors) {
    if (tensors.has(t.name) || names.has(t.name)) report(1, `${t.name} is declared twice`);
    tensors.set(t.name, t);
  }
  const known = (e: IndexExpr, scope: ReadonlySet<string>, where: string): void => {
    for (const id of sizesOf(e)) if (!scope.has(id)) report(1, `${where} mentions ${id}`);
    if (variablesOf(e).size + valuesOf(e).size > 0) report(1, `${where} mentions something else than sizes`);
  };
  const written = new Set(program.tensors.filter((t) => t.role.kind === 'input' || t.role.kind === 'state').map((t) => t.name));
  const rankOf = (step: Call | HostCall, name: string): number | undefined => {
    if (step.kind === 'call') return kernels.find((k) => k.name === step.kernel)?.tensors.find((t) => t.name === name && t.role !== 'temporary')?.shape.length;
    const fn = hosts.find((h) => h.name === step.fn);
    return fn && [...fn.inputs, ...fn.outputs].find((t) => t.name === name)?.shape.length;
  };
  const checkCall = (s: Call | HostCall, scope: ReadonlySet<string>): void => {
    const what = s.kind === 'call' ? s.kernel : s.fn;
    const kernel = s.kind === 'call' ? kernels.find((k) => k.name === s.kernel) : hosts.find((h) => h.name === s.fn);
    if (kernel === undefined) return report(1, `there is no ${what}`);
    const own = 'tensors' in kernel ? kernel.tensors.filter((t) => t.role !== 'temporary' && kernel.checks?.some((c) => c.tensor === t.name) !== true) : [...kernel.inputs, ...kernel.outputs];
    if (own.length !== s.args.length || own.some((t) => s.args.filter((a) => a.name === t.name).length !== 1)) report(2, `${what} takes ${own.map((t) => t.name).join(', ')}, given are ${s.args.map((a) => a.name).join(', ')}`);
    for (const size of kernel.sizes) {
      const value = s.sizes[size.name];
      if (value === undefined) report(2, `${what} gets no ${size.name}`);
      else known(value, scope, `size ${size.name} of ${what}`);
    }
    const reads: Slice[] = [];
    const writes: Slice[] = [];
    for (const { name, access, argument } of s.args) {
      if (argument.kind === 'index') known(argument.value, scope, `${name} of ${what}`);
      if (argument.kind !== 'slice') {
        if (access !== 'read') report(4, `${what} writes ${name}, which is a number`);
        continue;
      }
      const { slice } = argument;
      const tensor = tensors.get(slice.tensor);
      if (tensor === undefined) { report(1, `${what} uses ${slice.tensor}`); continue; }
      for (const e of slice.at) known(e, scope, printSlice(slice));
      if (tensor.shape.length - slice.at.length !== rankOf(s, name)) report(3, `${printSlice(slice)} is no ${name} of ${what}`);
      if (access !== 'write') reads.push(slice);
      if (access !== 'read') writes.push(slice);
      const { role } = tensor;
      if (access !== 'read' && (role.kind === 'input' || (role.kind === 'state' && !role.inout))) report(4, `${what} writes ${slice.tensor}`);
      if (access !== 'write' && !written.has(slice.tensor)) report(5, `${what} reads ${slice.tensor} before it is written`);
    }
    for (const w of writes) {
      const others = s.args.filter((a) => a.argument.kind === 'slice' && a.argument.slice !== w && a.argument.slice.tensor === w.tensor);
      const isNewVersion = w.at.length === 0 && tensors.get(w.tensor)?.role.kind === 'temporary' && writes.filter((x) => x.tensor === w.tensor).length === 1;
      if (others.length > 0 && !isNewVersion) report(4, `${what} writes ${w.tensor}, which it also reads`);
      written.add(w.tensor);
    }
  };
  const walk = (steps: readonly Step[], scope: ReadonlySet<string>): void => {
    for (const s of steps) {
      if (s.kind !== 'for') { checkCall(s, scope); continue; }
      if (names.has(s.variable) || tensors.has(s.variable)) report(1, `${s.variable} is declared twice`);
      names.add(s.variable);
      known(s.from, scope, `the range of ${s.variable}`);
      known(s.to, scope, `the range of ${s.variable}`);
      walk(s.body, new Set([...scope, s.variable]));
    }
  };
  walk(program.steps, new Set(program.sizes.map((s) => s.name)));
  for (const t of program.tensors) if (t.role.kind === 'output' && !written.has(t.name)) report(5, `${t.name} is never written`);
  return found;
}
