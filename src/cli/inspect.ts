/** `tdsl inspect`: every level of the compiler as text, the passes with their times, and the report of what was chosen and why. */
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.ts';
import { Sources } from '../diagnostics/span.ts';
import { compileSource } from '../driver.ts';
import type { CompileResult, PassEvent } from '../driver-types.ts';
import { similarNames } from '../check/suggest.ts';
import { jsonText } from '../host/json.ts';
import { printTile } from '../ir/tile-print.ts';
import { printKernel } from '../ir/tst-print.ts';
import { passes } from '../passes/table.ts';
import { printProgram } from '../program/print.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { assembly, compileCuda, machineCode, machineWarnings, resourceRows, resourceText } from './inspect-machine.ts';
import { reportRows, reportText } from './inspect-report.ts';
import { checkKernel, checkKnownSizes } from './kernels.ts';
import { parseChoices, parseFormats, parseSizes, parseTargets } from './options.ts';
import { done, exit, type Outcome, stop } from './outcome.ts';
import { readImported, readSource, specifier } from './sources.ts';
import { flag, list, text } from './values.ts';
import { validates } from './bundled.ts';

const levels = ['ast', 'tst', 'tile', 'plan', 'report', 'source', 'manifest', 'resources', 'ptx', 'sass'] as const;
type Level = (typeof levels)[number];
const machineLevels = ['resources', 'ptx', 'sass'] as const;

