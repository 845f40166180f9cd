/**
 * The host harness of one source file: a TypeScript module with one typed function per kernel, and the same on device buffers.
 * Built as a syntax tree by ts-morph and formatted by prettier. The text depends on the manifest alone.
 */
import * as prettierBabel from 'prettier/plugins/babel';
import * as prettierEstree from 'prettier/plugins/estree';
import { format } from 'prettier/standalone';
import { Project, StructureKind, ts, type StatementStructures } from 'ts-morph';
import { harnessEngine } from '../../templates/harness-engine.ts';
import { harnessLaunches } from '../../templates/harness-launches.ts';
import { harnessPrograms } from '../../templates/harness-programs.ts';
import { bitsOf } from '../ir/dtype.ts';
import type { Manifest, ManifestKernel, ManifestTensor } from '../manifest.ts';
import { describedFiles } from './described.ts';
import { sizeText } from './engine-spec.ts';
import { declaredNames, neededText } from './engine-text.ts';
import { headed } from './header.ts';
import { kernelLiteral } from './literal.ts';
import { kernelNames, property, quote, type KernelNames } from './naming.ts';
import { constants, programStatements, sourceStatement, stateNames, stateStatements } from './program-harness.ts';
import { arrayOf, kernelSpec } from './spec.ts';

const imported = ['Device', 'DeviceBuffer', 'DeviceKernel', 'LaunchAbi', 'SizeExpr', 'SizeOp', 'Sizes', 'StorageType'];

/** @param stem name of the source file without `.tdsl` */
export async function harness(manifest: Manifest, stem: string): Promise<string> {
  const { programs = [], states = [] } = manifest;
  // With programs, what the engine knows of kernels stands in files of its own.
  const apart = programs.length > 0;
  const engine = [harnessEngine, apart ? harnessPrograms : harnessLaunches].join('\n');
  const fromRuntime = [...imported, ...(apart ? ['RecordedPart', 'Recording'] : ['Arg', 'BufferArg'])].sort();
  const taken = new Set([...fromRuntime, ...declaredNames(engine), 'source']);
  const ofStates = stateNames(states.map(({ name }) => name), taken);
  const names = kernelNames([...manifest.kernels, ...programs].map(({ name }) => name), taken);
  const kernels = manifest.kernels.flatMap((kernel) => {
    const own = names.get(kernel.name);
    return own === undefined ? [] : kernelStatements(kernel, own, `${stem}.tdsl`, apart);
  });
  const statements = !apart ? kernels : [
    ...states.flatMap((state) => { const own = ofStates.get(state.name); return own === undefined ? [] : stateStatements(state, own, `${stem}.tdsl`); }),
    ...programs.flatMap((program) => { const own = names.get(program.name); return own === undefined ? [] : programStatements(program, own, ofStates, `${stem}.tdsl`); }),
    ...kernels, sourceStatement(manifest, stem, ofStates),
  ];
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true, skipFileDependencyResolution: true });
  // In one go: every change of a tree makes ts-morph parse the file again.
  const own = project.createSourceFile(`${stem}.ts`, { statements }).getFullText();
  const needed = neededText(engine, own);
  const words = new Set(`${own}\n${needed}`.match(/\w+/g));
  const imports = `import type { ${fromRuntime.filter((name) => words.has(name)).join(', ')} } from 'tdsl/runtime';`;
  // The engine is formatted already.
  return headed(`${await formatTypeScript(`${imports}\n${own}`)}\n${needed}`, `${stem}.tdsl`);
}

/** What a page can run. */
const inBrowsers = ['wgsl', 'cpu'];

/**
 * The harness for a page, as JavaScript that imports nothing: the targets that browsers have, with their kernels' texts inside, which `load` gives.
 * @param texts by their paths below the output folder
 */
export async function bundle(manifest: Manifest, stem: string, texts: ReadonlyMap<string, string>): Promise<string> {
  const kernels = manifest.kernels.map((kernel) => ({ ...kernel, targets: Object.fromEntries(Object.entries(kernel.targets).filter(([target]) => inBrowsers.includes(target))) }));
  const files = new Set(kernels.flatMap(({ targets }) => Object.values(targets).flatMap((variants) => variants.map(({ file }) => file))));
  const described = [...describedFiles({ ...manifest, kernels }, stem)].map(([path, content]) => [path, JSON.stringify(content)] as const);
  const entries = [...[...texts].filter(([path]) => files.has(path)), ...described].map(([path, text]) => `${quote(path)}: ${JSON.stringify(text)},`);
  const source = `${await harness({ ...manifest, kernels }, stem)}
const texts: Readonly<Record<string, string>> = {${entries.join('\n')}};

/** The text of a kernel: \`{ load }\` in the options of every call. */
export async function load(file: string): Promise<string> {
  const text = texts[file];
  if (text === undefined) throw new RangeError(\`there is no \${file} in this bundle\`);
  return text;
}
`;
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true } });
  // The checksum in the header is that of the harness as TypeScript.
  const body = (await formatTypeScript(outputText)).split('\n').filter((line, i) => i > 1 || !line.startsWith('//')).join('\n');
  return headed(body, `${stem}.tdsl`);
}

