/** Checks programs: names, sizes, which kernel runs on what. */
import type * as ast from '../../grammar/ast.ts';
import { KernelContext } from '../check/context.ts';
import type { Declarations } from '../check/declarations.ts';
import { extentOf } from '../check/extents.ts';
import { exampleOf } from '../check/kernel.ts';
import { readSignature } from '../check/signature.ts';
import { similarNames } from '../check/suggest.ts';
import { unreachable } from '../diagnostics/bug.ts';
import { Reporter } from '../diagnostics/report.ts';
import { num, size, sub } from '../ir/index-expr.ts';
import type { Kernel } from '../ir/tst.ts';
import { extentScope, fieldOf, fixed, type Scope, valueOf } from './check-args.ts';
import { resultFits, type Understood, understand } from './check-call.ts';
import { checkHostFn, checkState } from './check-states.ts';
import type { HostFn, Passed, ProgramRole, ProgramTensor, ProgramTree, StateTree, Step } from './program.ts';
import { type Binding, calleeOfHost, calleeOfKernel, type Callee, type Formal, formalOf, type Value } from './values.ts';

export interface CheckedPrograms { readonly programs: readonly ProgramTree[]; readonly states: readonly StateTree[]; readonly hosts: readonly HostFn[] }

/** @param kernels those without a mistake */
export function checkPrograms(declarations: Declarations, kernels: readonly Kernel[], reporter: Reporter): CheckedPrograms {
  const states = new Map<string, { readonly node: ast.State; readonly tree: StateTree | undefined }>();
  for (const node of declarations.stateDeclarations) states.set(node.name.name, { node, tree: checkState(node, declarations, reporter) });
  const callees = new Map<string, Callee | undefined>();
  const sound = new Map(kernels.map((k) => [k.name, k]));
  for (const node of declarations.programs.length === 0 ? [] : declarations.kernels) {
    const kernel = sound.get(node.name.name);
    callees.set(node.name.name, kernel && calleeOfKernel(node, kernel));
  }
  const hosts: HostFn[] = [];
  for (const node of declarations.externs) {
    const fn = checkHostFn(node, declarations, reporter);
    if (fn !== undefined) hosts.push(fn);
    callees.set(node.name.name, fn && calleeOfHost(node, fn));
  }
  const programs = declarations.programs.flatMap((node) => new ProgramChecker(node, declarations, states, callees, reporter).check() ?? []);
  return { programs, states: [...states.values()].flatMap(({ tree }) => tree ?? []), hosts };
}

class ProgramChecker {
  private readonly node: ast.Program;
  private readonly declarations: Declarations;
  private readonly states: ReadonlyMap<string, { readonly node: ast.State; readonly tree: StateTree | undefined }>;
  private readonly callees: ReadonlyMap<string, Callee | undefined>;
  private readonly outer: Reporter;
  private readonly reporter = new Reporter();
  private readonly context: KernelContext;
  private readonly tensors: ProgramTensor[] = [];
  private readonly written = new Set<string>();
  private readonly read = new Set<string>();
  private incomplete = false;

  constructor(node: ast.Program, declarations: Declarations, states: ProgramChecker['states'], callees: ProgramChecker['callees'], reporter: Reporter) {
    this.node = node; this.declarations = declarations; this.states = states; this.callees = callees; this.outer = reporter;
    this.context = new KernelContext(declarations, this.reporter);
  }

