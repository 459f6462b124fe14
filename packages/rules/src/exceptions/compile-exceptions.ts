// The exceptions that hold for one rule -> tests in the order in which they are asked. Items are or-ed, the entries of an item and-ed
// (semantics.md 2.8).

import { InputError, parseFieldPath, parseInstant, toMillis, type EventView, type FieldPath } from '@coldhunt/core';
import type { Clause } from '../clauses/clause.ts';
import { clauseFields } from '../clauses/clause-fields.ts';
import { clausePredicate } from '../clauses/clause-predicate.ts';
import { fieldLeaf } from '../clauses/field-leaf.ts';
import { equalsTest, existsTest, UNKNOWN, wildcardTest, type LeafTest } from '../clauses/leaf-test.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import type { ResolvedField } from '../fields/field-type.ts';
import type { EventPredicate } from '../fields/field-values.ts';
import { indexedText } from '../fields/indexed-text.ts';
import { canonicalIp, parseIp, parseIpBlock, type IpBlock } from '../fields/ip-address.ts';
import type { ValuePredicate } from '../fields/value-predicate.ts';
import type { Rule } from '../rule.ts';
import {
  exceptionItemSchema,
  type ExceptionItem,
  type ExceptionSet,
  type PlainExceptionEntry,
  type ValueList,
} from './exception-set.ts';

/** Elastic's own list for the Endpoint: it is applied on the host, never by a rule. */
const ENDPOINT_LIST = 'endpoint_list';

export interface CompiledException {
  readonly id: string;
  readonly test: EventPredicate;
  /** From this instant on the item holds no more; Infinity: for ever. */
  readonly expiresMs: number;
}

export interface CompiledExceptions {
  readonly items: readonly CompiledException[];
  readonly fields: readonly FieldPath[];
  /** Lists and value lists that are named and nowhere to be found. */
  readonly warnings: readonly string[];
}

/** Throws InputError EXCEPTION_INVALID for an entry that does not fit its field. */
export function compileExceptions(rule: Rule, set: ExceptionSet, fieldTypes: FieldTypes): CompiledExceptions {
  const named = rule.exceptions_list.map((reference) => reference.list_id).filter((id) => id !== ENDPOINT_LIST);
  const items = set.items.map((item) => parseItem(item));
  const known = new Set([
    ...set.lists.map((list) => (list as { list_id?: string }).list_id),
    ...items.map((item) => item.list_id),
  ]);
  const warnings = named
    .filter((id) => !known.has(id))
    .map((id) => `the exception list "${id}" is nowhere to be found: its exceptions were not applied`);
  const wanted = items.filter(
    (item) => item.list_id !== ENDPOINT_LIST && (item.for_every_rule || named.includes(item.list_id)),
  );
  const compiled: CompiledException[] = [];
  const fields = new Map<string, FieldPath>();
  for (const item of wanted) {
    const missing = missingValueList(item, set.value_lists);
    if (missing !== null) {
      warnings.push(
        `exception item "${item.item_id}" names the value list "${missing}", which was not given: the item was not applied`,
      );
      continue;
    }
    warnings.push(...unusableRanges(item, set.value_lists));
    const clause = itemClause(item, { fieldTypes, valueLists: set.value_lists });
    for (const path of clauseFields(clause) ?? []) fields.set(path.name, path);
    compiled.push({ id: item.item_id, test: clausePredicate(clause), expiresMs: expiryOf(item) });
  }
  return { items: compiled, fields: [...fields.values()], warnings };
}

/** The id of the first item that holds, or null. */
export function firstException(items: readonly CompiledException[], event: EventView, nowMs: number): string | null {
  for (const item of items) {
    if (nowMs < item.expiresMs && item.test(event, nowMs)) return item.id;
  }
  return null;
}

/** Every entry that does not fit its field, and an expiry that is no time, whatever rules the item holds for. */
export function exceptionItemProblems(
  item: ExceptionItem,
  fieldTypes: FieldTypes,
): readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  if (item.list_id === ENDPOINT_LIST) return [];
  const valueLists = Object.fromEntries(
    plainEntries(item).flatMap((entry): [string, ValueList][] =>
      entry.type === 'list' ? [[entry.list.id, { type: entry.list.type, values: [] }]] : [],
    ),
  );
  const attempt = (
    path: readonly PropertyKey[],
    work: () => void,
  ): { path: readonly PropertyKey[]; message: string }[] => {
    try {
      work();
      return [];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return [{ path, message: error.message }];
    }
  };
  return [
    ...item.entries.flatMap((entry, index) =>
      attempt(['entries', index, 'value'], () => itemClause({ ...item, entries: [entry] }, { fieldTypes, valueLists })),
    ),
    ...attempt(['expire_time'], () => expiryOf(item)),
  ];
}

