// The fields of an EQL query, resolved as Elasticsearch does before it runs one (semantics-eql.md 4): unknown fields are told, and
// only fields with exact values can be asked.

import { nearestWord } from '@coldhunt/core';
import type { ResolvedField } from '../fields/field-type.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { eqlProblem } from './eql-problem.ts';
import type { EqlField, EqlPosition } from './eql-tree.ts';
import { printEqlName } from './print-eql.ts';

export interface EqlFieldOptions {
  /** What becomes of a field that no mapping and no sample knows and that is not written with `?`. Default: error. */
  readonly unknownFields?: 'error' | 'warn';
  /** Fields that events were seen to have: they are known, with the type of each value. */
  readonly knownFields?: ReadonlySet<string>;
  /**
   * What `?field` means when nothing knows the field. `missing`: a field that events may or may not have; `null`: the literal, as in an
   * Elasticsearch where no index maps it (4.2). Default: `missing`, and `null` where the mapping is closed.
   */
  readonly unmappedOptional?: 'missing' | 'null';
}

/** Resolves the fields of one query; collects what a reader should know. */
export class EqlFields {
  readonly #types: FieldTypes;
  readonly #options: EqlFieldOptions;
  readonly #unknown = new Map<string, string>();

  constructor(types: FieldTypes, options: EqlFieldOptions) {
    this.#types = types;
    this.#options = options;
  }

  /** One for each unknown field. */
  get warnings(): readonly string[] {
    return [...this.#unknown.values()];
  }

  /** Whether the reference is the literal null. */
  isNull({ name, isOptional }: EqlField): boolean {
    const means = this.#options.unmappedOptional ?? (this.#types.isClosed ? 'null' : 'missing');
    return isOptional && means === 'null' && !this.#isKnown(name);
  }

  /**
   * The field whose exact values are asked: a text field gives way to its keyword. Throws InputError EQL_FIELD (unknown) and EQL_TYPE
   * (cannot be asked).
   */
  resolve({ name, isOptional, at }: EqlField): ResolvedField {
    if (!isOptional && !this.#isKnown(name)) this.#tellUnknown(name, at);
    return this.#exact(this.#types.resolve(name), at);
  }

  #isKnown(name: string): boolean {
    const { kind } = this.#types.resolve(name).type;
    // What a closed mapping does not name is unknown, whatever events have.
    return kind === 'dynamic' ? this.#options.knownFields?.has(name) === true : kind !== 'unmapped';
  }

  #tellUnknown(name: string, at: EqlPosition): void {
    if (this.#options.unknownFields !== 'warn') throw eqlProblem('EQL_FIELD', at, this.#unknownMessage(name));
    this.#unknown.set(
      name,
      `the query asks ${name}, which is no ECS field and has no given type: Elasticsearch fails the rule where no index has it`,
    );
  }

  #unknownMessage(name: string): string {
    const near = nearestWord(name, [...this.#types.names, ...(this.#options.knownFields ?? [])]);
    const meant = near === null ? '' : `did you mean ${near}? otherwise `;
    return `unknown field "${name}": ${meant}write ?${printEqlName(name)} for a field that may be missing, or give its type`;
  }

  #exact(field: ResolvedField, at: EqlPosition): ResolvedField {
    const { name, type, nestedPath } = field;
    const refuse = (why: string): never => {
      throw eqlProblem('EQL_TYPE', at, `field ${name}: ${why}`);
    };
    if (nestedPath !== null) return refuse(`it lies in the nested field ${nestedPath}, which EQL cannot ask`);
    switch (type.kind) {
      case 'nested':
      case 'object':
      case 'geo_point':
      case 'flattened':
        return refuse(`EQL cannot ask a field of type ${type.kind}`);
      case 'keyword':
        return type.isLowerCase
          ? refuse('its values are lower-cased before they are indexed, so EQL cannot ask for exact ones')
          : field;
      case 'text':
      case 'match_only_text':
        return (
          this.#keywordOf(field) ??
          refuse(`it is of type ${type.kind} without a keyword beside it, so it has no exact value`)
        );
      // Keyword in all but name, for EQL.
      case 'constant_keyword':
        return { ...field, type: { ...type, kind: 'keyword' } };
      default:
        return field;
    }
  }

  #keywordOf({ name }: ResolvedField): ResolvedField | null {
    const [first, second] = this.#types
      .multiFields(name)
      .map((each) => this.#types.resolve(each))
      .filter(({ type }) => (type.kind === 'keyword' || type.kind === 'wildcard') && !type.isLowerCase);
    return second === undefined ? (first ?? null) : null;
  }
}