export async function inspectCommand(context: Context, [file = '']: readonly string[], values: OptionValues): Promise<Outcome> {
  if (list(values, 'cost').includes('gpu')) return (await import('./inspect-cost-gpu.ts')).inspectGpuCost(context, file, values);
  if (list(values, 'cost').length > 0) return (await import('./inspect-cost.ts')).inspectCost(context, file === '' ? undefined : file, values);
  if (file === '') throw stop(exit.usage, 'TDSL0500', { text: 'missing required argument \'file\'' });
  const { path, name } = specifier(file);
  const asked = parseChoices('level', list(values, 'emit'), levels);
  const targets = parseTargets(list(values, 'target'));
  const kernel = text(values, 'kernel') ?? name;
  const sizes = parseSizes(list(values, 'size'));
  const after = list(values, 'printAfter').flatMap((value) => value.split(',')).map((name) => name.trim());
  const stopAfter = text(values, 'stopAfter');
  const timed = flag(values, 'timePasses');
  const html = flag(values, 'html');
  if (html && (asked.length > 0 || after.length > 0 || timed || stopAfter !== undefined)) throw stop(exit.usage, 'TDSL0500', { text: '--html shows everything; leave --emit, --print-after, --stop-after and --time-passes out' });
  checkPasses([...after, ...(stopAfter === undefined ? [] : [stopAfter])]);
  const source = readSource(path);
  const events: PassEvent[] = [];
  const result = compileSource(source.text, source.path, {
    sizes,
    formats: parseFormats(list(values, 'format')),
    validate: validates(),
    read: readImported,
    ...(targets === undefined ? {} : { targets }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(stopAfter === undefined ? {} : { stopAfter }),
    ...(after.length > 0 || timed || html ? { trace: (event: PassEvent) => events.push(event) } : {}),
  });
  checkKernel(result, kernel);
  checkKnownSizes([result], sizes);
  const outcome = { diagnostics: result.diagnostics, sources: Sources.of(source.path, source.text).addAll(result.sources) };
  for (const event of events) {
    if (!after.includes('all') && !after.includes(event.pass)) continue;
    context.result(`// after ${event.pass}: ${[event.kernel, event.target].filter((part) => part !== undefined && part !== '').join(' for ')}\n${event.text.trimEnd()}\n\n`);
  }
  const times = timed ? passTimes(events) : [];
  for (const { pass, runs, milliseconds } of times) context.result(`${milliseconds.toFixed(2).padStart(10)} ms  ${String(runs).padStart(4)} ×  ${pass}\n`);
  // Asked for passes alone, the report would be noise.
  const shown: readonly Level[] = asked.length > 0 ? asked : after.length > 0 || timed || stopAfter !== undefined ? [] : ['report'];
  const fields: Record<string, unknown> = { ...(after.length > 0 ? { passes: events.filter(({ pass }) => after.includes('all') || after.includes(pass)) } : {}), ...(timed ? { times } : {}) };
  if (shown.includes('ast')) {
    const { parse } = await import('../../grammar/parse.ts');
    fields['ast'] = parse(source.text, source.path).ast;
    context.result(jsonText(fields['ast']));
  }
  if (html && !hasErrors(result.diagnostics)) {
    const { inspectHtml } = await import('./inspect-html.ts');
    fields['html'] = inspectHtml(source.path, source.text, result, events);
    context.result(String(fields['html']));
    return done(fields, outcome);
  }
  if (hasErrors(result.diagnostics)) return done(fields, { ...outcome, exitCode: exit.diagnostics });
  for (const level of shown) Object.assign(fields, emit(level, result, context, sizes));
  const machine = machineLevels.some((level) => shown.includes(level)) ? await emitMachine(shown, result, context) : { fields: {}, warnings: [] };
  return done({ ...fields, ...machine.fields }, { ...outcome, diagnostics: [...outcome.diagnostics, ...machine.warnings] });
}

/** @throws Stop with 2 for a name that no pass has */
function checkPasses(asked: readonly string[]): void {
  const known = ['parse', 'link', 'check', ...passes.map(({ name }) => name), 'emit'];
  for (const name of asked) if (name !== 'all' && !known.includes(name)) throw stop(exit.usage, 'TDSL0503', { what: 'pass', name, known, similar: similarNames(name, known) });
}

function emit(level: Level, result: CompileResult, context: Context, sizes: Readonly<Record<string, number>>): Record<string, unknown> {
  switch (level) {
    // The first is shown before, the last three after all others.
    case 'ast': case 'resources': case 'ptx': case 'sass':
      return {};
    case 'tst': {
      const trees = result.kernels.map(({ kernel }) => ({ name: kernel.name, text: printKernel(kernel) }));
      const programs = result.launched.programs.map((program) => ({ name: program.name, text: printProgram(program) }));
      for (const tree of [...trees, ...programs]) context.result(`${tree.text.trimEnd()}\n\n`);
      return { tst: trees, ...(programs.length === 0 ? {} : { programs }) };
    }
    case 'tile': {
      const tiles = perLaunch(result, ({ tile }) => printTile(tile));
      for (const tile of tiles) context.result(`// ${tile.file}\n${tile.text.trimEnd()}\n\n`);
      return { tile: tiles };
    }
    case 'plan': {
      const plans = perLaunch(result, ({ plan }) => plan);
      for (const plan of plans) context.result(`// ${plan.file}\n${plan.text.trimEnd()}\n\n`);
      return { plan: plans };
    }
    case 'source':
      for (const { path, text: emitted } of result.files) context.result(`// ${path}\n${emitted.trimEnd()}\n\n`);
      return { files: result.files };
    case 'manifest':
      context.result(jsonText(result.manifest));
      return { manifest: result.manifest };
    case 'report': {
      const rows = reportRows(result.manifest, sizes);
      context.result(reportText(rows));
      return { kernels: rows };
    }
    default: {
      const unreachable: never = level;
      return unreachable;
    }
  }
}

async function emitMachine(shown: readonly Level[], result: CompileResult, context: Context): Promise<{ fields: Record<string, unknown>; warnings: readonly Diagnostic[] }> {
  const fields: Record<string, unknown> = {};
  if (shown.includes('ptx')) {
    const ptx = await assembly(result);
    fields['ptx'] = ptx;
    for (const { file, text: code } of ptx) context.result(`// ${file}\n${code.trimEnd()}\n\n`);
  }
  if (!shown.includes('resources') && !shown.includes('sass')) return { fields, warnings: [] };
  const made = await compileCuda(result);
  const rows = resourceRows(result, made);
  if (shown.includes('resources')) { fields['resources'] = rows; context.result(resourceText(rows)); }
  if (shown.includes('sass')) {
    const sass = [];
    for (const m of made) sass.push({ file: m.file, text: await machineCode(m) });
    fields['sass'] = sass;
    for (const { text: code } of sass) context.result(`${code}\n`);
  }
  return { fields, warnings: machineWarnings(result, made, rows) };
}

function perLaunch(result: CompileResult, print: (launch: CompileResult['kernels'][number]['variants'][number]['launches'][number]) => string): { kernel: string; target: string; file: string; launch: number; text: string }[] {
  return result.kernels.flatMap(({ kernel, variants }) => variants.flatMap(({ target, file, launches }) =>
    launches.map((launch, i) => ({ kernel: kernel.name, target, file, launch: i, text: print(launch) }))));
}

function passTimes(events: readonly PassEvent[]): { pass: string; runs: number; milliseconds: number }[] {
  const sums = new Map<string, { pass: string; runs: number; milliseconds: number }>();
  for (const { pass, milliseconds } of events) {
    const sum = sums.get(pass) ?? { pass, runs: 0, milliseconds: 0 };
    sums.set(pass, { pass, runs: sum.runs + 1, milliseconds: sum.milliseconds + milliseconds });
  }
  return [...sums.values()];
}
