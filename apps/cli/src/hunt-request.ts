// Flags of a hunt, resolved: the question, the archives to list, and what stays outside the question.

import { InputError, countOf, type ObjectSource } from '@coldhunt/core';
import { openArchive } from '@coldhunt/archive';
import {
  checkArchives,
  compileQuestionRules,
  createQuestion,
  parseWaivers,
  resolveRange,
  whyNotLive,
  type ArchiveInput,
  type Question,
  type RunFile,
} from '@coldhunt/engine';
import {
  NO_EXCEPTIONS,
  compileKql,
  createFieldTypes,
  joinExceptions,
  parseExceptionExport,
  parseKql,
  parseValueList,
  unusedExceptions,
  whyTermless,
  type ExceptionSet,
  type FieldTypes,
  type LoadedRule,
} from '@coldhunt/rules';
import { openListing } from '@coldhunt/planner/open-listing';
import { s3ConnectionOf, type ArchiveConfig, type ProcessConfig } from '@coldhunt/runtime';
import { flagDoubts } from './flag-doubts.ts';
import { durationOf } from './duration-flag.ts';
import type { HuntFlags } from './hunt-flags.ts';
import { readFieldTypeOverrides, withPlace } from './query-flags.ts';
import { readNamedFile } from './read-named-file.ts';
import { isMissing, requirePath } from './require-path.ts';
import { notesOnRules } from './notes-on-rules.ts';
import { whyRetired, withoutRetired } from './retired-rules.ts';
import { describeLeftOut } from './rules-left-out.ts';
export { describeLeftOut } from './rules-left-out.ts';
import { loadRuleSources, requireLoaded, type RuleSources } from './rule-sources.ts';

export interface HuntRequest {
  readonly question: Question;
  /** In the order of the question's archives. */
  readonly sources: readonly ObjectSource[];
  /** Every rule that was found, ready or not. */
  readonly loaded: readonly LoadedRule[];
  readonly rulesLeftOut: RunFile['rules_left_out'];
  readonly warnings: readonly string[];
}

/** Gives the rules that a hunt runs. */
export type LoadRules = (args: readonly string[], fieldTypes: FieldTypes) => Promise<RuleSources>;

