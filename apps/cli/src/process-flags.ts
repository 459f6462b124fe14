// The options around every command that reaches storage or Redis -> the process's configuration.

import type { Command } from 'commander';
import { loadProcessConfig, type ConfigFlags, type ProcessConfig } from '@coldhunt/runtime';
import type { CliContext } from './program.ts';

/** For commands that open a run folder or an archive and have no other options for it. */
export function addStorageFlags(command: Command): Command {
  return command
    .option('--s3-endpoint <url>', 'an S3-compatible server')
    .option('--s3-force-path-style', 'bucket in the path, not in the host name')
    .option('--region <name>', 'region of the bucket (default: the AWS environment)');
}

/** Reads flags (the program's too), environment and coldhunt.yaml. Throws CONFIG_INVALID or OPTION_INVALID. */
export function processConfig(command: Command, context: CliContext): ProcessConfig {
  return loadProcessConfig({ flags: command.optsWithGlobals<ConfigFlags>(), env: context.env, cwd: context.cwd });
}
