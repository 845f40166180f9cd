/**
 * One program with states on every machine: against the interpreter of programs, by turns a whole run as users start it (with its recording and shared memory), and
 * call by call from what the calls before gave.
 */
import { checkCalls } from '../../src/cli/run-program.ts';
import { decode, encode, fromRows, toRows } from '../../src/cli/tensor-data.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { compileSource } from '../../src/driver.ts';
import type { CompileResult } from '../../src/driver-types.ts';
import { elementsOf, shapeOf, sizeValue } from '../../src/host/engine-spec.ts';
import { createState, prepareProgram, type StateObject } from '../../src/host/program-engine.ts';
import { hostSpec, kernelSpec, programSpec, stateSpec, tensorSpec } from '../../src/host/spec.ts';
import { randomValues } from '../../src/ir/random-input.ts';
import { compare, describe } from '../../src/ir/tolerance.ts';
import type { OracleTensor } from '../../src/ir/tst-interpret.ts';
import type { ManifestProgram } from '../../src/manifest.ts';
import { interpretProgram } from '../../src/program/interpret.ts';
import type { Device } from '../../src/runtime/device.ts';
import { type Failure, keyOf, type Level, messageOf, type Plan, type Program, type Tally, timer } from './execute.ts';
import { hostFunctions, hostOracle } from './hosts.ts';
import { libraryReader } from './libraries.ts';
import { numberOf, unhurried } from './machines.ts';
import type { Sizes } from './sizes.ts';
import { TileDevice, TooLong } from './tile-device.ts';
import { smallerSizes } from './tile-levels.ts';

type Inputs = ReadonlyMap<string, Float32Array | Int32Array>;