/** Throws InputError for the first thing that cannot be used; nothing was listed or read of the archive then. */
export async function resolveHuntRequest(
  flags: HuntFlags,
  config: ProcessConfig,
  nowMs: number,
  load: LoadRules = loadRuleSources,
): Promise<HuntRequest> {
  const range = resolveRange({ from: flags.from, to: flags.to, last: flags.last, nowMs });
  if (flags.archive.length === 0)
    throw new InputError('OPTION_INVALID', 'no archive was given: name one with --archive <uri>');
  if (flags.rule.length === 0)
    throw new InputError('OPTION_INVALID', 'no rule was given: name one with --rule <id|file|folder>', {
      details: { hint: '"coldhunt rules list" names what is built in' },
    });
  const inputs = flags.archive.map((text) => resolveArchive(text, flags, config));
  for (const text of flags.archive) await requireSign(text, config);
  for (const [index, { given }] of inputs.entries())
    await requirePath(
      given,
      given === flags.archive[index] ? '--archive' : `--archive ${flags.archive[index]}:`,
      config.cwd,
    );
  const fieldTypeOverrides = {
    ...inputs.reduce((all, { entry }) => ({ ...all, ...entry?.field_types }), {}),
    ...(await readFieldTypeOverrides(flags.fieldTypes)),
  };
  const fieldTypes = createFieldTypes({ overrides: fieldTypeOverrides, onlyOverrides: flags.onlyFieldTypes });
  for (const query of flags.excludeQuery) withPlace(query, () => compileKql(parseKql(query), fieldTypes));
  const { loaded: found, exceptions: fromRules, mustLoad, asked } = await load(flags.rule, fieldTypes);
  const wanted = flags.includeDeprecated ? found : found.map((each) => withoutRetired(each, asked));
  const loaded = flags.mode === 'complete' ? wanted : wanted.map(withoutUnscheduled);
  const isStrict = (each: LoadedRule): boolean =>
    flags.strictRules && (flags.includeDeprecated || whyRetired(each, asked) === null);
  requireLoaded(loaded.filter((each) => each.state !== 'ready' && (isStrict(each) || mustLoad.has(each.file))));
  const rules = loaded.flatMap(({ rule }) => (rule === null ? [] : [rule]));
  if (rules.length === 0) throw noneReady(loaded, flags.rule);
  const waivers =
    flags.waivers === undefined
      ? []
      : parseWaivers(await readNamedFile(flags.waivers, { option: '--waivers' }), flags.waivers);
  const exceptions = flags.ignoreExceptions ? NO_EXCEPTIONS : await readExceptions(flags, fromRules);
  const question = createQuestion({
    mode: flags.mode,
    range,
    archives: inputs.map(({ input }) => input),
    rules,
    exceptions,
    options: {
      time_field: inputs.find(({ entry }) => entry?.time_field !== undefined)?.entry?.time_field ?? flags.timeField,
      new_terms_fields: flags.newTerms === undefined ? null : newTermsOf(flags.newTerms, fieldTypes),
      term_fallbacks: Object.fromEntries(flags.termFallback.map((text) => termFallback(text))),
      index_patterns: flags.indexPatterns,
      dedupe: flags.dedupe,
      full_rule: flags.fullRule,
      max_alerts: flags.maxAlerts ?? null,
      max_malformed: flags.maxMalformed,
      max_gap_ms: durationOf(flags.maxGap, '--max-gap'),
      max_skew_ms: durationOf(flags.maxSkew, '--max-skew'),
      ...(waivers.length === 0 ? {} : { waivers }),
      max_line_bytes: flags.maxLineBytes,
      validate_lines: flags.validateLines,
      // What lacks a rule's literals may be near all the same.
      prefilter: flags.prefilter && flags.nearMisses === undefined,
      ignore_exceptions: flags.ignoreExceptions,
      ignore_suppression: flags.ignoreSuppression,
      ...(flags.scheduleOffset === undefined
        ? {}
        : { schedule_offset_ms: durationOf(flags.scheduleOffset, '--schedule-offset') }),
      exclude_queries: flags.excludeQuery,
      field_types: fieldTypeOverrides,
      only_field_types: flags.onlyFieldTypes,
    },
  });
  checkArchives(question);
  const compiled = compileQuestionRules(question);
  const { inventory } = flags;
  const sources = openListing({ question, ...(inventory === undefined ? {} : { inventory }) }, config);
  return {
    question,
    sources,
    loaded,
    rulesLeftOut: loaded.filter((each) => each.state !== 'ready').map(leftOut),
    warnings: [
      ...notesOnRules(loaded, compiled, flags.rule),
      ...flagDoubts(flags, fieldTypes),
      ...unusedExceptions(rules, exceptions),
    ],
  };
}

/** A rule that the mode `parity` cannot run is left out like one that cannot be loaded. */
function withoutUnscheduled(loaded: LoadedRule): LoadedRule {
  const why = loaded.rule === null ? null : whyNotLive(loaded.rule);
  if (why === null) return loaded;
  return { ...loaded, state: 'unsupported', rule: null, reason: `not in --mode parity: ${why}` };
}

/** How many rules an error names. */
const RULES_NAMED = 20;

function noneReady(loaded: readonly LoadedRule[], paths: readonly string[]): InputError {
  if (loaded.length === 0)
    return new InputError(
      'RULE_NOT_FOUND',
      `there is no rule in ${paths.join(', ')}: expected rules of Elastic's or of a Kibana export`,
      {
        details: { hint: 'exceptions alone are given with --exceptions' },
      },
    );
  const lines = loaded.slice(0, RULES_NAMED).map((rule) => describeLeftOut(leftOut(rule)));
  const more = loaded.length - lines.length;
  return new InputError(
    'RULE_NOT_FOUND',
    [
      `none of ${countOf(loaded.length, 'rule')} can be run: give another with --rule`,
      ...lines,
      ...(more > 0 ? [`and ${more} more: see "coldhunt rules list"`] : []),
    ].join('\n'),
  );
}

