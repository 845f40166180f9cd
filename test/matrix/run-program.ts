/** One program of an example on one lane: at the sizes of its example, and with each of its sizes at 1 and about a tile, call by call against the interpreter. */
import type { Context } from '../../src/cli/context.ts';
import { openRunDevice } from '../../src/cli/run-device.ts';
import { runProgramOnce } from '../../src/cli/run-program.ts';
import { readImported } from '../../src/cli/sources.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { compileSource } from '../../src/driver.ts';
import { evaluate, type IndexExpr } from '../../src/ir/index-expr.ts';
import type { ProgramTree } from '../../src/program/program.ts';
import { messageOf } from '../fuzz/execute.ts';
import type { Sizes } from '../fuzz/generate.ts';
import type { Lane } from './lanes.ts';
import type { Row } from './row.ts';
import { isSame, type KernelTask } from './run-kernel.ts';
import { tilesOf } from './sizes.ts';

/** Elements of all tensors of a program, at most: programs are checked in the interpreter, call by call. */
const MOST_ELEMENTS = 3e6;
const silent: Context = { result: () => undefined, progress: () => undefined } as unknown as Context;

/** Only a size that all conditions hold for is one. */
export function programSizes(program: ProgramTree, examples: readonly Sizes[], tiles: readonly number[], small = false): { readonly sizes: readonly Sizes[]; readonly left: number } {
  const first = examples[0] ?? program.example, tile = tiles.find((t) => t <= 64) ?? 32;
  const number = (e: IndexExpr, sizes: Sizes): number => evaluate(e, (_, id) => sizes[id] ?? 1);
  const found = new Map<string, Sizes>();
  let left = 0;
  const add = (sizes: Sizes): void => {
    if (!program.facts.every((f) => { const n = number(f.expr, sizes); return f.relation === 'zero' ? n === 0 : n >= 0; })) return;
    if (!program.sizes.every((s) => s.pinned === undefined || s.pinned.includes(sizes[s.name] ?? -1))) return;
    if (program.tensors.reduce((n, t) => n + t.shape.reduce((m, e) => m * Math.max(1, number(e, sizes)), 1), 0) > MOST_ELEMENTS) left++;
    else found.set(JSON.stringify(sizes), sizes);
  };
  for (const e of [first, ...examples]) add({ ...first, ...e });
  if (!small) for (const { name } of program.sizes) for (const n of [1, tile - 1, tile, tile + 1]) add({ ...first, [name]: n });
  return { sizes: [...found.values()], left };
}

export async function runProgramTask(task: KernelTask, lane: Lane): Promise<Row> {
  const start = performance.now(), failures: string[] = [];
  const count = { sizes: 0, runs: 0, left: 0, lacking: 0, same: 0, refused: 0, checked: 0, wrong: 0, worst: 0 };
  const fail = (what: string, message: string): void => { count.wrong++; failures.push(`${what}: ${message}`); };
  const row = (): Row => ({ file: task.file, name: `program ${task.kernel}`, lane: lane.name, ...count, seconds: (performance.now() - start) / 1000, failures });
  const compiled = compileSource(task.text, task.path, { targets: [lane.target], kernel: task.kernel, read: readImported });
  const program = compiled.manifest.programs?.find((p) => p.name === task.kernel), tree = compiled.launched.programs.find((p) => p.name === task.kernel);
  if (program === undefined || tree === undefined || hasErrors(compiled.diagnostics)) { fail('compiling', compiled.diagnostics.map((d) => d.message).join('; ')); return row(); }
  if (isSame(lane, compiled.kernels.flatMap((k) => k.variants))) { count.same = 1; return row(); }
  const texts = new Map(compiled.files.map((f) => [f.path, f.text]));
  const chosen = programSizes(tree, task.examples, tilesOf(compiled.kernels.flatMap((k) => k.variants)), task.small);
  count.left = chosen.left;
  const device = await openRunDevice(lane.target, lane.device);
  try {
    for (const sizes of chosen.sizes) {
      const label = Object.entries(sizes).map(([n, v]) => `${n}=${v}`).join(' ');
      count.sizes++; count.runs++;
      try {
        const request = { target: lane.target, file: task.path, sizes, inputs: new Map(), outputs: new Map(), seed: 1, check: true, time: false };
        const { result, diagnostics } = await runProgramOnce(silent, request, compiled, program, texts, () => Promise.resolve(device));
        count.checked += result.check?.checked ?? 0;
        count.worst = Math.max(count.worst, result.check === undefined ? 0 : result.check.worst ?? Infinity);
        if (result.check?.ok !== true || hasErrors(diagnostics)) fail(label, diagnostics.map((d) => [d.message, ...d.notes.map((n) => n.message)].join('\n')).join('; ').slice(0, 1000));
      } catch (error) {
        // Programs get random data, which may say that two points write one element, and sizes that a kernel which they call is not for: both are refused as they must be.
        if (error instanceof Error && /is written that an earlier point writes too|: size \w+ (?:must be a whole number|is compiled for)/.test(error.message)) count.refused++;
        else fail(label, messageOf(error));
      }
    }
  } finally { device.close(); }
  return row();
}
