/** `tdsl run`: compiles in memory, binds sizes and inputs, runs on a device, checks, times, writes results. */
import { compileSource } from '../driver.ts';
import type { CompileResult } from '../driver-types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { Sources } from '../diagnostics/span.ts';
import type { Kernel } from '../ir/tst.ts';
import type { ManifestKernel, ManifestProgram } from '../manifest.ts';
import type { Device } from '../runtime/device.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { checkKernel } from './kernels.ts';
import { parseCount, parseFiles, parseFormats, parseSizes, parseTargets } from './options.ts';
import { done, exit, Stop, stop, type ExitCode, type Outcome } from './outcome.ts';
import { openRunDevice } from './run-device.ts';
import { checkSizes } from './run-bind.ts';
import { runOne, type Result, type RunRequest } from './run-kernel.ts';
import { runProgramOnce } from './run-program.ts';
import { resultText } from './run-text.ts';
import { onlySource, readImported, readSource, specifier } from './sources.ts';
import { flag, list, text } from './values.ts';
import { validates } from './bundled.ts';

export async function runCommand(context: Context, [file]: readonly string[], values: OptionValues): Promise<Outcome> {
  const { path, name } = specifier(file ?? onlySource());
  const kernelName = text(values, 'kernel') ?? name;
  const targets = parseTargets(list(values, 'target')) ?? ['cpu'];
  const target = targets[0] ?? 'cpu';
  if (targets.length > 1) throw stop(exit.usage, 'TDSL0504', { option: '--target', value: targets.join(','), form: 'cpu' });
  const request: RunRequest = {
    target,
    file: path,
    sizes: parseSizes(list(values, 'size')),
    inputs: parseFiles('--in', list(values, 'in')),
    outputs: parseFiles('--out', list(values, 'out')),
    seed: parseCount('--seed', text(values, 'seed'), 1),
    check: flag(values, 'check'),
    time: flag(values, 'time'),
  };
  const source = readSource(path);
  const sources = Sources.of(source.path, source.text);
  const result = compileSource(source.text, source.path, { formats: parseFormats(list(values, 'format')), targets: [target], validate: validates(), read: readImported, ...(kernelName === undefined ? {} : { kernel: kernelName }) });
  sources.addAll(result.sources);
  if (hasErrors(result.diagnostics)) return done({ results: [] }, { exitCode: exit.diagnostics, diagnostics: result.diagnostics, sources });
  checkKernel(result, kernelName);
  const programs = (result.manifest.programs ?? []).filter(({ name: program }) => kernelName === undefined || program === kernelName);
  const kernels = programs.length > 0 && kernelName !== undefined ? [] : chosen(result, kernelName);
  if (kernels.length + programs.length === 0) throw stop(exit.usage, 'TDSL0502', { kernel: kernelName ?? '', known: [], similar: [] });
  checkSizes([...kernels.map(({ manifest }) => manifest), ...programs], request.sizes);
  if (kernels.length + programs.length > 1 && (request.inputs.size > 0 || request.outputs.size > 0)) {
    throw stop(exit.usage, 'TDSL0500', { text: `${path} has several kernels; say with --kernel which one --in and --out are for: ${[...kernels.map(({ tree }) => tree.name), ...programs.map(({ name: program }) => program)].join(', ')}` });
  }
  return runAll(context, request, result, kernels, programs, text(values, 'device'), sources);
}

interface Chosen { readonly tree: Kernel; readonly manifest: ManifestKernel }

function chosen(result: CompileResult, kernel: string | undefined): Chosen[] {
  return result.kernels.flatMap(({ kernel: tree }) => {
    const manifest = result.manifest.kernels.find(({ name }) => name === tree.name);
    return manifest === undefined || (kernel !== undefined && tree.name !== kernel) ? [] : [{ tree, manifest }];
  });
}

async function runAll(context: Context, request: RunRequest, compiled: CompileResult, kernels: readonly Chosen[], programs: readonly ManifestProgram[], deviceName: string | undefined, sources: Sources): Promise<Outcome> {
  const texts = new Map(compiled.files.map(({ path, text: emitted }) => [path, emitted]));
  const diagnostics: Diagnostic[] = [...compiled.diagnostics];
  const results: Result[] = [];
  let device: Device | undefined;
  // Opened late: what is wrong with the command line or the inputs should show without a GPU.
  const open = async (): Promise<Device> => (device ??= await openRunDevice(request.target, deviceName));
  try {
    for (const { tree, manifest } of kernels) {
      const ran = await runOne(context, request, tree, manifest, texts, open);
      results.push(ran.result);
      diagnostics.push(...ran.diagnostics);
      context.result(resultText(ran.result));
    }
    for (const program of programs) {
      const ran = await runProgramOnce(context, request, compiled, program, texts, open);
      results.push(ran.result);
      diagnostics.push(...ran.diagnostics);
      context.result(resultText(ran.result));
    }
  } catch (cause) {
    // What has a place in the source is shown with it.
    if (!(cause instanceof Stop) || cause.diagnostic.span === undefined) throw cause;
    return done({ results }, { exitCode: cause.exitCode, diagnostics: [...diagnostics, cause.diagnostic], sources });
  } finally {
    device?.close();
  }
  return done({ results }, { exitCode: exitCode(diagnostics), diagnostics, sources });
}

function exitCode(diagnostics: readonly Diagnostic[]): ExitCode {
  if (diagnostics.some(({ code }) => code === 'TDSL0510')) return exit.verification;
  return hasErrors(diagnostics) ? exit.diagnostics : exit.ok;
}
