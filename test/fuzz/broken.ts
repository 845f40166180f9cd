/**
 * Broken text against the front end: parser, checker, and formatter where nothing is wrong.
 *
 *     tsx test/fuzz/broken.ts --seed S --count N [--log FILE]
 *
 * Input i has the seed S + i. No exception, no input that takes longer than `slow` milliseconds, places inside the text, valid trees from what passes,
 * and a formatted text that parses to no mistake. With `--log` a stopped run goes on where it was.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from '../../grammar/format.ts';
import { parse } from '../../grammar/parse.ts';
import { check } from '../../src/check/check.ts';
import { type Diagnostic, hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { validateKernel } from '../../src/ir/tst-validate.ts';
import { mutant, random } from '../grammar/fuzz.ts';
import { generate } from './generate.ts';
import { Random } from './random.ts';

/** Time that one input may take, on machines that do much else too. */
const slow = 5000;
export interface BrokenTally { inputs: number; parsed: number; checked: number; formatted: number; slowest: { milliseconds: number; seed: number }; failures: { seed: number; message: string; text: string }[] }
export const newBrokenTally = (): BrokenTally => ({ inputs: 0, parsed: 0, checked: 0, formatted: 0, slowest: { milliseconds: 0, seed: 0 }, failures: [] });

/** A mutation of a real program, or for every fourth seed a generated program with a few characters or words changed. */
export function brokenText(seed: number): string {
  if (seed % 4 !== 0) return mutant(random(seed));
  const random_ = new Random(seed);
  const parts = generate(seed).text.split(/(\b|\s+)/);
  for (let n = random_.between(0, 3); n > 0; n--) {
    const at = random_.below(parts.length), other = random_.below(parts.length);
    const how = random_.below(4);
    if (how === 0) parts.splice(at, 1);
    else if (how === 1) parts.splice(at, 0, parts[other] ?? '');
    else if (how === 2) [parts[at], parts[other]] = [parts[other] ?? '', parts[at] ?? ''];
    else parts[at] = random_.pick(['0', '-1', '99999999999', 'k', 'f16', '[', ')', ', ', ': ', ' = ', '2*', 'sum(k) ', 'where ']);
  }
  return parts.join('');
}

export async function tryBroken(seed: number, tally: BrokenTally, text = brokenText(seed)): Promise<void> {
  tally.inputs++;
  const start = performance.now();
  const fail = (message: string): void => { tally.failures.push({ seed, message, text }); };
  try {
    const { ast, diagnostics } = parse(text, 'broken.tdsl');
    const places = (list: readonly Diagnostic[]): void => {
      for (const d of list) for (const s of [d.span, ...d.notes.map((n) => n.span), ...d.edits.map((e) => e.span)]) {
        // A note may point into the standard library.
        if (s !== undefined && (s.file === 'broken.tdsl' || s === d.span) && !(s.start >= 0 && s.start <= s.end && s.end <= text.length)) fail(`${d.code} lies at ${s.start}–${s.end}`);
      }
    };
    places(diagnostics);
    const whole = !hasErrors(diagnostics);
    if (whole) tally.parsed++;
    const checked = check(ast);
    places(checked.diagnostics);
    for (const k of checked.program.kernels) for (const v of validateKernel(k).slice(0, 1)) fail(`the tree of ${k.name} breaks rule ${v.rule}: ${v.message}`);
    if (whole && !hasErrors(checked.diagnostics)) tally.checked++;
    if (whole && seed % 10 === 0) {
      const once = (await format(text)).text;
      if (once === undefined) fail('not formatted');
      else if (hasErrors(parse(once, 'broken.tdsl').diagnostics)) fail(`the formatted text does not parse:\n${once}`);
      else tally.formatted++;
    }
  } catch (error) {
    fail(error instanceof Error ? `${error.message}\n${(error.stack ?? '').split('\n').slice(1, 5).join('\n')}` : String(error));
  }
  const milliseconds = performance.now() - start;
  if (milliseconds > tally.slowest.milliseconds) tally.slowest = { milliseconds, seed };
  if (milliseconds > slow) fail(`took ${milliseconds.toFixed(0)} ms`);
}

async function main(args: readonly string[]): Promise<number> {
  const option = (name: string, otherwise: string): string => { const at = args.indexOf(`--${name}`); return at < 0 ? otherwise : args[at + 1] ?? otherwise; };
  const first = Number(option('seed', '1')), count = Number(option('count', '10000')), log = option('log', '');
  const last = log !== '' && existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').at(-1) : undefined;
  const tally: BrokenTally = last === undefined || last === '' ? newBrokenTally() : JSON.parse(last) as BrokenTally;
  while (tally.inputs < count) {
    await tryBroken(first + tally.inputs, tally);
    if (log !== '' && tally.inputs % 1000 === 0) appendFileSync(log, `${JSON.stringify(tally)}\n`);
  }
  for (const f of tally.failures) process.stdout.write(`== seed ${f.seed}: ${f.message}\n${f.text}\n\n`);
  process.stdout.write(`${tally.inputs} inputs from seed ${first}: ${tally.parsed} parse, ${tally.checked} are programs, ${tally.formatted} formatted, ${tally.failures.length} failures; the slowest took ${tally.slowest.milliseconds.toFixed(0)} ms (seed ${tally.slowest.seed})\n`);
  return tally.failures.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
