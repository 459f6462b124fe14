// A Kibana filter (what a rule's `filters` hold) -> a clause. Kibana's own kinds (phrase, phrases, exists, range, combined) and the
// query DSL that filters written by hand use. What is not understood makes the rule invalid: it is never left out in silence.

import { InputError } from '@coldhunt/core';
import type { Clause } from '../clauses/clause.ts';
import { EVERYTHING, NOTHING } from '../clauses/constant-clause.ts';
import { equalsTest, existsTest, wildcardTest } from '../clauses/leaf-test.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import type { ResolvedField } from '../fields/field-type.ts';
import { filterLeaf } from './filter-leaf.ts';
import { asObject, invalidFilter, literalText, type Json } from './filter-value.ts';
import { rangeClause } from './range-clause.ts';

const MAX_DEPTH = 50;

/**
 * The clauses of the filters that are not disabled, negated ones as `not`. Messages begin with the filter's place
 * (`filters.0: `). Throws InputError FILTER_INVALID.
 */
export function compileFilters(filters: readonly unknown[], fieldTypes: FieldTypes): readonly Clause[] {
  return filters.flatMap((filter, index) => {
    const compiled = compileAt(filter, index, fieldTypes);
    if (compiled instanceof InputError) throw compiled;
    return compiled === null ? [] : [compiled];
  });
}

/** What is wrong with the filters, one error each; none: they compile. */
export function filterProblems(filters: readonly unknown[], fieldTypes: FieldTypes): readonly InputError[] {
  return filters
    .map((filter, index) => compileAt(filter, index, fieldTypes))
    .filter((compiled) => compiled instanceof InputError);
}

function compileAt(filter: unknown, index: number, fieldTypes: FieldTypes): Clause | InputError | null {
  try {
    return compileFilter(filter, fieldTypes, 0);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return new InputError('FILTER_INVALID', `filters.${index}: ${error.message}`, { cause: error });
  }
}

function compileFilter(filter: unknown, fieldTypes: FieldTypes, depth: number): Clause | null {
  if (depth > MAX_DEPTH) throw invalidFilter('nested too deep');
  const object = asObject(filter, 'a filter');
  const meta = object['meta'] === undefined ? {} : asObject(object['meta'], 'meta');
  if (meta['disabled'] === true) return null;
  const clause =
    meta['type'] === 'combined' ? combined(meta, fieldTypes, depth) : compileDsl(dslOf(object), fieldTypes, depth);
  return meta['negate'] === true ? { kind: 'not', of: clause } : clause;
}

function combined(meta: Json, fieldTypes: FieldTypes, depth: number): Clause {
  const { params, relation } = meta;
  if (!Array.isArray(params)) throw invalidFilter('a combined filter needs a list of filters in meta.params');
  const parts = params.map((part) => compileFilter(part, fieldTypes, depth + 1)).filter((part) => part !== null);
  if (relation === 'OR') return { kind: 'or', of: parts };
  if (relation === 'AND') return { kind: 'and', of: parts };
  throw invalidFilter(`meta.relation ${JSON.stringify(relation)}: expected AND or OR`);
}

/** Newer filters hold their DSL in `query`, older ones beside `meta`. */
function dslOf(filter: Json): unknown {
  if (filter['query'] !== undefined && filter['query'] !== null) return filter['query'];
  const old = Object.entries(filter).filter(([key]) => !['meta', '$state', 'query'].includes(key));
  if (old.length !== 1) throw invalidFilter('a filter holds one query');
  return Object.fromEntries(old);
}

