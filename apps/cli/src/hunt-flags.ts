// The options that `scan` and `plan` share: what is hunted, where, when. Raw values, as they were given; hunt-request.ts resolves them.

import { type Command, Option } from 'commander';
import { InputError } from '@coldhunt/core';
import { byteCount, decimalNumber, wholeNumber } from './flag-values.ts';

export interface HuntFlags {
  readonly archive: readonly string[];
  readonly rule: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly last?: string;
  readonly layout?: string;
  readonly inventory?: string;
  readonly layoutTime?: 'event' | 'first-record' | 'arrival';
  readonly layoutSlack?: string;
  readonly layoutTz?: string;
  readonly mode: 'complete' | 'parity' | 'both';
  readonly scheduleOffset?: string;
  readonly timeField: string;
  readonly maxAlerts?: number;
  readonly includeKey: readonly string[];
  readonly excludeKey: readonly string[];
  readonly index?: string;
  readonly validateLines: boolean;
  readonly prefilter: boolean;
  readonly nearMisses?: number;
  readonly maxGap: string;
  readonly maxLineBytes: number;
  readonly maxMalformed: number;
  readonly maxSkew: string;
  readonly waivers?: string;
  readonly expect?: 'hourly' | 'daily';
  readonly exceptions: readonly string[];
  readonly valueList: readonly string[];
  readonly excludeQuery: readonly string[];
  readonly ignoreExceptions: boolean;
  readonly ignoreSuppression: boolean;
  readonly newTerms?: string;
  readonly termFallback: readonly string[];
  readonly indexPatterns: 'known' | 'ignore';
  readonly dedupe: boolean;
  readonly fullRule: boolean;
  readonly fieldTypes?: string;
  readonly onlyFieldTypes: boolean;
  readonly unknownFields: 'error' | 'warn';
  readonly strictRules: boolean;
  readonly includeDeprecated: boolean;
  readonly maxBytes?: number;
  readonly maxCost?: number;
  readonly prices?: string;
  readonly route?: string;
  readonly s3Endpoint?: string;
  readonly s3ForcePathStyle?: boolean;
  readonly region?: string;
}

