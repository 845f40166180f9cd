/** The part of a harness for states and programs: typed state objects, and a typed function for each program. */
import { StructureKind, VariableDeclarationKind, type StatementStructures } from 'ts-morph';
import type { Manifest, ManifestProgram, ManifestState, ManifestTensor } from '../manifest.ts';
import { sizeText } from './engine-spec.ts';
import { pascal, property, quote, type KernelNames } from './naming.ts';
import { arrayOf, hostSpec, programSpec, stateSpec } from './spec.ts';

export interface StateNames { readonly create: string; readonly type: string; readonly sizes: string; readonly spec: string }

/** Names for each state; none of them is in `taken`, to which they are added. */
export function stateNames(states: readonly string[], taken: Set<string>): ReadonlyMap<string, StateNames> {
  const result = new Map<string, StateNames>();
  for (const state of states) {
    for (let suffix = ''; !result.has(state); suffix += '_') {
      const type = pascal(state) + suffix;
      const names = { create: `create${type}`, type: `${type}State`, sizes: `${type}StateSizes`, spec: `state${type}` };
      const all = Object.values(names);
      if (all.some((name) => taken.has(name))) continue;
      for (const name of all) taken.add(name);
      result.set(state, names);
    }
  }
  return result;
}

const text = (t: ManifestTensor): string => `${t.dtype}${t.limit === undefined ? '' : `<${sizeText(t.limit)}>`}[${t.shape.map(sizeText).join(', ')}]`;
const union = (names: readonly string[]): string => (names.length === 0 ? 'never' : names.map(quote).join(' | '));
const docOf = (doc: string, otherwise: string): string => (doc.trim() === '' ? otherwise : doc.trim().replaceAll('*/', '*\\/'));
const input = (t: ManifestTensor): string => `Input<${t.dtype === 'f16' ? 'Half' : arrayOf(t.dtype)}>`;

export function stateStatements(state: ManifestState, names: StateNames, source: string): StatementStructures[] {
  const fields = union(state.fields.map((f) => f.name));
  return [
    { kind: StructureKind.TypeAlias, name: names.sizes, isExported: true, docs: [`Sizes of a \`${state.name}\`.`], type: state.sizes.length === 0 ? 'Record<never, number>' : `{ ${state.sizes.map((s) => `readonly ${property(s)}: number`).join('; ')} }` },
    { kind: StructureKind.TypeAlias, name: names.type, isExported: true, docs: [`${docOf(state.doc, `\`${state.name}\``)}\n\n${state.fields.map((f) => `\`${f.name}\`: ${text(f)}`).join('\n')}`], type: `StateObject<${fields}>` },
    {
      kind: StructureKind.Function, name: names.create, isExported: true, docs: [`A new \`${state.name}\`, all zeros. From ${source}, line ${state.line}.`],
      parameters: [{ name: 'device', type: 'Device' }, { name: 'sizes', type: names.sizes }, { name: 'options', type: `StateOptions<${fields}>`, initializer: '{}' }],
      returnType: names.type, statements: [`return createState(${names.spec}, device, sizes, options);`],
    },
    constant(names.spec, 'StateSpec', JSON.stringify(stateSpec(state))),
  ];
}

const constant = (name: string, type: string, initializer: string): StatementStructures => ({ kind: StructureKind.VariableStatement, declarationKind: VariableDeclarationKind.Const, declarations: [{ name, type, initializer }] });

export function programStatements(program: ManifestProgram, names: KernelNames, states: ReadonlyMap<string, StateNames>, source: string): StatementStructures[] {
  const inputs = program.tensors.filter((t) => t.role === 'input');
  const outputs = program.tensors.filter((t) => t.role === 'output');
  const own = union([...inputs, ...outputs].map((t) => t.name));
  const sizes = program.sizes.map(({ name, pinned }) => `readonly ${property(name)}: ${pinned?.join(' | ') ?? 'number'}`);
  const stateType = program.states.map((s) => `readonly ${property(s.parameter)}: ${states.get(s.state)?.type ?? 'never'}`);
  const properties = (tensors: readonly ManifestTensor[], type: (t: ManifestTensor) => string): { name: string; type: string; isReadonly: true; docs: string[] }[] =>
    tensors.map((t) => ({ name: property(t.name), type: type(t), isReadonly: true, docs: [text(t)] }));
  const parameters = [{ name: 'device', type: 'Device' }, { name: 'states', type: `{ ${stateType.join('; ')} }` }];
  return [
    { kind: StructureKind.TypeAlias, name: names.sizes, isExported: true, docs: [`Sizes of \`${program.name}\`; its states tell most of them.`], type: sizes.length === 0 ? 'Record<never, number>' : `{ ${sizes.join('; ')} }` },
    { kind: StructureKind.Interface, name: names.inputs, isExported: true, properties: properties(inputs, input) },
    { kind: StructureKind.Interface, name: names.outputs, isExported: true, properties: properties(outputs, (t) => `HostTensor<${arrayOf(t.dtype)}>`) },
    {
      kind: StructureKind.Function, name: names.run, isExported: true, isAsync: true, docs: [`${docOf(program.doc, `\`${program.name}\``)}\n\nFrom ${source}, line ${program.line}.`],
      parameters: [...parameters, { name: 'inputs', type: names.inputs }, { name: 'options', type: `ProgramOptions & { readonly sizes?: Partial<${names.sizes}> }` }], returnType: `Promise<${names.outputs}>`,
      statements: [
        `const outputs = await runProgram(${names.spec}, specs, device, { ...states }, { ...inputs }, options);`,
        `return { ${outputs.map((t) => `${property(t.name)}: outputTensor(outputs, ${quote(t.name)}, ${arrayOf(t.dtype)})`).join(', ')} };`,
      ],
    },
    {
      kind: StructureKind.Function, name: names.prepare, isExported: true, docs: [`\`${program.name}\` for these sizes and states: plans its memory and loads its kernels; \`launch\` may then be called many times.`],
      parameters: [...parameters, { name: 'sizes', type: `Partial<${names.sizes}>` }, { name: 'options', type: 'ProgramOptions' }], returnType: `Promise<PreparedProgram<${own}, ${names.sizes}>>`,
      statements: [`return prepareProgram(${names.spec}, specs, device, sizes, { ...states }, options);`],
    },
    constant(names.spec, 'ProgramSpec', JSON.stringify(programSpec(program))),
  ];
}

/** What programs refer to by name: kernels, states and host functions. */
export function specsStatement(manifest: Manifest, kernels: ReadonlyMap<string, KernelNames>, states: ReadonlyMap<string, StateNames>): StatementStructures {
  const entries = (all: readonly (readonly [string, string])[]): string => `{ ${all.map(([name, value]) => `${property(name)}: ${value}`).join(', ')} }`;
  const fields = [
    `kernels: ${entries(manifest.kernels.map((k) => [k.name, kernels.get(k.name)?.spec ?? '']))}`,
    `states: ${entries((manifest.states ?? []).map((s) => [s.name, states.get(s.name)?.spec ?? '']))}`,
    `hosts: ${entries((manifest.hosts ?? []).map((h) => [h.name, JSON.stringify(hostSpec(h))]))}`,
  ];
  return constant('specs', '{ readonly kernels: Readonly<Record<string, KernelSpec>>; readonly states: Readonly<Record<string, StateSpec>>; readonly hosts: Readonly<Record<string, HostSpec>> }', `{ ${fields.join(', ')} }`);
}
