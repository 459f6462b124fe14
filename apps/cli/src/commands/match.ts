// `coldhunt match`: a grep for events. Matching events go to standard output as they were read, in source order.

import type { Command } from 'commander';
import {
  InputError,
  countOf,
  toAppError,
  toMillis,
  parseFieldPath,
  parseInstant,
  type LineFilter,
  type ObjectReader,
} from '@coldhunt/core';
import { openArchive } from '@coldhunt/archive';
import { createStreamObject, encodeLineQuery, openObject, type Reading, type SourceEvent } from '@coldhunt/formats';
import { explainTree, shortfall } from '@coldhunt/rules';
import { createLineSearch } from '@coldhunt/search';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { describeClauseTree, describeShortfall } from '../describe-clause-tree.ts';
import { describeClauses } from '../describe-clauses.ts';
import { maxLineBytesOption } from '../hunt-flags.ts';
import { STDIN, inputFields, type Inputs } from '../input-fields.ts';
import { NearMisses } from '../near-misses.ts';
import { nearPath } from '../near-path.ts';
import { createTell } from '../notices.ts';
import type { CliContext } from '../program.ts';
import { PipedMatches } from '../piped-matches.ts';
import { addQueryFlags, resolveQuery, type Query, type QueryFlags } from '../query-flags.ts';
import { isMissing } from '../require-path.ts';
import { screenOf } from '../screen.ts';
import { toTerminalText } from '../terminal-text.ts';
import { writeOut } from '../write-out.ts';

interface MatchFlags extends QueryFlags {
  readonly count: boolean;
  readonly explain: boolean;
  readonly all: boolean;
  readonly tree: boolean;
  readonly prefilter: boolean;
  readonly maxLineBytes: number;
}

interface Totals {
  events: number;
  matched: number;
  unreadable: number;
  /** Events whose values the query could not take. */
  unevaluated: number;
}

const TIME = parseFieldPath('@timestamp');
const NEWLINE = Buffer.from('\n');
const NO_BYTES = new Uint8Array(0);
/** So many events that could not be evaluated are told one by one. */
const UNEVALUATED_TOLD = 5;
/** So many events that do not match are explained as trees. */
const TREES_SHOWN = 20;

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const command = program
    .command('match')
    .summary('grep events with KQL, EQL or a rule')
    .description(
      'Prints the events that match, in source order. Exit 0: some did, 1: none, 2: invalid query, rule or option, 3: some input is not there or could not be read (the rest was).',
    )
    .argument('[file...]', 'NDJSON (plain, gzip, zstd) or Parquet files or folders; - or none: standard input')
    .option('--count', 'print only the number', false)
    .option(
      '--explain',
      'print, for every event, each clause with the value that satisfied it or the reason that it failed',
      false,
    )
    .option(
      '--all',
      'with --explain, explain each event on a terminal too (default there: those that match, and of the others the nearest)',
      false,
    )
    .option(
      '--tree',
      'with --explain, show the query as a tree, and of events that do not match the nearest first',
      false,
    )
    .option('--no-prefilter', 'parse every line, without the search for literals first')
    .addOption(maxLineBytesOption());
  addQueryFlags(command)
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt match --kql \'process.name: "aws" and process.args: "send-command"\' events.ndjson.gz' +
        '\n  coldhunt match --eql \'process where process.name : "powershell*" | head 10\' events.ndjson.gz',
    )
    .action(async (files: readonly string[], flags: MatchFlags, self: Command) => {
      const fromStdin = files.filter((file) => file === STDIN).length;
      if (fromStdin > 1) throw new InputError('OPTION_INVALID', 'standard input can be read once: give one -');
      const stdin = files.length === 0 || fromStdin > 0 ? createStreamObject('stdin:', context.stdin) : null;
      const tell = createTell(self, context);
      if (stdin !== null && context.stdin.isTTY) tell('reading events from standard input (end with Ctrl-D)');
      const inputs: Inputs = { files, stdin };
      const query = await resolveQuery(flags, () => inputFields(inputs, context.cwd, flags.maxLineBytes));
      for (const warning of query.warnings) tell(warning);
      const piped = pipedMatches(query, flags);
      const filter = lineFilterFor(query, flags);
      const totals: Totals = { events: 0, matched: 0, unreadable: 0, unevaluated: 0 };
      // Whoever reads the output by program gets every event; a person would not find the match among them.
      const misses = flags.tree
        ? new NearMisses(TREES_SHOWN)
        : context.stdout.isTTY === true && !flags.all
          ? new NearMisses()
          : null;
      for await (const object of openInputs(inputs, context, totals))
        await matchObject(object, { query, filter, piped, misses, flags, context, totals });
      if (piped !== null) await writePiped(piped, { flags, context, totals });
      if (misses !== null) await writeOut(context.stdout, misses.describe());
      tellUnevaluated(totals, context);
      if (flags.explain && totals.events + totals.unreadable === 0) tell('the input holds no event');
      if (flags.count) await writeOut(context.stdout, `${totals.matched}\n`);
      end(totals.unreadable > 0 ? EXIT.incomplete : totals.matched > 0 ? EXIT.done : EXIT.failed);
    });
}

