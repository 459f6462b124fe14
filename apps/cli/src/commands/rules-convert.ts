// `coldhunt rules convert`: a query in another language, or why not.

import { Option, type Command } from 'commander';
import { InputError } from '@coldhunt/core';
import { convertQuery, createFieldTypes, type ConvertOptions, type ConvertedQuery, type Rule } from '@coldhunt/rules';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { createTell } from '../notices.ts';
import type { CliContext } from '../program.ts';
import { readFieldTypeOverrides, withPlace } from '../query-flags.ts';
import { loadRuleSources, requireLoaded } from '../rule-sources.ts';
import { toTerminalText } from '../terminal-text.ts';
import { writeOut } from '../write-out.ts';

interface ConvertFlags {
  readonly to: ConvertOptions['to'];
  readonly kql?: string;
  readonly eql?: string;
  readonly dialect: 'duckdb' | 'athena';
  readonly columns?: 'json' | 'struct';
  readonly table: string;
  readonly lists?: string;
  readonly fieldTypes?: string;
  readonly json: boolean;
}

export function addRulesConvert(rules: Command, context: CliContext, end: (code: ExitCode) => void): void {
  rules
    .command('convert')
    .summary('write queries in another language')
    .description(
      'Writes the query of rules, or one query, in KQL, EQL, or the SQL of DuckDB or Athena, asking the same. Where a clause cannot be said there, it says which and why, and writes nothing. Exit 2 when something could not be said.',
    )
    .argument('[path...]', 'rule files, Kibana exports or folders of them, or a built-in id')
    .addOption(
      new Option('--to <language>', 'the language to write').choices(['kql', 'eql', 'sql']).makeOptionMandatory(),
    )
    .option('--kql <query>', 'a KQL query instead of rules')
    .option('--eql <query>', 'an EQL event query instead of rules')
    .addOption(new Option('--dialect <name>', 'of SQL').choices(['duckdb', 'athena']).default('duckdb'))
    .addOption(
      new Option(
        '--columns <what>',
        'how the table holds events: json, whole in one column "event" (DuckDB), or struct, a column for each top-level field (default: json in DuckDB, struct in Athena)',
      ).choices(['json', 'struct']),
    )
    .option('--table <name>', 'the table of events', 'events')
    .option('--lists <fields>', 'struct columns: fields that are lists beside those of ECS, comma-separated')
    .option('--field-types <file>', 'JSON file of field types that differ from ECS')
    .option('--json', 'one query a line as JSON, with what could not be said', false)
    .addHelpText(
      'after',
      "\nExample:\n  coldhunt rules convert --to sql --dialect athena --table logs.endpoint --kql 'process.name: (cmd.exe or powershell.exe)'",
    )
    .action(async (paths: readonly string[], flags: ConvertFlags, self: Command) => {
      const fieldTypes = createFieldTypes({ overrides: await readFieldTypeOverrides(flags.fieldTypes) });
      const columns = flags.columns ?? (flags.dialect === 'athena' ? 'struct' : 'json');
      const lists = (flags.lists ?? '').split(',').flatMap((name) => name.trim() || []);
      const options = {
        to: flags.to,
        fieldTypes,
        sql: { dialect: flags.dialect, columns, table: flags.table, lists },
      };
      const tell = createTell(self, context);
      let isWhole = true;
      for (const source of await sourcesOf(paths, flags, fieldTypes)) {
        const converted = withPlace(source.query, () => convertQuery(source, options));
        isWhole &&= converted.text !== null;
        if (flags.json) {
          await writeOut(context.stdout, toJsonLine(source, converted));
          continue;
        }
        for (const { at, clause, reason } of converted.unsayable)
          context.stderr.write(`${toTerminalText(`${source.label}${at.line}:${at.column}: ${clause}: ${reason}`)}\n`);
        if (converted.text === null) continue;
        for (const note of [...source.notes, ...converted.notes]) tell(`${source.label}${note}`);
        const name = source.name === null ? '' : `${flags.to === 'sql' ? '--' : '//'} ${source.name}\n`;
        const isTitled = source.name !== null && flags.to !== 'kql';
        await writeOut(
          context.stdout,
          `${isTitled ? oneLine(name) : ''}${converted.text}${flags.to === 'sql' ? ';' : ''}\n`,
        );
      }
      end(isWhole ? EXIT.done : EXIT.invalid);
    });
}

interface Source {
  readonly language: 'kuery' | 'eql';
  readonly query: string;
  readonly event_category_override?: string | undefined;
  readonly rule_id: string | null;
  readonly name: string | null;
  /** Stands before what is told of it. */
  readonly label: string;
  readonly notes: readonly string[];
}

/** Throws InputError unless there is either one query or rules, and as the loader does for rules named one by one. */
async function sourcesOf(
  paths: readonly string[],
  { kql, eql }: ConvertFlags,
  fieldTypes: ConvertOptions['fieldTypes'],
): Promise<readonly Source[]> {
  if ([paths.length > 0, kql !== undefined, eql !== undefined].filter(Boolean).length !== 1)
    throw new InputError('OPTION_INVALID', 'give rules, or one of --kql <query> and --eql <query>');
  const alone = { rule_id: null, name: null, label: '', notes: [] };
  if (kql !== undefined) return [{ language: 'kuery', query: kql, ...alone }];
  if (eql !== undefined) return [{ language: 'eql', query: eql, ...alone }];
  const { loaded, mustLoad } = await loadRuleSources(paths, fieldTypes);
  requireLoaded(loaded.filter(({ file, state }) => state !== 'ready' && mustLoad.has(file)));
  return loaded.flatMap(({ rule, file }) => (rule === null ? [] : [toSource(rule, file)]));
}

function toSource(rule: Rule, file: string): Source {
  const { language, query, rule_id, name, event_category_override } = rule;
  const notes = [
    ...(rule.filters.length > 0 ? ["the rule's filters are not part of its query"] : []),
    ...(rule.exceptions_list.length > 0 ? ["the rule's exceptions are not part of its query"] : []),
    ...(rule.type === 'new_terms' || rule.type === 'threshold'
      ? [`only the query of this ${rule.type} rule is written, not what it counts or remembers`]
      : []),
  ];
  return { language, query, event_category_override, rule_id, name, label: `${file}: ${name}: `, notes };
}

function toJsonLine(source: Source, { text, unsayable, notes }: ConvertedQuery): string {
  return `${JSON.stringify({
    rule_id: source.rule_id,
    name: source.name,
    language: source.language,
    text,
    unsayable: unsayable.map(({ at, clause, reason }) => ({ line: at.line, column: at.column, clause, reason })),
    notes: [...source.notes, ...notes],
  })}\n`;
}

/** A name with line breaks would end its comment. */
function oneLine(text: string): string {
  return `${text.trimEnd().replaceAll(/\s+/g, ' ')}\n`;
}