/** Adds the options to a command. Repeatable ones collect; numbers are checked here, everything else where it is resolved. */
export function addHuntFlags(command: Command): Command {
  command
    .allowExcessArguments()
    .hook('preAction', refuseArguments)
    .requiredOption(
      '--archive <uri>',
      's3://bucket/prefix, a folder, one file, or @name of coldhunt.yaml (repeatable)',
      collect,
      [],
    )
    .requiredOption(
      '--rule <id|file|folder>',
      'a built-in rule id, an Elastic rule TOML, a Kibana export, or a folder of them (repeatable)',
      collect,
      [],
    )
    .option(
      '--from <time>',
      'start of the range, included: 2026-02-01 (00:00 UTC) or 2026-02-01T10:00:00Z (default: the beginning)',
    )
    .option('--to <time>', 'end of the range, not included: as --from (default: the end)')
    .option('--last <duration>', 'instead of --from: counted back from now, e.g. 12h, 30d or 4w')
    .option(
      '--layout <name|template>',
      "how keys carry time, e.g. logs/%Y/%m/%d/%H/*, or a writer's name (default: no pruning by key)",
    );
  command.option(
    '--inventory <uri>',
    'list the archive from an S3 Inventory: s3:// URI of its manifest.json (CSV or Parquet)',
  );
  return addLayoutTimeFlags(command)
    .addOption(
      new Option(
        '--mode <mode>',
        'complete: every new term at any time; parity: as the live rule would have run; both: in one pass, and what the live rule misses',
      )
        .choices(['complete', 'parity', 'both'])
        .default('complete'),
    )
    .option(
      '--schedule-offset <duration>',
      "of --mode parity: how long after the multiples of a rule's interval since 1970 it runs, e.g. 137s (default: at them)",
    )
    .option('--time-field <field>', 'effective time of an event', '@timestamp')
    .option('--max-alerts <n>', 'keep the first n alerts of a rule', wholeNumber)
    .option('--include-key <glob>', 'only keys that match (repeatable)', collect, [])
    .option('--exclude-key <glob>', 'no keys that match (repeatable)', collect, [])
    .option('--index <name>', "the index that the archive's events count as, where they do not say")
    .option('--validate-lines', 'parse every line', false)
    .option('--no-prefilter', 'match every event in full, without the search for literals first')
    .option(
      '--near-misses <n>',
      'keep so many events of each rule that fail by one clause; parses every event',
      wholeNumber,
    )
    .option('--max-gap <duration>', 'the longest gap that leaves a baseline complete', '24h')
    .addOption(maxLineBytesOption())
    .option('--max-malformed <n>', 'malformed lines up to n leave coverage complete', wholeNumber, 0)
    .option('--waivers <file>', 'known-bad objects and lines with reason, name and expiry: a JSON list')
    .addOption(
      new Option('--expect <hourly|daily>', 'a gap of the archives makes coverage incomplete').choices([
        'hourly',
        'daily',
      ]),
    )
    .option(
      '--max-skew <duration>',
      'matches whose time lies further from event.ingested, else from the key, stand in skewed.ndjson',
      '24h',
    )
    .option('--exceptions <file>', 'a Kibana exception export, for every rule of the hunt (repeatable)', collect, [])
    .option('--value-list <id=file>', 'a value list that exceptions name, one value a line (repeatable)', collect, [])
    .option('--exclude-query <kql>', 'an exception as a query (repeatable)', collect, [])
    .option('--ignore-exceptions', 'run without any exception', false)
    .option('--ignore-suppression', 'raise every alert, also of rules with alert_suppression', false)
    .option('--new-terms <fields>', "other fields than the rule's new terms, comma-separated (a declared deviation)")
    .option(
      '--term-fallback <a=b,c>',
      'fields to take where a is absent (repeatable, a declared deviation)',
      collect,
      [],
    )
    .addOption(
      new Option(
        '--index-patterns <known|ignore>',
        'known: leave out matches whose known index fits no pattern of the rule; ignore: keep them',
      )
        .choices(['known', 'ignore'])
        .default('known'),
    )
    .option(
      '--no-dedupe',
      'an alert for every copy of an event, each with an id of its own (not of new-terms and threshold rules)',
    )
    .option('--full-rule', "put the rule's whole text into each alert", false)
    .option('--field-types <file>', 'JSON file of field types that differ from ECS')
    .option('--only-field-types', 'no field is mapped but those', false)
    .addOption(
      new Option(
        '--unknown-fields <error|warn>',
        'a field of an EQL rule that is neither in ECS nor given; error: refuse those that a sample of the archive does not show either',
      )
        .choices(['error', 'warn'])
        .default('warn'),
    )
    .option('--strict-rules', 'a rule that cannot be loaded is an error', false)
    .option('--include-deprecated', 'rules of a folder too that are deprecated or in development', false)
    .option('--max-bytes <n>', 'refuse a plan that reads more', byteCount)
    .option('--max-cost <dollars>', 'refuse a plan that may cost more', decimalNumber)
    .option('--prices <file>', 'a price file in place of the built-in one')
    .option(
      '--route <name>',
      'how bytes get to the scan, for the cost of transfer: same-region, vpc-endpoint, nat-gateway, other-region, internet (default: not known)',
    )
    .option('--s3-endpoint <url>', 'an S3-compatible server')
    .option('--s3-force-path-style', 'bucket in the path, not in the host name')
    .option('--region <name>', 'region of the bucket (default: the AWS environment)');
}

/** What the time in a key means, for `--layout`. */
export function addLayoutTimeFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--layout-time <meaning>', 'what the time in a key means; default: arrival').choices([
        'event',
        'first-record',
        'arrival',
      ]),
    )
    .option(
      '--layout-slack <duration>',
      'how far events may lie from the time in their key (default: 2h; 0 for --layout-time event)',
    )
    .option('--layout-tz <zone>', 'time zone of the keys (default: UTC)');
}

/** Who gives a path without its option is told which one it was. */
function refuseArguments(_command: Command, { args, registeredArguments }: Command): void {
  const given = args[registeredArguments.length];
  if (given === undefined) return;
  const isRule = /\.toml$/i.test(given);
  const hint = isRule ? `rules are named with --rule ${given}` : `events are named with --archive ${given}`;
  throw new InputError('OPTION_UNKNOWN', `unexpected argument ${JSON.stringify(given)}: ${hint}`);
}

/** Of `match` too. */
export function maxLineBytesOption(): Option {
  return new Option('--max-line-bytes <n>', 'a longer line is malformed')
    .argParser(byteCount)
    .default(16 * 1024 * 1024, '16 MiB');
}

export function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}