/** The layout of emitted TypeScript. Babel's parser is a tenth of TypeScript's own, and all that layout needs. */
export function formatTypeScript(text: string): Promise<string> {
  return format(text, { parser: 'babel-ts', plugins: [prettierBabel, prettierEstree], singleQuote: true, printWidth: 120, endOfLine: 'lf' });
}

/** @param apart whether the kernel's description is read from a file */
function kernelStatements(kernel: ManifestKernel, names: KernelNames, source: string, apart: boolean): StatementStructures[] {
  const properties = (tensors: readonly ManifestTensor[], type: (tensor: ManifestTensor) => string): { name: string; type: string; isReadonly: true; docs: string[] }[] =>
    tensors.map((tensor) => ({ name: property(tensor.name), type: type(tensor), isReadonly: true, docs: [describe(tensor, kernel)] }));
  const sizes = kernel.sizes.map(({ name, pinned }) => `readonly ${property(name)}: ${pinned?.join(' | ') ?? 'number'}`);
  const buffers = [...new Set([...kernel.inputs, ...kernel.outputs].map(({ name }) => quote(name)))].join(' | ');
  const described = apart ? `await kernelOf(${quote(kernel.name)}, source, device, options.load)` : names.spec;
  const doc = kernel.doc.trim() === '' ? `\`${kernel.name}\`` : kernel.doc.trim().replaceAll('*/', '*\\/');
  return [
    { kind: StructureKind.TypeAlias, name: names.sizes, isExported: true, docs: [`Sizes of \`${kernel.name}\`.`], type: sizes.length === 0 ? 'Record<never, number>' : `{ ${sizes.join('; ')} }` },
    { kind: StructureKind.Interface, name: names.inputs, isExported: true, properties: properties(kernel.inputs, ({ dtype }) => `Input<${dtype === 'f16' ? 'Half' : arrayOf(dtype)}>`) },
    { kind: StructureKind.Interface, name: names.outputs, isExported: true, properties: properties(kernel.outputs, ({ dtype }) => `HostTensor<${arrayOf(dtype)}>`) },
    {
      kind: StructureKind.Function,
      name: names.run,
      isExported: true,
      isAsync: true,
      docs: [`${doc}\n\nFrom ${source}, line ${kernel.line}.`],
      parameters: [{ name: 'device', type: 'Device' }, { name: 'inputs', type: names.inputs }, { name: 'options', type: `RunOptions<${names.sizes}>` }],
      returnType: `Promise<${names.outputs}>`,
      statements: [
        `const outputs = await runKernel(${described}, device, { ...inputs }, options);`,
        `return { ${kernel.outputs.map(({ name, dtype }) => `${property(name)}: outputTensor(outputs, ${quote(name)}, ${arrayOf(dtype)})`).join(', ')} };`,
      ],
    },
    {
      kind: StructureKind.Function,
      name: names.prepare,
      isExported: true,
      isAsync: apart,
      docs: [`\`${kernel.name}\` on device buffers: loads its kernels for these sizes; \`launch\` may then be called many times.`],
      parameters: [{ name: 'device', type: 'Device' }, { name: 'sizes', type: names.sizes }, { name: 'options', type: 'LoadOptions' }],
      returnType: `Promise<Prepared<${buffers}, ${names.sizes}>>`,
      statements: [`return prepareKernel(${described}, device, sizes, options);`],
    },
    // No name of a user's has a `$`.
    ...(apart ? [] : constants(kernelLiteral(kernelSpec(kernel), (n) => `${names.run}$${n + 1}`), names.spec, 'KernelSpec')),
  ];
}

/** `f16[M, K]`, and what a format made of a tensor of the user's. */
function describe(tensor: ManifestTensor, kernel: ManifestKernel): string {
  const shape = tensor.shape.map(sizeText).join(', ');
  const limit = tensor.limit === undefined ? '' : `<${sizeText(tensor.limit)}>`;
  const use = kernel.formats.find(({ codes, scale, zero }) => [codes, scale, zero].includes(tensor.name));
  const part = use === undefined ? '' : `: ${tensor.name === use.codes ? 'codes' : tensor.name === use.scale ? 'scales' : 'zeros'} of ${use.tensor} (${use.format})`;
  const packed = `${bitsOf(tensor.dtype) < 8 ? ', packed' : ''}${tensor.inout === true ? ', changed in place' : ''}${tensor.place === undefined ? '' : ', in memory of the host'}`;
  return `${tensor.dtype}${limit}[${shape}]${packed}${part}`;
}
