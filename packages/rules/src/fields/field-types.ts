// Field name -> type. The Elastic Common Schema, a few fields of Elastic's own writers, and what the user overrides.

import { InputError, parseFieldPath } from '@coldhunt/core';
import { ECS_FIELD_TYPES } from './ecs-field-types.ts';
import { ENDPOINT_FIELD_TYPES } from './endpoint-field-types.ts';
import { fieldType, type FieldType, type MappedKind, type ResolvedField } from './field-type.ts';
import { parseFieldType } from './parse-field-type.ts';

export interface FieldTypesOptions {
  /** Field name -> type text (cli.md, `--field-types`). */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** No field is mapped but the overrides; an unmapped field matches nothing. */
  readonly onlyOverrides?: boolean;
}

export interface FieldTypes {
  /** Whether an unmapped field matches nothing, instead of taking the type of its JSON value. */
  readonly isClosed: boolean;
  /** The names of all mapped fields, multi-fields included. */
  readonly names: readonly string[];
  resolve(name: string): ResolvedField;
  /** The multi-fields that the values of a field also feed (`message` -> `message.text`). */
  multiFields(name: string): readonly string[];
}

type Mapping = Map<string, FieldType>;

/** Suffixes that can only be multi-fields of a mapped string field, as the Endpoint and Kibana's defaults name them. */
const IMPLIED_MULTI_FIELDS: Readonly<Record<string, FieldType>> = {
  caseless: fieldType('keyword', { isLowerCase: true }),
  keyword: fieldType('keyword'),
  text: fieldType('match_only_text'),
};
const STRING_KINDS: ReadonlySet<string> = new Set([
  'keyword',
  'text',
  'match_only_text',
  'wildcard',
  'constant_keyword',
  'dynamic',
]);

/** Throws InputError FIELD_TYPES_INVALID for an override that cannot be used. */
export function createFieldTypes(options: FieldTypesOptions = {}): FieldTypes {
  const mapping: Mapping = new Map();
  if (options.onlyOverrides !== true) {
    addTable(mapping, ECS_FIELD_TYPES);
    addTable(mapping, ENDPOINT_FIELD_TYPES);
  }
  for (const [name, text] of Object.entries(options.overrides ?? {})) addOverride(mapping, name, text);
  return new MappedFieldTypes(mapping, options.onlyOverrides === true);
}

class MappedFieldTypes implements FieldTypes {
  readonly isClosed: boolean;
  readonly names: readonly string[];
  readonly #mapping: Mapping;
  /** Worked out when they are first asked for: most hunts ask for neither. */
  #objects: ReadonlySet<string> | null = null;
  #multiFields: ReadonlyMap<string, readonly string[]> | null = null;
  /** Of a mapped name, in characters. */
  readonly #longest: number;

  constructor(mapping: Mapping, isClosed: boolean) {
    this.isClosed = isClosed;
    this.names = [...mapping.keys()];
    this.#mapping = mapping;
    this.#longest = this.names.reduce((most, name) => Math.max(most, name.length), 0);
  }

  multiFields(name: string): readonly string[] {
    this.#multiFields ??= this.#findMultiFields();
    return this.#multiFields.get(name) ?? [];
  }

  resolve(name: string): ResolvedField {
    const mapped = this.#mapping.get(name);
    if (mapped !== undefined) return this.#resolved(name, mapped, this.#leafAncestor(name) ?? name);
    const implied = this.#impliedMultiField(name);
    if (implied !== null) return implied;
    if (this.#nearest(name, (type) => type.kind === 'flattened') !== null) {
      return this.#resolved(name, fieldType('flattened'), name);
    }
    // A value where the schema has an object could not be indexed: it is ignored (semantics.md 4.4).
    this.#objects ??= new Set(this.names.flatMap((each) => this.#ancestors(each)));
    if (this.#objects.has(name)) return this.#resolved(name, fieldType('object'), name);
    return this.#resolved(name, fieldType(this.isClosed ? 'unmapped' : 'dynamic'), name);
  }

  #findMultiFields(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    for (const name of this.names) {
      const source = this.#leafAncestor(name);
      if (source !== null) found.set(source, [...(found.get(source) ?? []), name]);
    }
    return found;
  }

  #impliedMultiField(name: string): ResolvedField | null {
    const dot = name.lastIndexOf('.');
    const suffix = name.slice(dot + 1);
    if (this.isClosed || dot < 0 || !Object.hasOwn(IMPLIED_MULTI_FIELDS, suffix)) return null;
    const parent = this.resolve(name.slice(0, dot));
    const isString = STRING_KINDS.has(parent.type.kind);
    // Below an unmapped name `text` is a field like any other; `caseless` and `keyword` are nobody's names.
    if (!isString || (parent.type.kind === 'dynamic' && suffix === 'text')) return null;
    return this.#resolved(name, IMPLIED_MULTI_FIELDS[suffix] as FieldType, parent.path.name);
  }

  #resolved(name: string, type: FieldType, source: string): ResolvedField {
    return {
      name,
      type,
      path: parseFieldPath(source),
      nestedPath: this.#nearest(name, (ancestor) => ancestor.kind === 'nested'),
      isFlattenedRoot: type.kind === 'flattened' && this.#mapping.get(name)?.kind === 'flattened',
    };
  }

  /** The outermost ancestor that holds values itself: a field below it is its multi-field. */
  #leafAncestor(name: string): string | null {
    return this.#ancestors(name).find((ancestor) => isLeaf(this.#mapping.get(ancestor))) ?? null;
  }

  /** `a.b.c` -> `a`, `a.b`; none that is longer than any mapped name. */
  #ancestors(name: string): string[] {
    const ancestors: string[] = [];
    for (let dot = name.indexOf('.'); dot >= 0 && dot <= this.#longest; dot = name.indexOf('.', dot + 1))
      ancestors.push(name.slice(0, dot));
    return ancestors;
  }

  #nearest(name: string, accepts: (type: FieldType) => boolean): string | null {
    const found = this.#ancestors(name).findLast((ancestor) => {
      const type = this.#mapping.get(ancestor);
      return type !== undefined && accepts(type);
    });
    return found ?? null;
  }
}

function isLeaf(type: FieldType | undefined): boolean {
  return type !== undefined && type.kind !== 'nested' && type.kind !== 'object' && type.kind !== 'flattened';
}

function addTable(mapping: Mapping, table: string): void {
  for (const line of table.split('\n')) {
    const [kind = '', names = ''] = line.split('\t');
    if (names === '') continue;
    const type = kind.includes(';') ? parseFieldType(names, kind).type : fieldType(kind as MappedKind);
    for (const name of names.split(' ')) mapping.set(name, type);
  }
}

function addOverride(mapping: Mapping, name: string, text: unknown): void {
  if (name === '' || name.split('.').includes('') || /[*\s]/.test(name)) {
    throw new InputError(
      'FIELD_TYPES_INVALID',
      `"${name.slice(0, 200)}" is no field name: dotted names without spaces and stars expected`,
      {
        details: { field: name.slice(0, 200) },
      },
    );
  }
  const declared = parseFieldType(name, text);
  mapping.set(name, declared.type);
  for (const { suffix, type } of declared.multiFields) mapping.set(`${name}.${suffix}`, type);
}
