// `coldhunt report <run> --format …`: the results of a finished hunt in the formats that are asked for.

import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { makeFolder } from '@coldhunt/archive';
import { InputError, countOf, type RunStore } from '@coldhunt/core';
import { csvOf, readAlerts, readRun, renderPage, type CoverageFile, type SummaryFile } from '@coldhunt/engine';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { addStorageFlags } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { REPORT_FILES, REPORT_FORMATS, type ReportFormat } from '../report-formats.ts';
import { writeOutput } from '../write-output.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(program.command('report'))
    .summary('the results of a hunt in other formats')
    .description(
      'Gives the results of a finished hunt: one format to standard output or --output, several as files in the folder --output.',
    )
    .argument('<run>', 'run folder: a folder or an s3:// URI')
    .requiredOption('--format <formats>', `${REPORT_FORMATS.join(', ')}; several with commas`)
    .option('--output <path>', 'file (one format) or folder (several)')
    .addHelpText('after', '\nExample:\n  coldhunt report s3://my-hunts/january --format html --output january.html')
    .action(async (run: string, options: { format: string; output?: string }, command: Command) => {
      const formats = parseFormats(options.format);
      if (formats.length > 1 && options.output === undefined) {
        throw new InputError(
          'OPTION_INVALID',
          `${countOf(formats.length, 'format')} were asked for, and one goes to standard output: name a folder with --output`,
        );
      }
      const { store, close } = await openRunFolder(run, command, context);
      try {
        await readRun(store);
        if ((await store.get('summary.json')) === null) {
          throw new InputError(
            'RUN_UNFINISHED',
            `there are no results in ${store.uri}: the hunt has not ended, see "coldhunt status ${run}"`,
          );
        }
        const [only] = formats;
        if (formats.length === 1 && only !== undefined) {
          if (options.output === undefined) for await (const chunk of render(store, only)) context.stdout.write(chunk);
          else await writeOutput('--output', resolve(context.cwd, options.output), render(store, only));
        } else {
          const folder = resolve(context.cwd, options.output ?? '.');
          await makeFolder(Buffer.from(folder));
          for (const format of formats)
            await writeOutput('--output', join(folder, REPORT_FILES[format]), render(store, format));
        }
        end(EXIT.done);
      } finally {
        await close();
      }
    });
}

function parseFormats(text: string): ReportFormat[] {
  return [...new Set(text.split(',').map((part) => part.trim()))].map((name) => {
    if (!Object.hasOwn(REPORT_FILES, name))
      throw new InputError('OPTION_INVALID', `unknown format "${name}": expected ${REPORT_FORMATS.join(', ')}`);
    return name as ReportFormat;
  });
}

async function* render(store: RunStore, format: ReportFormat): AsyncIterable<Uint8Array> {
  if (format === 'csv') yield* csvOf(readAlerts(store));
  else if (format === 'html') {
    const run = await readRun(store);
    const summary = await readJson<SummaryFile>(store, 'summary.json');
    const coverage = await readJson<CoverageFile>(store, 'coverage.json');
    yield* renderPage(store, run, summary, coverage);
  } else yield* store.stream(REPORT_FILES[format]);
}

async function readJson<T>(store: RunStore, path: string): Promise<T> {
  const bytes = await store.get(path);
  if (bytes === null) throw new InputError('RUN_UNFINISHED', `there is no ${path} in ${store.uri}`);
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as T;
  } catch (error) {
    throw new InputError('RUN_INVALID', `${store.uri}/${path} is not JSON`, { cause: error });
  }
}
