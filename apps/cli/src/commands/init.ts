// `coldhunt init`: a commented coldhunt.yaml from a few questions; without a terminal from options alone.

import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Option, type Command } from 'commander';
import { InputError, TransientError } from '@coldhunt/core';
import { configJsonSchema, parseConfigFile } from '@coldhunt/runtime';
import { configTemplate, type ConfigAnswers } from '../config-template.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { createTell } from '../notices.ts';
import type { CliContext } from '../program.ts';
import { requireNoFile, writeOutput } from '../write-output.ts';

interface InitFlags {
  readonly archive?: string;
  readonly name?: string;
  readonly region?: string;
  readonly s3Endpoint?: string;
  readonly layout?: string;
  readonly layoutTime?: 'event' | 'first-record' | 'arrival';
  readonly redis?: string;
  readonly kmsKey?: string;
  readonly output: string;
  readonly clobber: boolean;
  readonly yes: boolean;
}

const SCHEMA_FILE = 'coldhunt.schema.json';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  program
    .command('init')
    .summary('write a coldhunt.yaml')
    .description(
      'Writes a coldhunt.yaml with comments, from a few questions on a terminal, else from these options; and beside it coldhunt.schema.json, by which editors complete and check it.',
    )
    .option('--archive <uri>', 'where events are stored: s3://bucket/prefix or a folder')
    .option('--name <name>', 'what the archive is called: --archive @name (default: prod)')
    .option('--region <name>', 'region of the bucket')
    .option('--s3-endpoint <url>', 'an S3-compatible server')
    .option('--layout <template>', 'how keys carry time, e.g. logs/%Y/%m/%d/%H/*')
    .addOption(
      new Option('--layout-time <meaning>', 'what that time means').choices(['event', 'first-record', 'arrival']),
    )
    .option('--redis <url>', 'for a fleet of workers, without a password')
    .option('--kms-key <id>', 'encrypts run folders in S3')
    .option('--output <folder>', 'where the two files go', '.')
    .option('--clobber', 'write over a coldhunt.yaml that exists', false)
    .option('--yes', 'ask nothing, also on a terminal', false)
    .addHelpText('after', '\nExample:\n  coldhunt init --archive s3://my-logs/endpoint --region eu-central-1 --yes')
    .action(async (flags: InitFlags, self: Command) => {
      const folder = resolve(context.cwd, flags.output);
      const path = join(folder, 'coldhunt.yaml');
      if (!flags.clobber)
        await requireNoFile('--output', path, 'choose another folder, or write over it with --clobber');
      const isAsked = context.stdin.isTTY === true && context.stderr.isTTY === true && !flags.yes;
      const answers = toAnswers(isAsked ? await ask(flags, context) : flags);
      const text = configTemplate(answers);
      // Held against the schema before anything is written: a wrong name or endpoint is told here.
      parseConfigFile(text, 'the answers');
      await writeOutput('--output', path, [Buffer.from(text)]);
      const schema = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
      await writeOutput('--output', join(folder, SCHEMA_FILE), [Buffer.from(schema)]);
      createTell(self, context)(`wrote ${path} and ${SCHEMA_FILE} beside it; see coldhunt config show`);
      end(EXIT.done);
    });
}

function toAnswers({ archive, name, region, s3Endpoint, layout, layoutTime, redis, kmsKey }: InitFlags): ConfigAnswers {
  const said = (text: string | undefined): string | null =>
    text === undefined || text.trim() === '' ? null : text.trim();
  const called = said(name) ?? 'prod';
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(called)) {
    throw new InputError('OPTION_INVALID', `--name "${called}": expected letters, digits, . _ -, such as prod`);
  }
  const url = said(redis);
  if (url !== null && /^\w+:\/\/[^/]*@/.test(url)) {
    throw new InputError(
      'OPTION_INVALID',
      '--redis: a password is not written into a file: keep it in COLDHUNT_REDIS_URL',
    );
  }
  return {
    name: called,
    uri: said(archive) ?? 'archive',
    region: said(region),
    endpoint: said(s3Endpoint),
    layout: said(layout),
    layoutTime: layoutTime ?? null,
    redis: url,
    kmsKeyId: said(kmsKey),
  };
}

/** What an option has answered is not asked. Throws INTERRUPTED where the terminal ends. */
async function ask(flags: InitFlags, { stdin, stderr }: CliContext): Promise<InitFlags> {
  const terminal = createInterface({ input: stdin });
  // Lines that were typed ahead are answers too.
  const lines = terminal[Symbol.asyncIterator]();
  const question = async (given: string | undefined, words: string): Promise<string> => {
    if (given !== undefined) return given;
    stderr.write(`${words}: `);
    const { done, value } = await lines.next();
    if (done === true) throw new TransientError('INTERRUPTED', 'no answer, so nothing was written');
    return value;
  };
  try {
    const archive = await question(flags.archive, 'Where are the events (s3://bucket/prefix, or a folder)');
    const isS3 = archive.trim().startsWith('s3://');
    return {
      ...flags,
      archive,
      name: await question(flags.name, 'What is this archive called [prod]'),
      ...(isS3 && {
        region: await question(flags.region, 'Region of the bucket [the AWS environment]'),
        s3Endpoint: await question(flags.s3Endpoint, 'S3-compatible server [AWS]'),
      }),
      layout: await question(flags.layout, 'How do keys carry time, e.g. logs/%Y/%m/%d/%H/* [they do not]'),
      redis: await question(flags.redis, 'Redis of a fleet of workers [none: threads of one machine]'),
    };
  } finally {
    terminal.close();
  }
}
