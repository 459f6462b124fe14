// The text of a field type as a user writes it: `long`, `keyword;ignore_above=3`, `text+keyword`.

import { InputError } from '@coldhunt/core';
import { MAPPED_KINDS, fieldType, type Analyzer, type FieldType, type MappedKind } from './field-type.ts';

export interface DeclaredType {
  readonly type: FieldType;
  /** Multi-fields beside it, by the last segment of their name: `keyword` for `text+keyword`. */
  readonly multiFields: readonly { readonly suffix: string; readonly type: FieldType }[];
}

const MULTI_FIELD_KINDS: ReadonlySet<string> = new Set(['keyword', 'text', 'match_only_text', 'wildcard']);

/** Throws InputError FIELD_TYPES_INVALID with the field, what was found and what was expected. */
export function parseFieldType(field: string, text: unknown): DeclaredType {
  if (typeof text !== 'string') throw invalid(field, `its type must be a string, found ${typeof text}`);
  const [kindsText = '', ...optionTexts] = text.split(';');
  const [mainText = '', ...multiTexts] = kindsText.split('+');
  const options = parseOptions(field, optionTexts);
  const main = typeOf(field, mainText, options);
  const multiFields = multiTexts.map((suffix) => {
    if (!MULTI_FIELD_KINDS.has(suffix)) {
      throw invalid(field, `"+${suffix}" must be one of ${[...MULTI_FIELD_KINDS].map((kind) => `+${kind}`).join(' ')}`);
    }
    return { suffix, type: typeOf(field, suffix, options) };
  });
  if (multiFields.length > 0 && ['nested', 'object', 'flattened'].includes(main.kind)) {
    throw invalid(field, `a ${main.kind} field has no multi-fields`);
  }
  const kinds = [main, ...multiFields.map(({ type }) => type)].map(({ kind }) => kind);
  if (options.ignoreAbove !== undefined && !kinds.some((kind) => KEYWORD_LIKE.has(kind))) {
    throw invalid(field, `ignore_above belongs to keyword, wildcard and flattened, not to ${kinds.join('+')}`);
  }
  if (options.isLowerCase === true && !kinds.includes('keyword')) {
    throw invalid(field, `normalizer belongs to keyword, not to ${kinds.join('+')}`);
  }
  if (options.analyzer !== undefined && !kinds.some((kind) => kind === 'text' || kind === 'match_only_text')) {
    throw invalid(field, `analyzer belongs to text and match_only_text, not to ${kinds.join('+')}`);
  }
  if (options.scalingFactor !== undefined && main.kind !== 'scaled_float') {
    throw invalid(field, `scaling_factor belongs to scaled_float, not to ${kinds.join('+')}`);
  }
  return { type: main, multiFields };
}

const KEYWORD_LIKE: ReadonlySet<string> = new Set(['keyword', 'wildcard', 'flattened']);

interface TypeOptions {
  ignoreAbove?: number;
  isLowerCase?: boolean;
  scalingFactor?: number;
  analyzer?: Analyzer;
}

function typeOf(field: string, kind: string, options: TypeOptions): FieldType {
  if (!isMappedKind(kind))
    throw invalid(field, `unknown type "${kind.slice(0, 60)}"; known: ${MAPPED_KINDS.join(' ')}`);
  return fieldType(kind, {
    ...(KEYWORD_LIKE.has(kind) && options.ignoreAbove !== undefined ? { ignoreAbove: options.ignoreAbove } : {}),
    ...(kind === 'keyword' && options.isLowerCase === true ? { isLowerCase: true } : {}),
    ...(options.analyzer === undefined ? {} : { analyzer: options.analyzer }),
    ...(options.scalingFactor === undefined ? {} : { scalingFactor: options.scalingFactor }),
  });
}

function parseOptions(field: string, texts: readonly string[]): TypeOptions {
  const options: TypeOptions = {};
  for (const text of texts) {
    const [name = '', value = ''] = text.split('=').map((part) => part.trim());
    if (name === 'ignore_above' && /^[1-9]\d{0,9}$/.test(value)) options.ignoreAbove = Number(value);
    else if (name === 'normalizer' && value === 'lowercase') options.isLowerCase = true;
    else if (name === 'analyzer' && (value === 'standard' || value === 'powershell')) options.analyzer = value;
    else if (name === 'scaling_factor' && Number(value) > 0 && Number.isFinite(Number(value))) {
      options.scalingFactor = Number(value);
    } else {
      const expected =
        'ignore_above=<whole number above 0>, normalizer=lowercase, analyzer=standard|powershell or scaling_factor=<number above 0>';
      throw invalid(field, `unknown option ";${text.slice(0, 60)}"; expected ${expected}`);
    }
  }
  return options;
}

function isMappedKind(kind: string): kind is MappedKind {
  return (MAPPED_KINDS as readonly string[]).includes(kind);
}

function invalid(field: string, problem: string): InputError {
  return new InputError('FIELD_TYPES_INVALID', `field "${field.slice(0, 200)}": ${problem}`, {
    details: { field: field.slice(0, 200) },
  });
}
