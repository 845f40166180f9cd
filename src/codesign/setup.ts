/** From source texts and options to a search; worker threads do it again for themselves, since trees cannot be sent to them. */
import { parse } from '../../grammar/parse.ts';
import type * as ast from '../../grammar/ast.ts';
import { check } from '../check/check.ts';
import { linkImports } from '../check/imports.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import { calibrated } from '../cost/calibrated.ts';
import { compat } from '../cost/compat.ts';
import type { CostModel } from '../cost/model.ts';
import { readHardware } from '../partition/declare.ts';
import { withLibrary } from '../partition/library.ts';
import type { FactorRule } from '../search/accelerator-space.ts';
import { type Codesign, readCodesign } from './declaration.ts';
import { HardwareSpace } from './hardware-space.ts';
import type { SearchSettings, SoftwareSearch } from './layer-search.ts';
import { workloadOf } from './workload.ts';

export const modelNames = ['calibrated', 'compat'] as const;
export type ModelName = (typeof modelNames)[number];
export const models: Readonly<Record<ModelName, CostModel>> = { calibrated, compat };

/** Everything that decides what a search finds, but its method, seed and number of evaluations. Can be sent between threads. */
export interface Setup {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** What the files import, and that in turn, by its path. */
  readonly imports: readonly { readonly path: string; readonly text: string }[];
  /** Which `codesign`; the only one, or the first, without it. */
  readonly workload: string | undefined;
  readonly model: ModelName;
  readonly rule: FactorRule;
  readonly explorer: SoftwareSearch;
  /** Schedules that the search of a layer may look at. */
  readonly trials: number;
  /** Schedule spaces up to this size are looked at whole. */
  readonly exhaustive: number;
}
export const defaults = { model: 'calibrated', rule: 'all', explorer: 'heuristic', trials: 800, exhaustive: 16384, imports: [] } as const satisfies Partial<Setup>;

export interface Prepared { readonly codesign: Codesign; readonly space: HardwareSpace; readonly settings: SearchSettings }

/** Declarations of several files count as one file's. Undefined where something is wrong, which is reported. */
export function prepare(setup: Setup, reporter = new Reporter()): Prepared | undefined {
  const linked = setup.files.map((f) => {
    const parsed = parse(f.text, f.path), found = linkImports(parsed.ast, (path) => setup.imports.find((i) => i.path === path)?.text);
    reporter.addAll([...parsed.diagnostics, ...found.diagnostics]);
    return found.file;
  });
  const [first] = linked;
  if (first === undefined || reporter.hasErrors) return undefined;
  const file: ast.File = { ...first, declarations: linked.flatMap((f) => f.declarations) };
  const checked = check(file), hardware = readHardware(file);
  reporter.addAll([...checked.diagnostics, ...hardware.diagnostics]);
  // The last file says what is asked: a file of constraints comes after that of the workload.
  const declared = hardware.codesigns.filter((d) => setup.workload === undefined || d.workload.name === setup.workload).reverse();
  // Of its workloads those count that have kernels here.
  const last = setup.files.at(-1)?.path, here = declared.filter((d) => setup.workload !== undefined || workloadOf(d.workload.name, file, checked.program.kernels).kernels.length > 0);
  const wanted = here.find((d) => d.span.file === last) ?? here[0] ?? declared[0];
  if (wanted === undefined) {
    const known = [...new Set(hardware.codesigns.map((d) => d.workload.name))];
    reporter.report('TDSL0615', { text: known.length === 0 ? 'there is no `codesign` declaration' : `there is no \`codesign ${setup.workload ?? ''}\`; there is ${known.map((k) => `\`${k}\``).join(', ')}` });
    return undefined;
  }
  if (hasErrors(reporter.diagnostics)) return undefined;
  const codesign = readCodesign(wanted, file, checked.program.kernels, withLibrary(hardware), reporter);
  if (codesign === undefined) return undefined;
  if (setup.model === 'compat') for (const c of codesign.constraints) if (c.metric === 'power' || c.metric === 'area') reporter.report('TDSL0615', { text: `the compat model gives ${c.metric} without a unit, so \`${c.text}\` cannot be compared` });
  if (reporter.hasErrors) return undefined;
  return { codesign, space: new HardwareSpace(codesign.accelerators), settings: { model: models[setup.model], rule: setup.rule, explorer: setup.explorer, exhaustive: setup.exhaustive } };
}
