/** The commands as data: what `--help` shows, which options each takes, and where its code is. Loaded at every start, so it imports nothing. */
import type { Context } from './context.ts';
import type { Outcome } from './outcome.ts';

/** Values as they stand on the command line: absent options are undefined, flags true, repeatable options lists. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export type Command = (context: Context, paths: readonly string[], options: OptionValues) => Promise<Outcome>;

interface Option { readonly flags: string; readonly text: string; /** May be given several times. */ readonly many?: boolean }

export interface CommandEntry {
  readonly name: string;
  readonly arguments: string;
  readonly summary: string;
  readonly options: readonly Option[];
  readonly load: () => Promise<Command>;
}

const target: Option = { flags: '-t, --target <targets>', text: 'cpu, wgsl, cuda:sm_80; several with commas', many: true };
const kernel: Option = { flags: '-k, --kernel <name>', text: 'this kernel alone' };
const compute: Option = { flags: '--compute <type>', text: 'bf16, or f32: no rounding of what is between kernels, slower (default: bf16)' };
const format: Option = { flags: '--format <act=f32,…>', text: 'types for plain formats of the source, in place of its own', many: true };
const size = (text: string): Option => ({ flags: '-s, --size <M=512,…>', text, many: true });

export const commands: readonly CommandEntry[] = [
  {
    name: 'compile',
    arguments: '<paths...>',
    summary: 'write kernels, host harness and manifest',
    options: [
      { flags: '-o, --output <folder>', text: 'where to write (default: generated)' },
      target,
      kernel,
      size('sizes known at compile time'),
      format,
      { flags: '--frozen', text: 'write nothing; show what would change and exit with 3' },
      { flags: '--watch', text: 'compile again when a source changes' },
      { flags: '--bundle', text: 'also the harness with its kernels as one file for a browser' },
      { flags: '--tuned', text: 'take schedules that `tdsl tune` found on this machine, where the source has none' },
    ],
    load: async () => (await import('./compile.ts')).compileCommand,
  },
  {
    name: 'run',
    arguments: '[file]',
    summary: 'compile in memory, run, check and time',
    options: [
      kernel,
      { ...target, text: 'one target (default: cpu)' },
      { flags: '-d, --device <device>', text: 'which device: a number, part of a name, or `shim` (CUDA text on the processor)' },
      size('sizes of this run'),
      format,
      { flags: '--in <A=a.npy>', text: 'a tensor from a file, or W=m.safetensors:name; for one without dimensions also a number, x=0.5; random where none is given', many: true },
      { flags: '--out <C=c.npy>', text: 'write a result to a file', many: true },
      { flags: '--seed <number>', text: 'seed of the random inputs (default: 1)' },
      { flags: '--check', text: 'compare with the interpreter; exit with 3 where they differ' },
      { flags: '--time', text: 'time the launches' },
    ],
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    name: 'test',
    arguments: '<paths...>',
    summary: 'run the `test` blocks of files or folders, on the interpreter and on targets; exit with 3 where one fails',
    options: [
      { ...target, text: 'targets beside the interpreter (default: cpu)' },
      { flags: '-d, --device <device>', text: 'which device: a number, part of a name, or `shim` (CUDA text on the processor)' },
    ],
    load: async () => (await import('./test.ts')).testCommand,
  },
  { name: 'check', arguments: '<paths...>', summary: 'report mistakes and write nothing; `-` reads standard input', options: [], load: async () => (await import('./check.ts')).checkCommand },
  {
    name: 'fmt',
    arguments: '<paths...>',
    summary: 'format source files; `-` formats standard input to standard output',
    options: [{ flags: '--check', text: 'write nothing; exit with 3 where a file is not formatted' }],
    load: async () => (await import('./fmt.ts')).fmtCommand,
  },
  {
    name: 'inspect',
    arguments: '[file]',
    summary: 'show what the compiler did and why',
    options: [
      { flags: '-e, --emit <levels>', text: 'ast, tst, tile, plan, report, source, manifest; resources, ptx and sass of CUDA where nvcc is; several with commas (default: report)', many: true },
      target,
      kernel,
      size('sizes known at compile time'),
      format,
      { flags: '--print-after <passes>', text: 'print what these passes gave; `all` for every pass', many: true },
      { flags: '--stop-after <pass>', text: 'end after this pass' },
      { flags: '--time-passes', text: 'print how long each pass took' },
      { flags: '--html', text: 'print a page with the source, trees, passes, plans and code' },
      { flags: '--cost <model>', text: 'explain what gpu, compat or calibrated predicts, term by term' },
      { flags: '--accelerator <name>', text: 'with --cost: on this accelerator (default: the first of the file)' },
      { flags: '--design <x=16,…>', text: 'with --cost: its parameters; without a file P, B, L1 and L2 of compat', many: true },
      { flags: '--tiles <i=64,…>', text: 'with --cost: this schedule, not the best that is found', many: true },
      { flags: '--hoist <number>', text: 'with --tiles: summed loops that stand outside' },
    ],
    load: async () => (await import('./inspect.ts')).inspectCommand,
  },
  {
    name: 'partition',
    arguments: '<file>',
    summary: 'which loops an intrinsic can take, and what rejected every other choice',
    options: [
      { flags: '-i, --intrinsic <name>', text: 'this intrinsic or accelerator alone; FILE#name for one of another file' },
      kernel,
      size('sizes known at compile time'),
      { flags: '--all', text: 'list every rejected choice' },
      { flags: '--check', text: 'run every match on a functional model and compare with the interpreter' },
      { flags: '--source', text: 'print the interface of every match as code' },
      { flags: '--html', text: 'print a page with trees and candidates' },
    ],
    load: async () => (await import('./partition.ts')).partitionCommand,
  },
  {
    name: 'codesign',
    arguments: '<file>',
    summary: 'search an accelerator\'s space for the designs that no other beats',
    options: [
      { flags: '--with <file>', text: 'accelerators and the `codesign` of another file, for example constraints' },
      { flags: '--method <name>', text: 'enumerate, random, nsga2 or ehvi (default: ehvi)' },
      { flags: '--evals <number>', text: 'designs to evaluate (default: 40; all of them for enumerate)' },
      { flags: '--seed <number>', text: 'seed of the search (default: 0)' },
      { flags: '--model <name>', text: 'calibrated or compat (default: calibrated)' },
      { flags: '--explorer <name>', text: 'software search: random, heuristic, q-learning or evolutionary (default: heuristic)' },
      { flags: '--trials <number>', text: 'schedules that the search of one layer looks at (default: 800)' },
      { flags: '--factors <rule>', text: 'tile factors: all or divisors (default: all)' },
      { flags: '--jobs <number>', text: 'threads (default: as the work is worth)' },
      { flags: '-o, --output <folder>', text: 'where to write, and to go on from (default: codesign/WORKLOAD)' },
      { flags: '--restart', text: 'begin anew, whatever the folder holds' },
    ],
    load: async () => (await import('./codesign.ts')).codesignCommand,
  },
  {
    name: 'tune',
    arguments: '<file>',
    summary: 'search schedules, and write the fastest as blocks of a source',
    options: [
      { ...target, text: 'cpu, wgsl, cuda:sm_80, cuda:sm_90a, or FILE#accelerator (default: cpu)' },
      kernel,
      size('sizes to be fast at'),
      { flags: '--trials <number>', text: 'schedules to look at (default: 200)' },
      { flags: '--measure', text: 'measure the best on the device; without it predictions decide' },
      { flags: '-d, --device <device>', text: 'which device: a number, part of a name, or `shim`' },
      { flags: '-o, --output <file>', text: 'write the source with the schedules that won' },
      { flags: '--seed <number>', text: 'seed of the search (default: 0)' },
      { flags: '--explorer <name>', text: 'q-learning, heuristic, evolutionary, random, exhaustive (default: q-learning)' },
      { flags: '--design <x=16,…>', text: 'parameters of an accelerator (default: the middle of its values)', many: true },
    ],
    load: async () => (await import('./tune.ts')).tuneCommand,
  },
  {
    name: 'generate',
    arguments: '',
    summary: 'continue a text with a Llama-architecture checkpoint (greedy)',
    options: [
      { flags: '-m, --model <folder>', text: 'config.json, tokenizer.json and .safetensors weights' },
      { flags: '-p, --prompt <text>', text: 'the text to go on from' },
      { flags: '--prompt-file <file>', text: 'the same from a file' },
      { flags: '-n, --max-tokens <count>', text: 'at most so many new tokens (default: 64)' },
      { flags: '--bos', text: 'begin with the BOS token, also where the tokenizer does not' },
      { flags: '--ignore-eos', text: 'go on after an end of text' },
      compute,
      { ...target, text: 'one target (default: cpu)' },
      { flags: '-d, --device <device>', text: 'which device: a number, or part of a name' },
    ],
    load: async () => (await import('./generate.ts')).generateCommand,
  },
  {
    name: 'eval',
    arguments: '',
    summary: 'perplexity of a text under a Llama-architecture checkpoint',
    options: [
      { flags: '-m, --model <folder>', text: 'config.json, tokenizer.json and .safetensors weights' },
      { flags: '--text <file>', text: 'the text' },
      { flags: '--window <tokens>', text: 'tokens that are scored together (default: 2048)' },
      { flags: '--stride <tokens>', text: 'from one window to the next (default: the window)' },
      { flags: '--windows <count>', text: 'at most so many windows' },
      { flags: '--bos', text: 'begin each window with the BOS token' },
      compute,
      { ...target, text: 'one target (default: cpu)' },
      { flags: '-d, --device <device>', text: 'which device: a number, or part of a name' },
    ],
    load: async () => (await import('./eval.ts')).evalCommand,
  },
  { name: 'explain', arguments: '[code]', summary: 'explain a diagnostic, for example TDSL0101; all of them without a code', options: [], load: async () => (await import('./explain.ts')).explainCommand },
  { name: 'targets', arguments: '', summary: 'list targets, and what is there or missing on this machine', options: [], load: async () => (await import('./targets.ts')).targetsCommand },
  {
    name: 'init',
    arguments: '[folder]',
    summary: 'write examples to start from',
    options: [{ flags: '--example <names>', text: 'these examples (default: matmul); several with commas', many: true }],
    load: async () => (await import('./init.ts')).initCommand,
  },
];

/** Planned; asked for by name, they say so. */
export const absent = ['quantize'] as const;