  check(): ProgramTree | undefined {
    const { node, context } = this;
    const params: { readonly param: ast.Param; readonly role: ProgramRole }[] = [];
    const stateParams: { parameter: string; state: string; inout: boolean }[] = [];
    for (const p of node.params) {
      const state = this.states.get(p.type.elem.name.name);
      const parameter = p.name.name;
      if (state === undefined) {
        if (p.inout) this.reporter.report('TDSL0170', { what: 'an `inout` tensor among the parameters of a program', instead: 'make it a field of a `state`, which outlives the run' }, p.span);
        params.push({ param: { ...p, inout: false }, role: { kind: 'input' } });
        continue;
      }
      if (state.tree === undefined) this.incomplete = true;
      stateParams.push({ parameter, state: state.node.name.name, inout: p.inout });
      for (const f of state.node.fields) {
        params.push({ param: { ...f, name: { ...f.name, name: `${parameter}.${f.name.name}` }, inout: false }, role: { kind: 'state', parameter, field: f.name.name, inout: p.inout } });
      }
    }
    const results = node.results.map((p) => ({ param: { ...p, inout: false }, role: { kind: 'output' } as const }));
    const signature = readSignature({ name: node.name, sizeParams: node.sizeParams, params: params.map((p) => p.param), results: results.map((p) => p.param), pins: node.pins }, context);
    const names = new Map<string, Binding>(signature.sizes.map((s) => [s.name, { kind: 'size', index: size(s.name) }]));
    const fields = new Map<string, Map<string, Value>>(stateParams.map((s) => [s.parameter, new Map()]));
    for (const { param, role } of [...params, ...results]) {
      const formal = formalOf(param, signature.tensors, signature.formats);
      const value = this.declare(formal, role, param.name);
      for (const t of value.parts) if (role.kind !== 'output') this.written.add(t.name);
      if (role.kind === 'state') fields.get(role.parameter)?.set(role.field, value);
      else names.set(param.name.name, formal.parts.length === 0 ? { kind: 'broken' } : { kind: 'value', value });
    }
    for (const s of stateParams) {
      context.reserve(s.parameter);
      names.set(s.parameter, this.states.get(s.state)?.tree === undefined ? { kind: 'broken' } : { kind: 'state', state: s.state, fields: fields.get(s.parameter) ?? new Map() });
    }
    const steps = this.body(node.body, { context, names, variables: new Set() });
    // A mistake in a call hides what it would have written.
    for (const t of this.tensors) if (t.role.kind === 'output' && !this.written.has(t.name) && !this.reporter.hasErrors && !this.incomplete) this.reporter.report('TDSL0107', { name: t.name }, t.span);
    for (const t of this.tensors) if ((t.role.kind === 'input' || t.role.kind === 'temporary') && !this.read.has(t.name) && !this.reporter.hasErrors) this.reporter.report('TDSL0105', { name: t.name }, t.span);
    const example = exampleOf(node, signature.sizes, this.reporter);
    this.outer.addAll(this.reporter.diagnostics);
    if (this.reporter.hasErrors || this.incomplete) return undefined;
    return { name: node.name.name, doc: node.doc?.text ?? '', sizes: signature.sizes, states: stateParams, tensors: this.tensors, steps, facts: context.facts, example, span: node.span };
  }

  private declare(formal: Formal, role: ProgramRole, name: ast.Ident): Value {
    const parts = formal.parts.map((t): ProgramTensor => ({ name: t.name, role, dtype: t.dtype, shape: t.shape, limit: t.limit, ...(t.place === undefined ? {} : { place: t.place }), span: name.span }));
    this.tensors.push(...parts);
    return { name: name.name, parts, format: formal.format, group: formal.group, at: [], span: name.span };
  }

  private body(statements: readonly ast.Statement[], scope: Scope): Step[] {
    const names = new Map(scope.names);
    const inner = { ...scope, names };
    return statements.flatMap((s) => this.statement(s, inner, names));
  }

  private statement(s: ast.Statement, scope: Scope, names: Map<string, Binding>): Step[] {
    switch (s.kind) {
      case 'let': return this.letStatement(s, scope, names);
      case 'assign': return this.assign(s, scope);
      case 'call-statement': return this.call(s.call, [], scope);
      case 'for': return this.loop(s, scope);
      case 'expect':
        this.reporter.report('TDSL0170', { what: '`expect`', instead: 'it belongs in a `test`' }, s.span);
        return [];
      default: return unreachable(s);
    }
  }

