/** `tdsl test`: runs the tests that stand beside the code, on the interpreter and on a target. */
import type { TestTree } from '../check/tests.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { diagnostic } from '../diagnostics/report.ts';
import { Sources } from '../diagnostics/span.ts';
import { compileSource } from '../driver.ts';
import type { CompileResult } from '../driver-types.ts';
import type { Device } from '../runtime/device.ts';
import { validates } from './bundled.ts';
import type { OptionValues } from './commands.ts';
import type { Context } from './context.ts';
import { parseTargets } from './options.ts';
import { done, exit, type Outcome } from './outcome.ts';
import { openRunDevice } from './run-device.ts';
import { readImported, readSource, sourcePaths } from './sources.ts';
import { judge, type Numbers, onDevice, onInterpreter, testInputs } from './test-run.ts';
import { list, text } from './values.ts';

/** One test on one machine, for `--json`. */
interface TestResult {
  readonly kernel: string;
  readonly file: string;
  readonly line: number;
  readonly sizes: Readonly<Record<string, number>>;
  readonly target: string;
  readonly ok: boolean;
  readonly failures: readonly { readonly line: number; readonly at: Readonly<Record<string, number>>; readonly sides: readonly [number, number] | null; readonly count: number }[];
}

export async function testCommand(context: Context, paths: readonly string[], values: OptionValues): Promise<Outcome> {
  const targets = parseTargets(list(values, 'target')) ?? ['cpu'];
  const sources = new Sources();
  const diagnostics: Diagnostic[] = [];
  const tests: TestResult[] = [];
  const devices = new Map<string, Device>();
  // Opened when the first test needs it, so that a file with mistakes is told so without a GPU.
  const open = async (target: string): Promise<Device> => {
    const device = devices.get(target) ?? await openRunDevice(target, target === 'cpu' ? undefined : text(values, 'device'));
    devices.set(target, device);
    return device;
  };
  try {
    for (const source of sourcePaths(paths).map(readSource)) {
      sources.add(source.path, source.text);
      const result = compileSource(source.text, source.path, { targets, validate: validates(), read: readImported });
      sources.addAll(result.sources);
      diagnostics.push(...result.diagnostics);
      if (hasErrors(result.diagnostics)) continue;
      for (const test of result.tests) await runTest(test, result);
    }
  } finally {
    for (const device of devices.values()) device.close();
  }
  const failed = tests.filter((t) => !t.ok).length;
  context.note(`${tests.length} ${tests.length === 1 ? 'run' : 'runs'} of tests, ${failed} failed\n`);
  const isWrong = diagnostics.some(({ severity, code }) => severity === 'error' && code !== 'TDSL0518');
  return done({ tests }, { exitCode: isWrong ? exit.diagnostics : failed > 0 ? exit.verification : exit.ok, diagnostics, sources });

  async function runTest(test: TestTree, result: CompileResult): Promise<void> {
    const kernel = result.kernels.find((k) => k.kernel.name === test.subject)?.kernel;
    if (kernel === undefined) return;
    const attempt = async (where: string, run: () => Numbers | Promise<Numbers>): Promise<void> => {
      try {
        report(test, where, await run());
      } catch (cause) {
        if (!(cause instanceof RangeError)) throw cause;
        diagnostics.push(diagnostic('TDSL0518', { kernel: test.subject, where, what: cause.message }, test.span));
        note(test, where, []);
      }
    };
    await attempt('interpreter', () => onInterpreter(test, kernel, testInputs(test, kernel)));
    for (const target of targets) await attempt(target, async () => onDevice(test, result, target, await open(target), testInputs(test, kernel)));
  }

  function report(test: TestTree, where: string, found: Numbers): void {
    const failures = judge(test, found);
    for (const { expectation, at, sides, count } of failures) {
      const point = Object.entries(at).map(([name, n]) => `${name} = ${n}`).join(', ');
      const what = sides === undefined ? 'this does not hold' : `the sides are ${number(sides[0])} and ${number(sides[1])}`;
      diagnostics.push(diagnostic('TDSL0518', { kernel: test.subject, where, what: `${what}${point === '' ? '' : ` at ${point}`}${count > 1 ? `, the first of ${count} places` : ''}` }, expectation.span));
    }
    note(test, where, failures.map(({ expectation, at, sides, count }) => ({ line: lineOf(expectation.span), at, sides: sides ?? null, count })), failures.length === 0);
  }

  function note(test: TestTree, target: string, failures: TestResult['failures'], ok = false): void {
    const line = lineOf(test.span);
    tests.push({ kernel: test.subject, file: test.span.file, line, sizes: test.sizes, target, ok, failures });
    const sizes = Object.entries(test.sizes).map(([name, n]) => `${name}=${n}`).join(', ');
    context.result(`${ok ? 'ok    ' : 'FAILED'} ${test.span.file}:${line} ${test.subject}(${sizes}) on ${target}\n`);
  }

  function lineOf(span: TestTree['span']): number {
    return sources.get(span.file)?.position(span.start).line ?? 0;
  }
}

const number = (x: number): string => (Number.isInteger(x) ? String(x) : x.toPrecision(9));
