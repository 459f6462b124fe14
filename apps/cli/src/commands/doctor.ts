// `coldhunt doctor`: tries what is configured and says what is wrong, with the line that mends it.

import type { Command } from 'commander';
import { probeArchive, probeRunStore, type ProbeResult } from '@coldhunt/archive';
import { redisUrlOf, s3ConnectionOf } from '@coldhunt/runtime';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { collect } from '../hunt-flags.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { toTerminalText } from '../terminal-text.ts';

interface DoctorFlags {
  readonly archive: readonly string[];
  readonly out?: string;
  readonly redis?: string | true;
  readonly json: boolean;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(
    program
      .command('doctor')
      .summary('try what is configured, and say what is wrong')
      .description(
        'Tries each archive (list, get), the run folder (put, conditional put, get), Redis and this process. Without options: all that is configured. Exit 1 when something is wrong; what could only be better is a warning.',
      ),
  )
    .option('--archive <uri>', 'an archive to try, or @name (repeatable)', collect, [])
    .option('--out <folder|uri>', 'a run folder to try: a small file is written and removed')
    .option('--redis [url]', 'a Redis to try')
    .option('--json', 'one check a line as JSON', false)
    .addHelpText('after', '\nExample:\n  coldhunt doctor --archive s3://my-logs/endpoint --out s3://my-hunts --redis')
    .action(async (flags: DoctorFlags, self: Command) => {
      const config = processConfig(self, context);
      const groups: { what: string; results: readonly ProbeResult[] }[] = [];
      const archives =
        flags.archive.length > 0 || flags.out !== undefined || flags.redis !== undefined
          ? flags.archive
          : Object.keys(config.archives).map((name) => `@${name}`);
      for (const text of archives) {
        const name = text.startsWith('@') ? text.slice(1) : null;
        const s3 = s3ConnectionOf(config, name);
        const uri = name === null ? text : (config.archives[name]?.uri ?? text);
        groups.push({ what: `archive ${text}`, results: await probeArchive(uri, { cwd: config.cwd, s3 }) });
      }
      if (flags.out !== undefined)
        groups.push({
          what: `run folder ${flags.out}`,
          results: await probeRunStore(flags.out, { cwd: config.cwd, s3: config.outS3 }),
        });
      if (config.redisUrl !== null || flags.redis !== undefined) {
        const { probeRedis } = await import('@coldhunt/queue');
        groups.push({ what: 'redis', results: await probeRedis(redisUrlOf(config)) });
      }
      if (groups.length === 0 && !flags.json)
        context.stdout.write(
          'note   nothing is configured here: give --archive <uri>, --out <folder|uri> or --redis <url>, or name them in coldhunt.yaml\n',
        );
      const { probeProcess } = await import('@coldhunt/runtime');
      groups.push({ what: 'process', results: await probeProcess() });
      for (const { what, results } of groups) {
        for (const result of results)
          context.stdout.write(flags.json ? `${JSON.stringify({ what, ...result })}\n` : describe(what, result));
      }
      end(groups.every(({ results }) => results.every(({ ok }) => ok)) ? EXIT.done : EXIT.failed);
    });
}

/** What is fine and can still be mended is a warning. */
function describe(what: string, { check, ok, found, expected, mend }: ProbeResult): string {
  const line = `${!ok ? 'WRONG ' : mend === null ? 'ok    ' : 'warn  '} ${what}: ${check}: ${found}`;
  const help = mend === null ? [] : [`       expected: ${expected}`, `       mend: ${mend}`];
  return `${[line, ...help].map((text) => toTerminalText(text)).join('\n')}\n`;
}