  private loop(s: ast.For, scope: Scope): Step[] {
    const { context } = this;
    const from = extentOf(s.from, extentScope(scope));
    const to = extentOf(s.to, extentScope(scope));
    if (scope.names.has(s.index.name)) this.reporter.report('TDSL0102', { name: s.index.name }, s.index.span);
    const variable = context.fresh(s.index.name);
    const index = size(variable);
    const before = context.sizeFacts;
    if (from !== undefined && to !== undefined) context.sizeFacts = before.withNonNegative(sub(index, from)).withNonNegative(sub(sub(to, num(1)), index));
    const body = this.body(s.body, { context, names: new Map([...scope.names, [s.index.name, from === undefined || to === undefined ? { kind: 'broken' } : { kind: 'size', index }]]), variables: new Set([...scope.variables, variable]) });
    context.sizeFacts = before;
    return from === undefined || to === undefined ? [] : [{ kind: 'for', variable, from, to, body, span: s.span }];
  }

  private letStatement(s: ast.Let, scope: Scope, names: Map<string, Binding>): Step[] {
    const broken = (): void => { for (const t of s.targets) names.set(t.name.name, { kind: 'broken' }); };
    for (const t of s.targets) {
      if (names.has(t.name.name)) this.reporter.report('TDSL0102', { name: t.name.name }, t.name.span);
      const indexed = t.indices[0] ?? t.elem;
      if (indexed === undefined) continue;
      this.reporter.report('TDSL0170', { what: t.indices.length > 0 ? 'index notation' : 'a type of a `let`', instead: t.indices.length > 0 ? 'write a kernel and call it' : 'the kernel says how its results are stored' }, indexed.span);
      broken();
      return [];
    }
    const [target] = s.targets;
    if (s.value.kind !== 'call' && target !== undefined && s.targets.length === 1) {
      const value = valueOf(s.value, scope);
      names.set(target.name.name, value === undefined ? { kind: 'broken' } : { kind: 'value', value });
      if (value === undefined) this.incomplete = true;
      return [];
    }
    if (s.value.kind !== 'call') {
      this.reporter.report('TDSL0170', { what: 'a `let` of several names', instead: 'only a call gives several results' }, s.span);
      broken();
      return [];
    }
    const understood = this.understood(s.value, scope);
    const { value: call } = s;
    if (understood === undefined || understood.results.length !== s.targets.length) {
      if (understood !== undefined) this.reporter.report('TDSL0173', { callee: call.callee.name, expected: understood.results.map((r) => r.name), found: s.targets.length }, s.span);
      this.incomplete = true;
      broken();
      return [];
    }
    const targets = understood.results.map((r, i): Value => {
      const name = s.targets[i]?.name ?? call.callee;
      const renamed = { ...r, parts: r.parts.map((t) => ({ ...t, name: this.context.fresh(r.parts.length === 1 ? name.name : `${name.name}${t.name.slice(r.name.length)}`) })) };
      const value = this.declare(renamed, { kind: 'temporary' }, name);
      names.set(name.name, { kind: 'value', value });
      return value;
    });
    return this.emit(understood, targets, call);
  }

  private assign(s: ast.Assign, scope: Scope): Step[] {
    const { target } = s;
    if (s.op !== '=') this.reporter.report('TDSL0170', { what: `an update with \`${s.op}\``, instead: 'a kernel with an `inout` tensor does that' }, s.span);
    if (s.value.kind !== 'call') {
      const isIndexed = target.positions.some((p) => p.index.kind === 'name' && !scope.names.has(p.index.name));
      this.reporter.report('TDSL0170', { what: isIndexed ? 'index notation' : 'a copy of a tensor', instead: 'write a kernel and call it' }, s.value.span);
      return [];
    }
    const base = target.field === undefined ? valueOf({ kind: 'name', name: target.name.name, span: target.name.span }, scope) : fieldOf(target.name, target.field, scope);
    const value = base && fixed(base, target.positions.map((p) => p.index), target.span, scope);
    if (value === undefined) { this.incomplete = true; return []; }
    return this.call(s.value, [value], scope);
  }

  /** A call whose results go to tensors that are there. */
  private call(call: ast.Call, targets: readonly Value[], scope: Scope): Step[] {
    const understood = this.understood(call, scope);
    if (understood === undefined) return [];
    const { results } = understood;
    if (results.length !== targets.length) {
      this.reporter.report('TDSL0173', { callee: call.callee.name, expected: results.map((r) => r.name), found: targets.length }, call.span);
      return [];
    }
    // A result is checked as an argument is: its type is known by now.
    const checked = targets.every((value, i) => {
      const formal = results[i];
      return formal !== undefined && resultFits(formal, value, understood.callee, scope);
    });
    return checked ? this.emit(understood, targets, call) : [];
  }