function parseItem(value: unknown): ExceptionItem {
  const parsed = exceptionItemSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError('EXCEPTION_INVALID', `exception item: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

interface ItemContext {
  readonly fieldTypes: FieldTypes;
  readonly valueLists: Readonly<Record<string, ValueList>>;
}

function itemClause(item: ExceptionItem, context: ItemContext): Clause {
  try {
    const entries = item.entries.map((entry): Clause => {
      if (entry.type !== 'nested') return entryClause(entry, context, null);
      const of = entry.entries.map((child) =>
        entryClause({ ...child, field: `${entry.field}.${child.field}` }, context, entry.field),
      );
      const path = parseFieldPath(entry.field);
      const text = `${entry.field}: { ${entry.entries.map(({ field }) => field).join(', ')} }`;
      return { kind: 'nested', text, path, fullPath: path, isUnmapped: false, of: { kind: 'and', of } };
    });
    return { kind: 'and', of: [...osClause(item, context), ...entries] };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError('EXCEPTION_INVALID', `exception item "${item.item_id}": ${error.message}`, { cause: error });
  }
}

function entryClause(entry: PlainExceptionEntry, context: ItemContext, group: string | null): Clause {
  const clause = includedClause(entry, context, group);
  return entry.operator === 'excluded' ? { kind: 'not', of: clause } : clause;
}

function includedClause(
  entry: PlainExceptionEntry,
  { fieldTypes, valueLists }: ItemContext,
  group: string | null,
): Clause {
  const field = fieldTypes.resolve(entry.field);
  const leaf = (test: LeafTest, text: string): Clause =>
    fieldLeaf(field, test, { text: `${entry.field}: ${text}`, group });
  switch (entry.type) {
    case 'exists':
      return leaf(existsTest(field.type), '*');
    case 'match':
      return leaf(phrase(field, entry.value), `"${entry.value}"`);
    case 'match_any':
      return { kind: 'or', of: entry.value.map((value) => leaf(phrase(field, value), `"${value}"`)) };
    case 'wildcard':
      return leaf(wildcardTest(field.type, entry.value), entry.value);
    case 'list': {
      const satisfies = inValueList(field, valueLists[entry.list.id] as ValueList, entry.list.type);
      const key = ['list', entry.list.id, entry.list.type];
      return leaf({ ...UNKNOWN, leafKind: 'equal', key, satisfies }, `(list ${entry.list.id})`);
    }
  }
}

function phrase(field: ResolvedField, value: string): LeafTest {
  return equalsTest(field.type, value, { isPhrase: true });
}

function inValueList(field: ResolvedField, list: ValueList, type: string): ValuePredicate {
  if (type === 'ip_range') {
    const blocks = list.values.map((value) => blockOf(value)).filter((block) => block !== null);
    return (value) => {
      const address = typeof value === 'string' ? parseIp(value) : null;
      return address !== null && blocks.some((block) => address >= block.from && address <= block.to);
    };
  }
  if (type === 'ip') {
    const addresses = new Set(list.values.map((value) => canonicalIp(value) ?? value));
    return (value) => typeof value === 'string' && addresses.has(canonicalIp(value) ?? value);
  }
  const kind = field.type.kind;
  if (kind === 'keyword' && !field.type.isLowerCase) {
    const texts = new Set(list.values);
    return (value) => {
      const text = indexedText(field.type, value);
      return text !== null && texts.has(text);
    };
  }
  const predicates = list.values.map((value) => phrase(field, value).satisfies);
  return (value, nowMs) => predicates.some((predicate) => predicate(value, nowMs));
}

function blockOf(text: string): IpBlock | null {
  return parseIpBlock(text.replaceAll(' ', '')) ?? rangeOf(text);
}

/** Lines of lists of address ranges that are none: they except nothing, and that is said. */
function unusableRanges(item: ExceptionItem, lists: Readonly<Record<string, ValueList>>): readonly string[] {
  return plainEntries(item).flatMap((entry) => {
    if (entry.type !== 'list' || entry.list.type !== 'ip_range') return [];
    const bad = (lists[entry.list.id]?.values ?? []).filter((value) => blockOf(value) === null);
    if (bad.length === 0) return [];
    return [
      `value list "${entry.list.id}": ${JSON.stringify(bad[0])} is no address range${bad.length > 1 ? ` (and ${bad.length - 1} more)` : ''}: not applied`,
    ];
  });
}

function plainEntries(item: ExceptionItem): readonly PlainExceptionEntry[] {
  return item.entries.flatMap((entry) => (entry.type === 'nested' ? entry.entries : [entry]));
}

/** `10.0.0.1-10.0.0.9`. */
function rangeOf(text: string): IpBlock | null {
  const [first = '', last = ''] = text.split('-');
  const from = parseIp(first.trim());
  const to = parseIp(last.trim());
  return from === null || to === null || from > to ? null : { from, to };
}

/** host.os.type, or the name in any case, is one of the item's systems (K: lists plugin, build_exception_filter). */
function osClause(item: ExceptionItem, { fieldTypes }: ItemContext): readonly Clause[] {
  if (item.os_types.length === 0) return [];
  const fields = [fieldTypes.resolve('host.os.type'), fieldTypes.resolve('host.os.name.caseless')];
  return [
    {
      kind: 'or',
      of: item.os_types.flatMap((os) =>
        fields.map((field) => fieldLeaf(field, phrase(field, os), { text: `${field.name}: ${os}` })),
      ),
    },
  ];
}

function expiryOf(item: ExceptionItem): number {
  if (item.expire_time === null || item.expire_time === undefined || item.expire_time === '') return Infinity;
  const nanos = parseInstant(item.expire_time);
  if (nanos === null)
    throw new InputError(
      'EXCEPTION_INVALID',
      `exception item "${item.item_id}": expire_time "${item.expire_time}" is no time`,
    );
  return toMillis(nanos);
}

function missingValueList(item: ExceptionItem, lists: Readonly<Record<string, ValueList>>): string | null {
  for (const entry of plainEntries(item))
    if (entry.type === 'list' && !Object.hasOwn(lists, entry.list.id)) return entry.list.id;
  return null;
}
