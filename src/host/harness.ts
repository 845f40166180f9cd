/**
 * The host harness of one source file: a TypeScript module with one typed function per kernel, and the same on device buffers.
 * Built as a syntax tree by ts-morph and formatted by prettier. The text depends on the manifest alone.
 */
import * as prettierTypeScript from 'prettier/plugins/typescript';
import * as prettierEstree from 'prettier/plugins/estree';
import { format } from 'prettier/standalone';
import { Project, VariableDeclarationKind, type SourceFile } from 'ts-morph';
import { harnessEngine } from '../../templates/harness-engine.ts';
import type { Manifest, ManifestKernel, ManifestTensor } from '../manifest.ts';
import { sizeText } from './engine.ts';
import { declaredNames } from './engine-text.ts';
import { headed } from './header.ts';
import { kernelLiteral } from './literal.ts';
import { kernelNames, property, quote, type KernelNames } from './naming.ts';
import { arrayOf, kernelSpec } from './spec.ts';

const imported = ['Arg', 'BufferArg', 'Device', 'DeviceBuffer', 'DeviceKernel', 'LaunchAbi', 'SizeExpr', 'SizeOp', 'Sizes', 'StorageType'];

/** @param stem name of the source file without `.tdsl` */
export async function harness(manifest: Manifest, stem: string): Promise<string> {
  const project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true, skipFileDependencyResolution: true });
  const file = project.createSourceFile(`${stem}.ts`);
  file.addImportDeclaration({ isTypeOnly: true, moduleSpecifier: 'tdsl/runtime', namedImports: imported });
  const names = kernelNames(manifest.kernels.map(({ name }) => name), [...imported, ...declaredNames(harnessEngine)]);
  for (const kernel of manifest.kernels) {
    const own = names.get(kernel.name);
    if (own !== undefined) addKernel(file, kernel, own, `${stem}.tdsl`);
  }
  file.addStatements(`\n${harnessEngine}`);
  const body = await format(file.getFullText(), { parser: 'typescript', plugins: [prettierTypeScript, prettierEstree], singleQuote: true, printWidth: 120, endOfLine: 'lf' });
  return headed(body, `${stem}.tdsl`);
}

function addKernel(file: SourceFile, kernel: ManifestKernel, names: KernelNames, source: string): void {
  file.addTypeAlias({
    name: names.sizes,
    isExported: true,
    docs: [`Sizes of \`${kernel.name}\`.`],
    type: kernel.sizes.length === 0 ? 'Record<never, number>' : `{ ${kernel.sizes.map(({ name, pinned }) => `readonly ${property(name)}: ${pinned?.join(' | ') ?? 'number'}`).join('; ')} }`,
  });
  const tensors = (list: readonly ManifestTensor[], type: (tensor: ManifestTensor) => string): { name: string; type: string; isReadonly: true; docs: string[] }[] =>
    list.map((tensor) => ({ name: property(tensor.name), type: type(tensor), isReadonly: true, docs: [describe(tensor, kernel)] }));
  file.addInterface({ name: names.inputs, isExported: true, properties: tensors(kernel.inputs, ({ dtype }) => `Input<${dtype === 'f16' ? 'Half' : arrayOf(dtype)}>`) });
  file.addInterface({ name: names.outputs, isExported: true, properties: tensors(kernel.outputs, ({ dtype }) => `HostTensor<${arrayOf(dtype)}>`) });
  const doc = kernel.doc.trim() === '' ? `\`${kernel.name}\`` : kernel.doc.trim().replaceAll('*/', '*\\/');
  file.addFunction({
    name: names.run,
    isExported: true,
    isAsync: true,
    docs: [`${doc}\n\nFrom ${source}, line ${kernel.line}.`],
    parameters: [
      { name: 'device', type: 'Device' },
      { name: 'inputs', type: names.inputs },
      { name: 'options', type: `RunOptions<${names.sizes}>` },
    ],
    returnType: `Promise<${names.outputs}>`,
    statements: [
      `const outputs = await runKernel(${names.spec}, device, { ...inputs }, options);`,
      `return { ${kernel.outputs.map(({ name, dtype }) => `${property(name)}: outputTensor(outputs, ${quote(name)}, ${arrayOf(dtype)})`).join(', ')} };`,
    ],
  });
  const buffers = [...kernel.inputs, ...kernel.outputs].map(({ name }) => quote(name)).join(' | ');
  const prepared = `Prepared<${buffers}, ${names.sizes}>`;
  file.addFunction({
    name: names.prepare,
    isExported: true,
    docs: [`\`${kernel.name}\` on device buffers: loads its kernels for these sizes; \`launch\` may then be called many times.`],
    parameters: [
      { name: 'device', type: 'Device' },
      { name: 'sizes', type: names.sizes },
      { name: 'options', type: 'LoadOptions' },
    ],
    returnType: `Promise<${prepared}>`,
    statements: [`return prepareKernel(${names.spec}, device, sizes, options);`],
  });
  file.addVariableStatement({
    declarationKind: VariableDeclarationKind.Const,
    declarations: [{ name: names.spec, type: 'KernelSpec', initializer: kernelLiteral(kernelSpec(kernel)) }],
  });
}

/** `f16[M, K]`, and what a format made of a tensor of the user's. */
function describe(tensor: ManifestTensor, kernel: ManifestKernel): string {
  const shape = tensor.shape.map(sizeText).join(', ');
  const limit = tensor.limit === undefined ? '' : `<${sizeText(tensor.limit)}>`;
  const use = kernel.formats.find(({ codes, scale, zero }) => [codes, scale, zero].includes(tensor.name));
  const part = use === undefined ? '' : `: ${tensor.name === use.codes ? 'codes' : tensor.name === use.scale ? 'scales' : 'zeros'} of ${use.tensor} (${use.format})`;
  const packed = tensor.dtype === 'int4' || tensor.dtype === 'uint4' ? ', two to a byte' : '';
  return `${tensor.dtype}${limit}[${shape}]${packed}${part}`;
}