export async function executeStateful(program: Program & { readonly program: string }, plan: Plan, tally: Tally): Promise<Failure[]> {
  const failures: Failure[] = [];
  const fail = (level: Level, target: string, sizes: Sizes, message: string, kind?: string): void => {
    failures.push({ level, target, variant: program.program, sizes, seed: program.seed, message, key: `program ${keyOf(level, target, kind ?? message)}` });
  };
  const timed = timer(program, plan, tally);
  const runs = new Map<string, OneRun>();
  for (const target of plan.targets) {
    let compiled: CompileResult;
    try { compiled = await timed(`compile ${target}`, () => compileSource(program.text, `f${program.seed}.tdsl`, { targets: [target], sizes: program.known, read: libraryReader(program.library) })); } catch (error) { fail('compile', target, {}, messageOf(error)); continue; }
    const wrong = compiled.diagnostics.find((d) => d.severity === 'error');
    if (hasErrors(compiled.diagnostics)) { fail('check', '', {}, `${wrong?.code ?? ''} ${wrong?.message ?? ''}`, wrong?.code); return failures; }
    const tree = compiled.launched.programs.find((p) => p.name === program.program), manifest = compiled.manifest.programs?.find((p) => p.name === program.program);
    if (tree === undefined || manifest === undefined) { fail('check', '', {}, `no program ${program.program}`); return failures; }
    // Integers of an empty range have no values, and what is clamped into an empty tensor is nowhere.
    const fit = (sizes: Sizes): boolean => manifest.tensors.every(({ limit }) => limit === undefined || (sizeValue(limit, sizes) ?? 0) >= 1) && manifest.tensors.every((t) => elementsOf(tensorSpec(t), sizes) > 0) && tree.facts.every((f) => { const n = numberOf(f.expr, sizes); return f.relation === 'zero' ? n === 0 : n >= 0; });
    /** What is right at these sizes, whatever the target. */
    const runAt = async (sizes: Sizes): Promise<OneRun | undefined> => {
      const known = runs.get(JSON.stringify(sizes));
      if (known !== undefined) return known;
      const inputs = inputsOf(manifest, sizes, program.seed);
      try {
        const made = { sizes, inputs, oracle: await timed('program oracle', () => interpretProgram(tree, compiled.program.kernels, compiled.launched.hosts, sizes, inputs, hostOracle(compiled.launched.hosts))) };
        runs.set(JSON.stringify(sizes), made);
        for (const expected of made.oracle.values()) { const own = compare(expected.values, expected); tally.checked += own.checked; tally.unknown += own.unknown; }
        return made;
      } catch (error) { fail('oracle', '', sizes, messageOf(error)); return undefined; }
    };
    /** By turns all calls at once, and each from what the calls before gave. @throws TooLong of a device of tile IR */
    const runOn = async (device: Device, level: Level, where: string, label: string, { sizes, inputs, oracle }: OneRun): Promise<void> => {
      // Only what waits for other processors has anything to wait for.
      const awaited = device.kind === 'webgpu' && level === 'run' ? unhurried : <T>(work: Promise<T>): Promise<T> => work;
      const count = (checked: number): void => { tally.elements[where] = (tally.elements[where] ?? 0) + checked; };
      try {
        if (program.seed % 24 === 0) {
          const found = await timed(where, () => awaited(traced(compiled, manifest, sizes, inputs, device, target)));
          count(found?.report.checked ?? 0);
          if (found?.report.ok !== true) fail(level, target, sizes, `${label}wrong numbers: ${found?.diagnostics.map((d) => [d.message, ...d.notes.map((n) => n.message)].join('\n')).join('\n') ?? 'no calls'}`, 'wrong numbers');
          return;
        }
        const found = await timed(where, () => awaited(whole(compiled, manifest, sizes, inputs, device)));
        for (const [name, expected] of oracle) {
          const result = compare(found.get(name) ?? [], expected, 4);
          count(result.checked);
          if (!result.ok) { fail(level, target, sizes, `${label}wrong numbers: ${result.mismatches} of ${result.checked}\n${describe(name, result).join('\n')}`, 'wrong numbers'); return; }
        }
      } catch (error) {
        if (error instanceof TooLong) throw error;
        fail(level, target, sizes, `${label}${messageOf(error)}`);
      }
    };
    const fitting = program.sizes.filter((sizes) => fit(sizes) || (tally.unfit++, false));
    for (const sizes of fitting) {
      const run = await runAt(sizes);
      if (run === undefined) return failures;
      for (const machine of plan.machines) {
        if (machine.name !== target || !plan.levels.has('run')) continue;
        const where = `program ${machine.label}`, label = machine.label === target ? '' : `${machine.label}: `;
        tally.runs[where] = (tally.runs[where] ?? 0) + 1;
        try { await runOn(await machine.device(), 'run', where, label, run); } catch (error) { fail('run', target, sizes, `${label}${messageOf(error)}`); }
      }
    }
    if (plan.levels.has('values') && plan.smaller !== undefined && fitting.length > 0) {
      const where = `program values ${target}`, fixed = new Map(Object.entries(program.known).map(([name, n]) => [name, [n]] as const));
      const candidates = [...fitting, ...smallerSizes(fitting, fixed).filter(fit)];
      let isDone = false;
      for (const [i, sizes] of candidates.entries()) {
        const run = await runAt(sizes);
        if (run === undefined) return failures;
        try {
          await runOn(new TileDevice(compiled, target, program.seed, i === candidates.length - 1 ? plan.smaller.values : plan.steps.values), 'values', where, '', run);
          tally.runs[where] = (tally.runs[where] ?? 0) + 1;
          isDone = true;
          break;
        } catch (error) { if (!(error instanceof TooLong)) throw error; }
      }
      if (!isDone) tally.missed[where] = (tally.missed[where] ?? 0) + 1;
    }
  }
  return failures;
}

/** What the interpreter of programs says of one run. */
interface OneRun { readonly sizes: Sizes; readonly inputs: Inputs; readonly oracle: ReadonlyMap<string, OracleTensor> }

const given = (program: ManifestProgram): ManifestProgram['tensors'] => program.tensors.filter(({ role }) => role === 'input' || role === 'state');

