// `coldhunt report <run> --format …`: the results of a finished hunt in the formats that are asked for.

import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { makeFolder } from '@coldhunt/archive';
import { InputError, countOf, nearestWord } from '@coldhunt/core';
import {
  ELASTIC_INDEX,
  GROUP_BY,
  PAGE_OPTIONS,
  collectPageMatches,
  csvOf,
  elasticFile,
  groupsFile,
  markdownFile,
  navigatorFile,
  ocsfFile,
  parquetFile,
  readAlerts,
  readPlan,
  renderPage,
  timesketchFile,
} from '@coldhunt/engine';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-values.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { addStorageFlags } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { REPORT_FILES, REPORT_FORMATS, type ReportFormat } from '../report-formats.ts';
import { openReportSource, type RedactionFlags, type ReportSource } from '../report-source.ts';
import { requireNoFile, writeOutput } from '../write-output.ts';

interface ReportFlags extends RedactionFlags {
  readonly format: string;
  readonly output?: string;
  readonly clobber?: boolean;
  readonly groupBy?: readonly string[];
  readonly noisy: number;
  readonly elasticIndex: string;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(program.command('report'))
    .summary('the results of a hunt in other formats')
    .description(
      'Gives the results of a finished hunt: one format to standard output or --output, several as files in the folder --output.',
    )
    .argument('<run>', 'run folder: a folder or an s3:// URI')
    .requiredOption('--format <formats>', `${REPORT_FORMATS.join(', ')}; several with commas`)
    .option('--output <path>', 'file (one format) or folder (several)')
    .option(
      '--group-by <fields>',
      'group alerts by these fields, as host.id,user.name (default: rule and terms)',
      fieldNames,
    )
    .option('--clobber', 'write over files that exist')
    .option('--noisy <n>', 'in html: fold a rule with more alerts a day', wholeNumber, PAGE_OPTIONS.noisy)
    .option('--elastic-index <name>', 'index that the _bulk body names', ELASTIC_INDEX)
    .option('--redact <fields>', 'take the values of these fields out, wherever they stand', fieldNames)
    .option('--pseudonymise <fields>', 'replace the values of these fields, wherever they stand', fieldNames)
    .option('--pseudonym-key <file>', 'secret of the pseudonyms, outside the run; made where it is not there')
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt report s3://my-hunts/january --format html --output january.html' +
        '\n  coldhunt report runs/january --format html --output for-others.html --redact process.command_line,process.args \\' +
        '\n    --pseudonymise user.name,host.name,host.id --pseudonym-key ~/.coldhunt-pseudonyms',
    )
    .action(async (run: string, options: ReportFlags, command: Command) => {
      const formats = parseFormats(options.format);
      if (formats.length > 1 && options.output === undefined) {
        throw new InputError(
          'OPTION_INVALID',
          `${countOf(formats.length, 'format')} were asked for, and one goes to standard output: name a folder with --output`,
        );
      }
      const targets = formats.map((format): [ReportFormat, string | null] => {
        if (options.output === undefined) return [format, null];
        const path = resolve(context.cwd, options.output);
        return [format, formats.length === 1 ? path : join(path, REPORT_FILES[format])];
      });
      for (const [, path] of targets) {
        if (path !== null && options.clobber !== true)
          await requireNoFile('--output', path, 'choose another, or write over it with --clobber');
      }
      const { store, close } = await openRunFolder(run, command, context);
      try {
        const source = await openReportSource(store, options, context.cwd);
        if (formats.length > 1) await makeFolder(Buffer.from(resolve(context.cwd, options.output ?? '.')));
        for (const [format, path] of targets) {
          const chunks = render(source, format, options);
          if (path === null) for await (const chunk of chunks) context.stdout.write(chunk);
          else await writeOutput('--output', path, chunks);
        }
        end(EXIT.done);
      } finally {
        await close();
      }
    });
}

function parseFormats(text: string): ReportFormat[] {
  return [...new Set(text.split(',').map((part) => part.trim()))].map((name) => {
    if (!Object.hasOwn(REPORT_FILES, name)) throw unknownFormat(name);
    return name as ReportFormat;
  });
}

function unknownFormat(name: string): InputError {
  const near = nearestWord(name, REPORT_FORMATS);
  const details = near === null ? {} : { details: { hint: `did you mean ${near}?` } };
  return new InputError('OPTION_INVALID', `unknown format "${name}": expected ${REPORT_FORMATS.join(', ')}`, details);
}

/** `host.id, user.name` -> its names. */
function fieldNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !/^[\w@-]+(?:\.[\w@-]+)*$/.test(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`Expected fields as host.id,user.name, got "${wrong}".`);
  return names;
}

async function* render(source: ReportSource, format: ReportFormat, options: ReportFlags): AsyncIterable<Uint8Array> {
  const { groupBy, noisy, elasticIndex } = options;
  if (format === 'csv') yield* csvOf(readAlerts(source.store));
  else if (format === 'ndjson') yield* source.store.stream(REPORT_FILES.ndjson);
  else if (format === 'groups') yield* groupsFile(source.lines(), groupBy ?? GROUP_BY);
  else if (format === 'parquet') yield* parquetFile(source.lines());
  else if (format === 'elastic') yield* elasticFile(source.lines(), elasticIndex);
  else if (format === 'ocsf') yield* ocsfFile(source.lines());
  else if (format === 'timesketch') yield* timesketchFile(source.lines());
  else if (format === 'navigator') yield* navigatorFile(source.lines(), await source.summary());
  else if (format === 'md') {
    const [run, summary, coverage] = [await source.run(), await source.summary(), await source.coverage()];
    yield* markdownFile({ run, summary, coverage, lines: source.lines() });
  } else if (format === 'html') {
    const page = { noisy, groupBy: groupBy ?? PAGE_OPTIONS.groupBy };
    const [run, coverage] = [await source.run(), await source.coverage()];
    // Matches hold names that a redaction would have to know: a page for others tells of alerts alone.
    const matches = source.isRedacted
      ? null
      : await collectPageMatches({
          run,
          store: source.store,
          plan: await readPlan(source.store),
          matches: coverage.matches,
        });
    yield* renderPage(source.store, run, await source.summary(), coverage, { ...page, matches });
  } else if (source.isRedacted) {
    const value = format === 'json' ? await source.summary() : await source.coverage();
    yield Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  } else yield* source.store.stream(REPORT_FILES[format]);
}
