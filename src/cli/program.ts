/** Arguments to outcome to output. In-process and without globals, so that tests run it as it is. */
import { Command as Commander, CommanderError } from 'commander';
import { CompilerBug } from '../diagnostics/bug.ts';
import { absent, commands, type CommandEntry, type OptionValues } from './commands.ts';
import { context, type Streams } from './context.ts';
import { exit, stop, type ExitCode, type Outcome } from './outcome.ts';
import { similarNames } from '../check/suggest.ts';
import { version } from '../version.ts';

interface Parsed { readonly entry: CommandEntry; readonly paths: readonly string[]; readonly options: OptionValues }

/** Runs one command line and gives its exit code. */
export async function run(args: readonly string[], streams: Streams): Promise<ExitCode> {
  const json = args.includes('--json');
  let command = '';
  try {
    const parsed = parse(args, streams);
    if (typeof parsed === 'number') return parsed;
    command = parsed.entry.name;
    const execute = await parsed.entry.load();
    return await print(await execute(context(streams, json), parsed.paths, parsed.options), command, json, streams);
  } catch (cause) {
    const { outcomeOf } = await import('./failure.ts');
    return print(outcomeOf(cause, streams.env), command, json, streams);
  }
}

async function print(outcome: Outcome, command: string, json: boolean, streams: Streams): Promise<ExitCode> {
  if (!json && outcome.diagnostics.length === 0) return outcome.exitCode;
  const { printDiagnostics, printJson } = await import('./print.ts');
  if (json) printJson(outcome, command, streams);
  else printDiagnostics(outcome, command, streams);
  return outcome.exitCode;
}

/** The command asked for, or the exit code where help or the version was. */
function parse(args: readonly string[], streams: Streams): Parsed | ExitCode {
  let parsed: Parsed | undefined;
  const program = new Commander('tdsl');
  program
    .description('Compiles index notation to readable CUDA, WGSL and JavaScript kernels with a typed TypeScript host harness.')
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: () => {}, getOutHelpWidth: () => 100 });
  for (const entry of commands) {
    const sub = program.command(`${entry.name} ${entry.arguments}`.trim()).description(entry.summary).exitOverride();
    for (const option of entry.options) {
      if (option.many === true) sub.option(option.flags, option.text, (value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
      else sub.option(option.flags, option.text);
    }
    sub.option('--json', 'print one JSON object');
    sub.action(() => {
      parsed = { entry, paths: sub.args, options: sub.opts<OptionValues>() };
    });
  }
  const [first] = args.filter((arg) => !arg.startsWith('-'));
  const planned = absent.find((name) => name === first);
  if (planned !== undefined) throw stop(exit.usage, 'TDSL0513', { command: planned });
  try {
    program.parse(args, { from: 'user' });
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    if (cause.exitCode === 0) return exit.ok;
    if (cause.code === 'commander.help') {
      streams.err(program.helpInformation());
      return exit.usage;
    }
    const known = commands.map(({ name }) => name);
    const similar = cause.code === 'commander.unknownCommand' && first !== undefined ? similarNames(first, known) : undefined;
    if (similar !== undefined && first !== undefined) throw stop(exit.usage, 'TDSL0503', { what: 'command', name: first, known, similar });
    throw stop(exit.usage, 'TDSL0500', { text: cause.message.replace(/^error: /, '') });
  }
  if (parsed === undefined) throw new CompilerBug('commander called no action');
  return parsed;
}