const rowsOf = (t: ManifestProgram['tensors'][number], sizes: Sizes): number => shapeOf(tensorSpec(t), sizes).slice(0, t.sliced).reduce((a, b) => a * b, 1);

/** Integers of a range are positions, and those that say where to write must differ: sequences that repeat nothing within the range. */
function inputsOf(program: ManifestProgram, sizes: Sizes, seed: number): Inputs {
  return new Map(given(program).map((t) => [t.name, randomValues(t.dtype, t.name, elementsOf(tensorSpec(t), sizes), seed, t.limit === undefined ? undefined : sizeValue(t.limit, sizes), true)]));
}

type Prepared = Awaited<ReturnType<typeof prepareProgram<string, Record<string, number>>>>;
type States = Readonly<Record<string, StateObject<string>>>;

async function withProgram<T>(compiled: CompileResult, program: ManifestProgram, sizes: Sizes, inputs: Inputs, device: Device, run: (prepared: Prepared, states: States) => Promise<T>): Promise<T> {
  const { kernels, states: declared = [], hosts = [] } = compiled.manifest;
  const specs = {
    kernels: Object.fromEntries(kernels.map((k) => [k.name, kernelSpec(k)])), states: Object.fromEntries(declared.map((s) => [s.name, stateSpec(s)])), hosts: Object.fromEntries(hosts.map((h) => [h.name, hostSpec(h)])),
  };
  const texts = new Map(compiled.files.map((f) => [f.path, f.text]));
  const states: Record<string, StateObject<string>> = {};
  let prepared: Prepared | undefined;
  try {
    for (const { parameter, state } of program.states) { const spec = specs.states[state]; if (spec !== undefined) states[parameter] = createState(spec, device, sizes); }
    prepared = await prepareProgram<string, Record<string, number>>(programSpec(program), specs, device, sizes, states, { load: async (path) => texts.get(path) ?? Promise.reject(new Error(`no ${path}`)), host: hostFunctions(compiled.launched.hosts) });
    for (const t of given(program)) {
      const bytes = toRows(t.dtype, encode(t.dtype, inputs.get(t.name) ?? []), elementsOf(tensorSpec(t), sizes), rowsOf(t, sizes));
      const array = { Float32Array, Uint16Array, Int16Array, Int32Array, Uint32Array, Int8Array, Uint8Array }[tensorSpec(t).array];
      const data = new array(bytes.slice().buffer);
      if (t.state === undefined) prepared.upload(t.name, data);
      else states[t.state.parameter]?.upload(t.state.field, data);
    }
    return await run(prepared, states);
  } finally {
    prepared?.destroy();
    for (const s of Object.values(states)) s.destroy();
  }
}

/** Results and changed fields after one run. */
function whole(compiled: CompileResult, program: ManifestProgram, sizes: Sizes, inputs: Inputs, device: Device): Promise<Map<string, ArrayLike<number>>> {
  return withProgram(compiled, program, sizes, inputs, device, async (prepared, states) => {
    await prepared.run();
    const found = new Map<string, ArrayLike<number>>();
    for (const t of program.tensors.filter((x) => x.role === 'output' || x.state?.inout === true)) {
      const tensor = t.state === undefined ? await prepared.download(t.name) : await states[t.state.parameter]?.download(t.state.field);
      if (tensor !== undefined) {
        const count = elementsOf(tensorSpec(t), sizes);
        found.set(t.name, decode(t.dtype, fromRows(t.dtype, new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength), count, rowsOf(t, sizes)), count));
      }
    }
    return found;
  });
}

function traced(compiled: CompileResult, program: ManifestProgram, sizes: Sizes, inputs: Inputs, device: Device, target: string): Promise<ReturnType<typeof checkCalls>> {
  return withProgram(compiled, program, sizes, inputs, device, async (prepared) => {
    const calls: ReadonlyMap<string, Uint8Array>[] = [];
    await prepared.trace((_, written) => calls.push(written));
    return checkCalls(compiled, program, sizes, inputs, calls, target, hostOracle(compiled.launched.hosts));
  });
}
