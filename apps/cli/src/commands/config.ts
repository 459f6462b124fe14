// `coldhunt config show`: each setting, its value and where it came from. `coldhunt config schema`: coldhunt.yaml as JSON Schema.

import type { Command } from 'commander';
import {
  configJsonSchema,
  traceConfig,
  type ConfigFlags,
  type ServiceFlags,
  type TracedConfig,
} from '@coldhunt/runtime';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { CliContext } from '../program.ts';
import { addStorageFlags } from '../process-flags.ts';
import { screenOf, styled, type Screen } from '../screen.ts';
import { toTerminalText } from '../terminal-text.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const config = program
    .command('config')
    .summary('what is configured, and where it comes from')
    .description('Settings of flags, environment and coldhunt.yaml, and the schema of that file.')
    .addHelpText('after', '\nExample:\n  coldhunt config show\n  coldhunt config schema > coldhunt.schema.json');
  addStorageFlags(config.command('show'))
    .summary('each setting, its value and where it came from')
    .description(
      'Prints every setting with its value and the flag, environment variable or line of coldhunt.yaml that gave it; flag before environment before file before default. Secrets are never shown.',
    )
    .option('--redis <url>', 'as of scan')
    .option('--queue-prefix <name>', 'as of scan')
    .option('--json', 'print it as JSON', false)
    .addHelpText('after', '\nExample:\n  COLDHUNT_S3_REGION=eu-west-1 coldhunt config show')
    .action((flags: { readonly json: boolean }, self: Command) => {
      const traced = traceConfig({
        flags: self.optsWithGlobals<ConfigFlags & ServiceFlags>(),
        env: context.env,
        cwd: context.cwd,
      });
      const text = flags.json
        ? `${JSON.stringify(traced)}\n`
        : describeConfig(traced, screenOf(context.stdout, context.env));
      context.stdout.write(text);
      end(EXIT.done);
    });
  config
    .command('schema')
    .summary('coldhunt.yaml as JSON Schema, for editors')
    .description('Prints the JSON Schema of coldhunt.yaml (draft 7), which editors complete and check the file by.')
    .addHelpText('after', '\nExample:\n  coldhunt config schema > coldhunt.schema.json')
    .action(() => {
      context.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
      end(EXIT.done);
    });
}

function describeConfig({ file, settings }: TracedConfig, screen: Screen): string {
  const rows = settings.map(({ name, value, from }) => ({
    name: toTerminalText(name),
    value: toTerminalText(value === null ? '—' : Array.isArray(value) ? value.join(', ') : String(value)),
    from: toTerminalText(from),
  }));
  const width = (of: (row: (typeof rows)[number]) => string): number => Math.max(...rows.map((row) => of(row).length));
  const [names, values] = [
    width(({ name }) => name),
    Math.min(
      60,
      width(({ value }) => value),
    ),
  ];
  const lines = rows.map((row) => {
    const line = `${row.name.padEnd(names)}  ${row.value.padEnd(values)}  ${row.from}`;
    return row.from === 'default' ? styled(screen, 'soft', line) : line;
  });
  const head = file === null ? 'no coldhunt.yaml here' : toTerminalText(`configuration ${file}`);
  return `${[head, '', ...lines].join('\n')}\n`;
}
