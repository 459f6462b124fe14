// The command line: which commands there are, and how a call ends. A command's own module is loaded only when it is called, so that
// `coldhunt match` does not pay for BullMQ and the AWS SDK.

import { Command, CommanderError, Option } from 'commander';
import type { LogLevel } from '@coldhunt/runtime';
import { EXIT, describeComplaint, type ExitCode } from './exit-code.ts';
import { VERSION } from './version.ts';
import { HELP_STYLE, withoutHelpCommand } from './help.ts';

/** What a command may touch of its process. */
export interface CliContext {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** A command's module: adds itself to the program; its action gives the exit code to `end`. */
interface CommandModule {
  add(program: Command, context: CliContext, end: (code: ExitCode) => void): void;
}

// Not the list of `runtime`: loading it costs more than `coldhunt match` takes to start.
const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<CommandModule>>> = {
  scan: () => import('./commands/scan.ts'),
  plan: () => import('./commands/plan.ts'),
  resume: () => import('./commands/resume.ts'),
  status: () => import('./commands/status.ts'),
  match: () => import('./commands/match.ts'),
  matches: () => import('./commands/matches.ts'),
  explain: () => import('./commands/explain.ts'),
  report: () => import('./commands/report.ts'),
  coverage: () => import('./commands/coverage.ts'),
  compare: () => import('./commands/compare.ts'),
  diff: () => import('./commands/diff.ts'),
  verify: () => import('./commands/verify.ts'),
  evidence: () => import('./commands/evidence.ts'),
  runs: () => import('./commands/runs.ts'),
  watch: () => import('./commands/watch.ts'),
  schedule: () => import('./commands/schedule.ts'),
  rules: () => import('./commands/rules.ts'),
  doctor: () => import('./commands/doctor.ts'),
  worker: () => import('./commands/worker.ts'),
  planner: () => import('./commands/planner.ts'),
  reducer: () => import('./commands/reducer.ts'),
  dashboard: () => import('./commands/dashboard.ts'),
  init: () => import('./commands/init.ts'),
  config: () => import('./commands/config.ts'),
  completion: () => import('./commands/completion.ts'),
};

/** Runs one command and gives its exit code. Errors of ours are thrown; main.ts describes them. */
export async function runCommandLine(given: readonly string[], context: CliContext): Promise<ExitCode> {
  const args = withoutHelpCommand(given, Object.keys(COMMANDS));
  let code: ExitCode = EXIT.done;
  const program = await buildProgram(args, context, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has printed its message: help and version are done, everything else is invalid input.
    return error.exitCode === 0 ? EXIT.done : EXIT.invalid;
  }
  return code;
}

/** The program with the commands that these arguments may need: the one that is named, else all of them. */
async function buildProgram(
  args: readonly string[],
  context: CliContext,
  end: (code: ExitCode) => void,
): Promise<Command> {
  const program = new Command('coldhunt')
    .description("Runs Elastic's detection rules over event archives in S3 or folders, and proves what was examined.")
    .version(VERSION, '-V, --version', 'print the version')
    .option('--config <file>', 'configuration file (default: coldhunt.yaml here, when there is one)')
    .addOption(new Option('--log-level <level>', 'of planner, worker and reducer').choices(LOG_LEVELS))
    .option('--quiet', 'no progress, notes, warnings or summary: only errors and data')
    .exitOverride()
    .showHelpAfterError('  see --help')
    .showSuggestionAfterError(true)
    .configureHelp({ ...HELP_STYLE, helpWidth: Math.min(120, context.stderr.columns ?? 100) })
    .addHelpText('after', '\nExample:\n  coldhunt scan --archive events/ --rule my-rules/ --out first-hunt')
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: (text, write) => write(describeComplaint(text)),
    });
  const named = args.find((arg) => Object.hasOwn(COMMANDS, arg));
  const isVersion = args.length === 1 && ['-V', '--version'].includes(args[0] ?? '');
  const isWhole = (named === undefined && !isVersion) || named === 'completion';
  const wanted = isWhole ? Object.keys(COMMANDS) : named === undefined ? [] : [named];
  for (const name of wanted) {
    const load = COMMANDS[name];
    if (load !== undefined) (await load()).add(program, context, end);
  }
  return program;
}
