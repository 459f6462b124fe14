// `coldhunt verify <run>`: whether a finished run holds, from its own files and from the archive.

import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { InputError, countOf, type ObjectSource, type RunStore } from '@coldhunt/core';
import { compileQuestionRules, readRun, verifyRun, type Finding, type Verification } from '@coldhunt/engine';
import { createShutdown } from '@coldhunt/runtime';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { createTell, describeSignal } from '../notices.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { closeSources, openSources } from '../open-sources.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { withScratch } from '../scratch-store.ts';
import { toTerminalText } from '../terminal-text.ts';

interface VerifyFlags {
  readonly archiveAgain: boolean;
  readonly evidence: boolean;
  readonly manifest?: string | true;
  readonly json: boolean;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(program.command('verify'))
    .summary('whether a finished run holds: its files, its sums, and the evidence of its alerts')
    .description(
      'Reads a finished run again: every file between its processes, alerts and coverage made anew from its records, and the evidence of each alert fetched from the archive, hashed, and matched with its rule. Exit 0: all of it holds, 1: something does not, 3: what could be looked at holds, and some could not be looked at or has changed in the archive.',
    )
    .argument('<run>', 'run folder: a folder or an s3:// URI')
    .option('--archive-again', 'list the archive again, and tell what is new, changed or gone', false)
    .option('--manifest [file]', "hold every file against the run's manifest, or one that was kept elsewhere")
    .option('--no-evidence', 'do not read from the archive')
    .option('--json', 'one JSON object a line: each finding, and the verification last', false)
    .addHelpText('after', '\nExample:\n  coldhunt verify s3://my-hunts/january --archive-again')
    .action(async (folder: string, flags: VerifyFlags, command: Command) => {
      const config = processConfig(command, context);
      const { store, close } = await openRunFolder(folder, command, context);
      const shutdown = createShutdown((name) => createTell(command, context)(describeSignal(name, false)));
      let sources: readonly ObjectSource[] = [];
      try {
        const run = await readRun(store);
        if (flags.evidence || flags.archiveAgain) sources = openSources(run, config);
        const manifest = flags.manifest === undefined ? {} : { manifest: await openManifest(flags.manifest, store) };
        const verification = await withScratch((scratch) =>
          verifyRun({
            run,
            store,
            rules: compileQuestionRules(run.question),
            sources: sources.length === 0 ? null : sources,
            scratch,
            isEvidenceRead: flags.evidence,
            isListingAgain: flags.archiveAgain,
            ...manifest,
            tell: (finding) => context.stdout.write(flags.json ? `${JSON.stringify(finding)}\n` : describe(finding)),
            signal: shutdown.draining,
          }),
        );
        context.stdout.write(flags.json ? `${JSON.stringify(verification)}\n` : describeVerification(verification));
        end(exitOf(verification));
      } finally {
        shutdown.dispose();
        await Promise.all([close(), closeSources(sources)]);
      }
    });
}

async function openManifest(given: string | true, store: RunStore): Promise<AsyncIterable<Uint8Array>> {
  if (given === true) return store.stream('manifest.json');
  try {
    await access(given);
  } catch (error) {
    throw new InputError('OPTION_INVALID', `--manifest: cannot read ${given}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return createReadStream(given);
}

function exitOf({ state, listing }: Verification): ExitCode {
  if (state === 'wrong') return EXIT.failed;
  const isMoved = listing !== null && listing.changed + listing.gone > 0;
  return state === 'unchecked' || isMoved ? EXIT.incomplete : EXIT.done;
}

function describe({ state, where, message }: Finding): string {
  return `${state.padEnd(10)}${toTerminalText(`${where}: ${message}`)}\n`;
}

function describeVerification(verification: Verification): string {
  const { state, wrong, unchecked, files, records, evidence, listing, pruned_at } = verification;
  const words = {
    holds: pruned_at === null ? 'the run holds' : `what is left of the run holds: it was pruned at ${pruned_at}`,
    wrong: `the run does not hold: ${countOf(wrong, 'finding')}`,
    unchecked: `what could be looked at holds; ${countOf(unchecked, 'thing')} could not`,
  };
  const lines = [
    words[state],
    ...(files === null ? [] : [`  files that hold     ${files.toLocaleString('en-US')}`]),
    `  records that hold   ${records.toLocaleString('en-US')}`,
    `  evidence that holds ${evidence === null ? 'not looked at' : evidence.toLocaleString('en-US')}`,
    ...(listing === null
      ? []
      : [
          `  archive now         same ${listing.same}, new ${listing.new}, changed ${listing.changed}, gone ${listing.gone}`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