/** null: every match is printed as it is found. */
function pipedMatches({ pipes: [first, ...rest] }: Query, { explain }: MatchFlags): PipedMatches | null {
  if (first === undefined) return null;
  if (!explain) return new PipedMatches([first, ...rest]);
  throw new InputError(
    'OPTION_INVALID',
    `--explain explains each event by itself: leave out "| ${first.kind} ${first.count}"`,
  );
}

async function writePiped(
  piped: PipedMatches,
  { flags, context, totals }: Pick<MatchJob, 'flags' | 'context' | 'totals'>,
): Promise<void> {
  const left = piped.take();
  totals.matched = left.length;
  if (flags.count) return;
  for (const bytes of left) await writeOut(context.stdout, bytes);
}

/** Each of the first is told where it lies; of more only the number. */
function tellUnevaluated({ unevaluated }: Totals, context: CliContext): void {
  if (unevaluated <= UNEVALUATED_TOLD) return;
  context.stderr.write(`coldhunt: ${countOf(unevaluated - UNEVALUATED_TOLD, 'more event')} could not be evaluated\n`);
}

async function* openInputs({ files, stdin }: Inputs, context: CliContext, totals: Totals): AsyncIterable<ObjectReader> {
  if (stdin !== null && files.length === 0) yield stdin;
  for (const file of files) {
    if (file === STDIN && stdin !== null) {
      yield stdin;
      continue;
    }
    const source = openArchive(file, { cwd: context.cwd });
    try {
      if (await isMissing(file, context.cwd)) throw await notThere(file, context.cwd);
      let isEmpty = true;
      for await (const page of source.list()) {
        for (const listed of page) {
          isEmpty = false;
          yield source.open(listed);
        }
      }
      if (isEmpty) throw new InputError('STORAGE_NOT_FOUND', 'there is no file in this folder');
    } catch (error) {
      complain(file, error, context, totals);
    } finally {
      await source.close?.();
    }
  }
}

async function notThere(file: string, cwd: string): Promise<InputError> {
  const near = await nearPath(file, cwd);
  return new InputError('STORAGE_NOT_FOUND', `no such file or folder${near === null ? '' : `: ${near}`}`);
}

function lineFilterFor(query: Query, { prefilter, explain }: MatchFlags): LineFilter | null {
  const wanted = prefilter && !explain ? encodeLineQuery([query.requirement]) : null;
  return wanted === null ? null : createLineSearch().filter(wanted);
}

interface MatchJob {
  readonly query: Query;
  readonly filter: LineFilter | null;
  readonly piped: PipedMatches | null;
  /** null: each event that does not match is explained where it stands. */
  readonly misses: NearMisses | null;
  readonly flags: MatchFlags;
  readonly context: CliContext;
  readonly totals: Totals;
}

