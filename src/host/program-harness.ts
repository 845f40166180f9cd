/** The part of a harness for states and programs: typed state objects, and a typed function for each program. */
import { StructureKind, VariableDeclarationKind, type StatementStructures } from 'ts-morph';
import type { Manifest, ManifestProgram, ManifestState, ManifestTensor } from '../manifest.ts';
import { describedPaths } from './described.ts';
import { sizeText } from './engine-spec.ts';
import { pascal, property, quote, type KernelNames } from './naming.ts';
import { stateLiteral } from './literal.ts';
import type { Constant } from './shared-text.ts';
import { arrayOf, stateSpec } from './spec.ts';

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
    ...constants(stateLiteral(stateSpec(state), (n) => `${names.create}$${n + 1}`), names.spec, 'StateSpec'),
  ];
}

const constant = (name: string, type: string, initializer: string): StatementStructures => ({ kind: StructureKind.VariableStatement, declarationKind: VariableDeclarationKind.Const, declarations: [{ name, type, initializer }] });

/** A description, after what several of its parts share. */
export function constants(literal: { readonly constants: readonly Constant[]; readonly text: string }, name: string, type: string): StatementStructures[] {
  return [...literal.constants, { name, type, text: literal.text }].map((c) => constant(c.name, c.type, c.text));
}

export function programStatements(program: ManifestProgram, names: KernelNames, states: ReadonlyMap<string, StateNames>, source: string): StatementStructures[] {
  const inputs = program.tensors.filter((t) => t.role === 'input');
  const outputs = program.tensors.filter((t) => t.role === 'output');
  const own = union([...inputs, ...outputs].map((t) => t.name));
  const sizes = program.sizes.map(({ name, pinned }) => `readonly ${property(name)}: ${pinned?.join(' | ') ?? 'number'}`);
  const stateType = program.states.map((s) => `readonly ${property(s.parameter)}: ${states.get(s.state)?.type ?? 'never'}`);
  const properties = (tensors: readonly ManifestTensor[], type: (t: ManifestTensor) => string): { name: string; type: string; isReadonly: true; docs: string[] }[] =>
    tensors.map((t) => ({ name: property(t.name), type: type(t), isReadonly: true, docs: [text(t)] }));
  const parameters = [{ name: 'device', type: 'Device' }, { name: 'states', type: `{ ${stateType.join('; ')} }` }];
  const described = `const { program, specs } = await programOf(${quote(program.name)}, source, device, options.load);`;
  return [
    { kind: StructureKind.TypeAlias, name: names.sizes, isExported: true, docs: [`Sizes of \`${program.name}\`; its states tell most of them.`], type: sizes.length === 0 ? 'Record<never, number>' : `{ ${sizes.join('; ')} }` },
    { kind: StructureKind.Interface, name: names.inputs, isExported: true, properties: properties(inputs, input) },
    { kind: StructureKind.Interface, name: names.outputs, isExported: true, properties: properties(outputs, (t) => `HostTensor<${arrayOf(t.dtype)}>`) },
    {
      kind: StructureKind.Function, name: names.run, isExported: true, isAsync: true, docs: [`${docOf(program.doc, `\`${program.name}\``)}\n\nFrom ${source}, line ${program.line}.`],
      parameters: [...parameters, { name: 'inputs', type: names.inputs }, { name: 'options', type: `ProgramOptions & { readonly sizes?: Partial<${names.sizes}> }` }], returnType: `Promise<${names.outputs}>`,
      statements: [
        described, `const outputs = await runProgram(program, specs, device, { ...states }, { ...inputs }, options);`,
        `return { ${outputs.map((t) => `${property(t.name)}: outputTensor(outputs, ${quote(t.name)}, ${arrayOf(t.dtype)})`).join(', ')} };`,
      ],
    },
    {
      kind: StructureKind.Function, name: names.prepare, isExported: true, isAsync: true, docs: [`\`${program.name}\` for these sizes and states: plans its memory and loads its kernels; \`launch\` may then be called many times.`],
      parameters: [...parameters, { name: 'sizes', type: `Partial<${names.sizes}>` }, { name: 'options', type: 'ProgramOptions' }], returnType: `Promise<PreparedProgram<${own}, ${names.sizes}>>`,
      statements: [described, `return prepareProgram(program, specs, device, sizes, { ...states }, options);`],
    },
  ];
}

/** Where kernels and programs are described. */
export function sourceStatement(manifest: Manifest, stem: string, states: ReadonlyMap<string, StateNames>): StatementStructures {
  const entries = (all: readonly (readonly [string, string])[]): string => `{ ${all.map(([name, value]) => `${property(name)}: ${value}`).join(', ')} }`;
  const files = Object.entries(describedPaths(manifest, stem)).map(([kind, path]) => [kind, quote(path)] as const);
  return constant('source', 'DescribedIn', `{ files: ${entries(files)}, states: ${entries((manifest.states ?? []).map((s) => [s.name, states.get(s.name)?.spec ?? '']))} }`);
}