function compileDsl(query: unknown, fieldTypes: FieldTypes, depth: number): Clause {
  if (depth > MAX_DEPTH) throw invalidFilter('nested too deep');
  const [kind, body] = onlyEntry(query, 'a query');
  const resolve = (name: string): ResolvedField => {
    const field = fieldTypes.resolve(name);
    if (field.nestedPath !== null || field.type.kind === 'nested')
      throw invalidFilter(`"${name}" is a nested field, which filters cannot ask`);
    return field;
  };
  switch (kind) {
    case 'match_all':
      return EVERYTHING;
    case 'match_none':
      return NOTHING;
    case 'exists': {
      const { field } = asObject(body, 'exists');
      if (typeof field !== 'string') throw invalidFilter('exists needs a field');
      const found = resolve(field);
      return filterLeaf(found, () => existsTest(found.type), `${field}: *`);
    }
    case 'match_phrase':
    case 'match':
    case 'term': {
      const [name, value] = onlyEntry(body, kind);
      const options = optionsOf(value, kind, name);
      const isPhrase = kind !== 'match' || options['type'] === 'phrase';
      const text = literalText(options['query'] ?? options['value'], name);
      if (options['case_insensitive'] === true) return matchesPattern(resolve(name), escapePattern(text), true);
      return equals(resolve(name), text, isPhrase);
    }
    case 'terms': {
      const [name, values] = onlyEntry(body, kind);
      if (!Array.isArray(values)) throw invalidFilter(`terms on "${name}" needs a list`);
      return { kind: 'or', of: values.map((value) => equals(resolve(name), literalText(value, name), true)) };
    }
    case 'wildcard':
    case 'prefix': {
      const [name, value] = onlyEntry(body, kind);
      const options = optionsOf(value, kind, name);
      const pattern = literalText(options['value'] ?? options[kind], name);
      const whole = kind === 'prefix' ? `${escapePattern(pattern)}*` : pattern;
      return matchesPattern(resolve(name), whole, options['case_insensitive'] === true);
    }
    case 'range': {
      const [name, bounds] = onlyEntry(body, kind);
      return rangeClause(resolve(name), asObject(bounds, `range on "${name}"`));
    }
    case 'bool':
      return bool(asObject(body, 'bool'), fieldTypes, depth);
    default:
      throw invalidFilter(
        `a query of kind "${kind}" cannot be run: expected match_phrase, match, term, terms, wildcard, prefix, exists, range, bool or match_all`,
      );
  }
}

function bool(body: Json, fieldTypes: FieldTypes, depth: number): Clause {
  const known = ['must', 'filter', 'should', 'must_not', 'minimum_should_match', 'boost', '_name'];
  const strange = Object.keys(body).find((key) => !known.includes(key));
  if (strange !== undefined) throw invalidFilter(`bool holds "${strange}", which is not known`);
  const list = (key: string): Clause[] => {
    const value = body[key];
    const parts = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return parts.map((part) => compileDsl(part, fieldTypes, depth + 1));
  };
  const asked = [...list('must'), ...list('filter')];
  const needed = [...asked, ...list('must_not').map((of): Clause => ({ kind: 'not', of }))];
  const should = list('should');
  const least = body['minimum_should_match'] ?? (asked.length === 0 && should.length > 0 ? 1 : 0);
  if (least === 1 || least === '1') needed.push({ kind: 'or', of: should });
  else if (least !== 0 && least !== '0')
    throw invalidFilter(`minimum_should_match ${JSON.stringify(least)}: only 0 and 1 are known`);
  return { kind: 'and', of: needed };
}

function equals(field: ResolvedField, text: string, isPhrase: boolean): Clause {
  return filterLeaf(field, () => equalsTest(field.type, text, { isPhrase }), `${field.name}: ${JSON.stringify(text)}`);
}

function matchesPattern(field: ResolvedField, pattern: string, ignoreCase: boolean): Clause {
  const text = `${field.name}: ${pattern}${ignoreCase ? ' (any case)' : ''}`;
  return filterLeaf(field, () => wildcardTest(field.type, pattern, { ignoreCase }), text);
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\*?]/g, '\\$&');
}

/** What may stand beside the value and is understood, by kind; scores and cache hints change no answer. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  match_phrase: ['query', 'slop'],
  match: ['query', 'type', 'operator'],
  term: ['value', 'case_insensitive'],
  wildcard: ['value', 'wildcard', 'case_insensitive', 'rewrite'],
  prefix: ['value', 'prefix', 'case_insensitive', 'rewrite'],
};
/** Options that are understood in their default only. */
const DEFAULTS: Readonly<Record<string, readonly unknown[]>> = {
  slop: [0, '0'],
  operator: ['or', 'OR'],
  type: ['phrase', 'boolean'],
  case_insensitive: [true, false],
};

/** The long form of a query on one field, or the short one in the long form's shape. */
function optionsOf(value: unknown, kind: string, name: string): Json {
  if (typeof value !== 'object' || value === null) return { query: value, value };
  const options = asObject(value, `${kind} on "${name}"`);
  for (const [key, option] of Object.entries(options)) {
    if (key === 'boost' || key === '_name') continue;
    const allowed = OPTIONS[kind] ?? [];
    if (!allowed.includes(key))
      throw invalidFilter(`${kind} on "${name}" holds "${key}": expected ${allowed.join(', ')}`);
    const known = DEFAULTS[key];
    if (known !== undefined && !known.includes(option))
      throw invalidFilter(`${kind} on "${name}": ${key} ${JSON.stringify(option)} is not known`);
  }
  return options;
}

function onlyEntry(value: unknown, what: string): readonly [string, unknown] {
  const entries = Object.entries(asObject(value, what)).filter(([key]) => key !== 'boost' && key !== '_name');
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1)
    throw invalidFilter(`${what} holds exactly one entry, got ${entries.length}`);
  return entry;
}