  private understood(call: ast.Call, scope: Scope): Understood | undefined {
    const { name } = call.callee;
    const callee = this.callees.get(name);
    if (callee === undefined) {
      this.incomplete = true;
      const isFn = this.declarations.fns.has(name);
      if (isFn) this.reporter.report('TDSL0170', { what: `a call of the function \`${name}\``, instead: 'programs call kernels' }, call.callee.span);
      else if (this.declarations.programs.some((p) => p.name.name === name)) this.reporter.report('TDSL0170', { what: `a call of the program \`${name}\``, instead: 'programs call kernels' }, call.callee.span);
      else if (!this.callees.has(name)) this.reporter.report('TDSL0101', { name, similar: similarNames(name, this.callees.keys()) }, call.callee.span);
      return undefined;
    }
    const found = understand(call, callee, scope);
    if (found === undefined) this.incomplete = true;
    return found;
  }

  private emit({ callee, sizes, args, results }: Understood, targets: readonly Value[], call: ast.Call): Step[] {
    const outputs = results.flatMap((formal, r) => formal.parts.flatMap((_, i): Passed[] => {
      const value = targets[r];
      const part = value?.parts[i];
      const own = callee.results[r]?.parts[i];
      return value === undefined || part === undefined || own === undefined ? [] : [{ name: own.name, access: 'write', argument: { kind: 'slice', slice: { tensor: part.name, at: value.at } } }];
    }));
    const all = [...args, ...outputs];
    for (const { access, argument } of args) {
      if (argument.kind !== 'slice') continue;
      const { tensor } = argument.slice;
      this.read.add(tensor);
      if (!this.written.has(tensor)) this.reporter.report('TDSL0177', { name: tensor }, call.span);
      if (access !== 'read') this.checkWritable(tensor, call);
    }
    for (const { argument } of outputs) {
      if (argument.kind !== 'slice') continue;
      const { tensor, at } = argument.slice;
      if (!this.checkWritable(tensor, call)) continue;
      const others = all.filter((o) => o.argument !== argument && o.argument.kind === 'slice' && o.argument.slice.tensor === tensor);
      const isNewVersion = at.length === 0 && this.roleOf(tensor)?.kind === 'temporary' && outputs.filter((o) => o.argument.kind === 'slice' && o.argument.slice.tensor === tensor).length === 1;
      if (others.length > 0 && !isNewVersion) this.reporter.report('TDSL0176', { callee: callee.name, name: tensor }, call.span);
    }
    for (const { access, argument } of args) {
      if (access === 'read' || argument.kind !== 'slice') continue;
      const { tensor } = argument.slice;
      if (all.some((o) => o.argument !== argument && o.argument.kind === 'slice' && o.argument.slice.tensor === tensor)) this.reporter.report('TDSL0176', { callee: callee.name, name: tensor }, call.span);
    }
    for (const { access, argument } of all) if (access !== 'read' && argument.kind === 'slice') this.written.add(argument.slice.tensor);
    return [callee.kind === 'kernel' ? { kind: 'call', kernel: callee.name, sizes, args: all, span: call.span } : { kind: 'host', fn: callee.name, sizes, args: all, span: call.span }];
  }

  private roleOf(tensor: string): ProgramRole | undefined { return this.tensors.find((t) => t.name === tensor)?.role; }

  private checkWritable(tensor: string, call: ast.Call): boolean {
    const role = this.roleOf(tensor);
    if (role?.kind === 'input') this.reporter.report('TDSL0175', { name: tensor, why: 'it is an input' }, call.span);
    else if (role?.kind === 'state' && !role.inout) this.reporter.report('TDSL0175', { name: tensor, why: `\`${role.parameter}\` is not \`inout\`` }, call.span);
    else return true;
    return false;
  }
}
