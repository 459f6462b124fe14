// `coldhunt evidence export <run>`: the proof of a run's alerts, copied out of the archive before a lifecycle rule takes it away.

import { Option, type Command } from 'commander';
import { InputError, countOf } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { compileQuestionRules, exportEvidence, readRun } from '@coldhunt/engine';
import { createShutdown } from '@coldhunt/runtime';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { createTell, describeSignal } from '../notices.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { closeSources, openSources } from '../open-sources.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { withScratch } from '../scratch-store.ts';
import { formatBytes } from '../terminal-text.ts';

interface ExportFlags {
  readonly output: string;
  readonly what: 'objects' | 'lines';
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const evidence = program
    .command('evidence')
    .summary('the proof of alerts, from the archive')
    .description('What proves the alerts of a run, fetched from the archive.')
    .addHelpText('after', '\nExample:\n  coldhunt evidence export s3://my-hunts/january --output s3://locked/january');
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
