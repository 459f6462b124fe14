// `coldhunt evidence <run> <uuid>`: the events that an alert rests on, from the archive. `coldhunt evidence export <run>`: the proof of all
// alerts, copied out of the archive before a lifecycle rule takes it away.

import { Option, type Command } from 'commander';
import { InputError, countOf } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import {
  compileQuestionRules,
  exportEvidence,
  readRun,
  showContext,
  showEvidence,
  type HostContext,
} from '@coldhunt/engine';
import { createShutdown } from '@coldhunt/runtime';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { durationOf } from '../duration-flag.ts';
import { wholeNumber } from '../flag-values.ts';
import { createTell, describeSignal } from '../notices.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { closeSources, openSources } from '../open-sources.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { withScratch } from '../scratch-store.ts';
import { formatBytes } from '../terminal-text.ts';
import { writeOut } from '../write-out.ts';

interface ExportFlags {
  readonly output: string;
  readonly what: 'objects' | 'lines';
}

interface ShowFlags {
  readonly context?: string;
  readonly contextEvents: number;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const evidence = program
    .command('evidence')
    .summary('the proof of alerts, from the archive')
    .description('What proves the alerts of a run, fetched from the archive.')
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt evidence runs/january 6312f9c5\n  coldhunt evidence export s3://my-hunts/january --output s3://locked/january',
    );
  addShow(evidence, context, end);
  addStorageFlags(evidence.command('export'))
    .summary('copy the alerting objects or lines, with hashes and a manifest')
    .description(
      'Copies what the alerts of a finished run rest on to a folder or an S3 prefix, with the files of the run that say what it proves and a manifest of hashes. Into a bucket with Object Lock the copies are kept as its retention says. Exit 3: some of it could not be had.',
    )
    .argument('<run>', 'run folder: a folder or an s3:// URI')
    .requiredOption('--output <folder|uri>', 'where the copies go, an empty place of their own')
    .addOption(
      new Option('--what <objects|lines>', 'the alerting objects whole, or the alerting lines alone')
        .choices(['objects', 'lines'])
        .default('objects'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt evidence export s3://my-hunts/january --output s3://locked/january --what lines',
    )
    .action(async (folder: string, flags: ExportFlags, command: Command) => {
      const startedAtMs = Date.now();
      const config = processConfig(command, context);
      const tell = createTell(command, context);
      const { store, close } = await openRunFolder(folder, command, context);
      // A bucket with a default retention refuses what comes without a checksum.
      const target = openRunStore(flags.output, { cwd: config.cwd, s3: { ...config.outS3, checksums: true } });
      const shutdown = createShutdown((name) => tell(describeSignal(name, false)));
      const run = await readRun(store).catch(async (error: unknown) => {
        await close();
        throw error;
      });
      const sources = openSources(run, config);
      try {
        if ((await target.get('manifest.json')) !== null) {
          throw new InputError(
            'OPTION_INVALID',
            `--output ${flags.output} holds a manifest.json already: choose an empty place`,
          );
        }
        const exported = await withScratch((scratch) =>
          exportEvidence({
            run,
            store,
            rules: compileQuestionRules(run.question),
            sources,
            scratch,
            target,
            what: flags.what,
            atMs: startedAtMs,
            tell: ({ where, message }) => tell(`alert ${where}: ${message}`),
            signal: shutdown.draining,
          }),
        );
        const { files, bytes, evidence: held, missing } = exported;
        context.stdout.write(
          `${countOf(held, 'piece', 'pieces')} of evidence in ${countOf(files, 'file')}, ${formatBytes(bytes)}, into ${target.uri}${missing > 0 ? `; ${missing.toLocaleString('en-US')} could not be had` : ''}\n`,
        );
        end(missing > 0 ? EXIT.incomplete : EXIT.done);
      } finally {
        shutdown.dispose();
        await Promise.all([close(), target.close?.(), closeSources(sources)]);
      }
    });
}

function addShow(evidence: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(evidence.command('show', { isDefault: true }))
    .summary('the events that an alert rests on, fetched and checked')
    .description(
      'Fetches the events that an alert rests on from the archive, checks their SHA-256 and prints them as NDJSON: its own, then copies and what a threshold counted. Exit 1: one is not what the alert says; 3: one could not be had.',
    )
    .argument('<run>', 'run folder: a folder or an s3:// URI')
    .argument('<uuid>', "the alert's id (kibana.alert.uuid), or its first 8 characters and more")
    .option('--context <duration>', 'print what the same host did so long before and after, in order of time')
    .option('--context-events <n>', 'at most so many of these events, the nearest', wholeNumber, 1000)
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt evidence runs/january 6312f9c5 | jq .process.args\n  coldhunt evidence runs/january 6312f9c5 --context 5m',
    )
    .action(async (folder: string, uuid: string, flags: ShowFlags, command: Command) => {
      const windowMs = flags.context === undefined ? null : durationOf(flags.context, '--context');
      const config = processConfig(command, context);
      const tell = createTell(command, context);
      const { store, close } = await openRunFolder(folder, command, context);
      const shutdown = createShutdown((name) => tell(describeSignal(name, false)));
      const run = await readRun(store).catch(async (error: unknown) => {
        await close();
        throw error;
      });
      const sources = openSources(run, config);
      try {
        const rules = compileQuestionRules(run.question);
        const states = await withScratch(async (scratch) => {
          const seen: string[] = [];
          const options = { run, store, rules, sources, scratch, uuid, signal: shutdown.draining };
          for await (const { claim, state, event, message } of showEvidence(options)) {
            seen.push(state);
            if (event !== null && windowMs === null) context.stdout.write(Buffer.concat([event, Buffer.from('\n')]));
            const words = state === 'held' ? `SHA-256 ${claim.sha256} holds` : `${state}: ${message}`;
            tell(`${claim.uri}: ${words}`);
          }
          return seen;
        });
        if (windowMs !== null) {
          const most = Math.max(1, flags.contextEvents);
          const around = await showContext({ run, store, sources, uuid, windowMs, most, signal: shutdown.draining });
          for (const { line } of around.events)
            await writeOut(context.stdout, Buffer.concat([line, Buffer.from('\n')]));
          for (const line of describeContext(around)) tell(line);
          if (around.failed.length > 0) states.push('missing');
        }
        end(states.includes('wrong') ? EXIT.failed : states.includes('missing') ? EXIT.incomplete : EXIT.done);
      } finally {
        shutdown.dispose();
        await Promise.all([close(), closeSources(sources)]);
      }
    });
}

/** What was read for it, and what is not shown. */
function describeContext({ host, fromMs, toMs, events, found, read, passed, failed }: HostContext): readonly string[] {
  const span = `${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`;
  const cut = found > events.length ? `, of which the ${events.length.toLocaleString('en-US')} nearest are shown` : '';
  return [
    `${host.field} ${host.value} from ${span}: ${countOf(found, 'event')}${cut}; ${countOf(read, 'object')} read, ${passed.toLocaleString('en-US')} cannot hold that time`,
    ...failed.map(({ uri, message }) => `${uri}: ${message}`),
  ];
}