/** A named archive is written with its @, unless a folder has that name. */
async function requireSign(text: string, { archives, cwd }: ProcessConfig): Promise<void> {
  if (!Object.hasOwn(archives, text) || !(await isMissing(text, cwd))) return;
  throw new InputError('STORAGE_NOT_FOUND', `--archive ${text}: no such file or folder: did you mean @${text}?`);
}

/** Fields that stand in for the rules' own: a hunt whose terms never have a value would end as "nothing found". */
function newTermsOf(text: string, fieldTypes: FieldTypes): readonly string[] {
  const names = listOf(text, '--new-terms');
  for (const name of names) {
    const isObject = fieldTypes.names.some((known) => known.startsWith(`${name}.`)) && !fieldTypes.names.includes(name);
    const why = name.includes('*') ? 'a pattern' : isObject ? 'an object' : whyTermless(fieldTypes.resolve(name));
    if (why !== null)
      throw new InputError('OPTION_INVALID', `--new-terms ${name}: it is ${why}; expected a field with values`);
  }
  return names;
}

interface ResolvedArchive {
  /** The URI or path, as the flag or the configuration has it. */
  readonly given: string;
  readonly input: ArchiveInput;
  readonly entry: ArchiveConfig | null;
}

function resolveArchive(text: string, flags: HuntFlags, config: ProcessConfig): ResolvedArchive {
  const name = text.startsWith('@') ? text.slice(1) : null;
  const s3 = s3ConnectionOf(config, name);
  const entry = name === null ? null : (config.archives[name] ?? null);
  // The source knows its URI in full: absolute, without secrets.
  const given = entry?.uri ?? text;
  const uri = openArchive(given, { cwd: config.cwd, s3 }).uri;
  const slack = flags.layoutSlack ?? entry?.lateness;
  const layoutTime = flags.layoutTime ?? entry?.time;
  const expect = flags.expect ?? entry?.expect;
  return {
    given,
    entry,
    input: {
      uri,
      name,
      layout: flags.layout ?? entry?.layout ?? null,
      ...(layoutTime === undefined ? {} : { layout_time: layoutTime }),
      ...(slack === undefined ? {} : { layout_slack_ms: durationOf(slack, '--layout-slack') }),
      layout_tz: flags.layoutTz ?? entry?.timezone ?? 'UTC',
      index: flags.index ?? entry?.index ?? null,
      include_keys: flags.includeKey,
      exclude_keys: flags.excludeKey,
      ...(expect === undefined ? {} : { expect }),
    },
  };
}

async function readExceptions(flags: HuntFlags, fromRules: ExceptionSet): Promise<ExceptionSet> {
  const given = await Promise.all(
    flags.exceptions.map(async (file) =>
      parseExceptionExport(await readNamedFile(file, { option: '--exceptions' }), file, { forEveryRule: true }),
    ),
  );
  const lists = await Promise.all(
    flags.valueList.map(async (text): Promise<ExceptionSet> => {
      const [id = '', file = ''] = splitOnce(text, '=');
      if (id === '' || file === '') throw new InputError('OPTION_INVALID', `--value-list "${text}": expected id=file`);
      return {
        lists: [],
        items: [],
        value_lists: { [id]: parseValueList(await readNamedFile(file, { option: '--value-list' })) },
      };
    }),
  );
  return joinExceptions([fromRules, ...given, ...lists]);
}

function termFallback(text: string): readonly [string, readonly string[]] {
  const [field = '', others = ''] = splitOnce(text, '=');
  if (field === '' || others === '')
    throw new InputError('OPTION_INVALID', `--term-fallback "${text}": expected a=b,c`);
  return [field, listOf(others, '--term-fallback')];
}

function listOf(text: string, option: string): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === ''))
    throw new InputError('OPTION_INVALID', `${option} "${text}": expected field names with commas between them`);
  return parts;
}

function splitOnce(text: string, at: string): readonly string[] {
  const index = text.indexOf(at);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + at.length)];
}

function leftOut({ file, rule_id, name, state, reason }: LoadedRule): RunFile['rules_left_out'][number] {
  return { file, rule_id, name, state: state === 'unsupported' ? 'unsupported' : 'invalid', reason: reason ?? '' };
}