async function matchObject(object: ObjectReader, job: MatchJob): Promise<void> {
  const { query, filter, flags, context, totals } = job;
  let reading: Reading | null = null;
  try {
    reading = await openObject(object, {
      range: null,
      fields: query.fields === null ? null : [...query.fields, TIME],
      requirement: flags.explain ? { kind: 'all', of: [] } : query.requirement,
      lineFilter: filter,
      maxLineBytes: flags.maxLineBytes,
    });
    if (reading.kind.kind === 'refused')
      throw new InputError('FORMAT_UNSUPPORTED', `this is ${reading.kind.name}: ${reading.kind.advice}`);
    for await (const batch of reading.batches()) {
      for (const event of batch) await matchEvent(event, object.uri, job);
    }
  } catch (error) {
    complain(object.uri, error, context, totals);
  }
  const malformed = reading?.counts.lines.malformed ?? 0;
  if (malformed > 0) {
    totals.unreadable += 1;
    const sample = reading?.counts.malformedSamples[0];
    const place = sample === undefined ? '' : `, the first at byte ${sample.offset}: ${sample.error}`;
    context.stderr.write(
      `coldhunt: ${toTerminalText(`${object.uri}: ${countOf(malformed, 'malformed line')}${place}`)}\n`,
    );
  }
}

async function matchEvent(event: SourceEvent, uri: string, job: MatchJob): Promise<void> {
  const { query, piped, misses, flags, context, totals } = job;
  totals.events += 1;
  const now = effectiveTime(event);
  const reason = testEvent(event, now, uri, job);
  if (reason === null) totals.matched += 1;
  if (piped !== null) {
    if (reason === null) piped.add(now, flags.count ? NO_BYTES : Buffer.concat([await event.bytes(), NEWLINE]));
    return;
  }
  if (flags.count) return;
  if (flags.explain) {
    const { view, position } = event;
    // What an exception takes away differs in no clause: nothing came nearer.
    const differences =
      misses === null || reason === null ? [] : (shortfall(query.clause, { event: view, nowMs: now }) ?? []);
    const explained = (): string => {
      const head = `${reason === null ? 'match' : 'no match'}${reason === null || reason === '' ? '' : ` (${reason})`}  ${uri} at ${position}`;
      const screen = screenOf(context.stdout, context.env);
      const why = differences.length === 0 ? '' : toTerminalText(`  ${describeShortfall(differences)}`);
      if (!flags.tree) return `${toTerminalText(head)}\n${describeClauses(query.explain(view, now))}`;
      return `${toTerminalText(head)}${why}\n${describeClauseTree(explainTree(query.clause, view, now), screen)}`;
    };
    if (reason !== null && misses !== null) misses.add(differences.length, explained);
    else await writeOut(context.stdout, explained());
  } else if (reason === null) {
    await writeOut(context.stdout, Buffer.concat([await event.bytes(), NEWLINE]));
  }
}

/** `null`: the event matches; else why not. An event that cannot be evaluated is told, and does not match. */
function testEvent(event: SourceEvent, now: number, uri: string, { query, context, totals }: MatchJob): string | null {
  try {
    return query.test(event.view, now);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    totals.unreadable += 1;
    totals.unevaluated += 1;
    if (totals.unevaluated <= UNEVALUATED_TOLD) {
      const text = `${uri} at ${event.position}: ${error.message} (${error.code})`;
      context.stderr.write(`coldhunt: ${toTerminalText(text)}\n`);
    }
    return 'it could not be evaluated';
  }
}

/** KQL's `now` is the event's own time, as in a hunt; an event without one has the epoch. */
function effectiveTime(event: SourceEvent): number {
  const times = event.view
    .values(TIME)
    .map((value) => parseInstant(value))
    .filter((nanos) => nanos !== null);
  return times.length === 0 ? 0 : toMillis(times.reduce((least, nanos) => (nanos < least ? nanos : least)));
}

function complain(what: string, error: unknown, context: CliContext, totals: Totals): void {
  const known = toAppError(error);
  if (known.code === 'INVARIANT' || known.code === 'URI_INVALID') throw error;
  totals.unreadable += 1;
  context.stderr.write(`coldhunt: ${toTerminalText(`${what}: ${known.message} (${known.code})`)}\n`);
}
