// The type of a field: what Elasticsearch's mapping would say of it, as far as matching depends on it.

import type { FieldPath } from '@coldhunt/core';

export const MAPPED_KINDS = [
  'keyword',
  'text',
  'match_only_text',
  'wildcard',
  'constant_keyword',
  'ip',
  'long',
  'integer',
  'double',
  'float',
  'scaled_float',
  'boolean',
  'date',
  'flattened',
  'nested',
  'object',
  'geo_point',
] as const;

export type MappedKind = (typeof MAPPED_KINDS)[number];

/** `dynamic`: no mapping knows the field, each value has the type of its JSON; `unmapped`: the mapping is closed, nothing matches. */
export type FieldKind = MappedKind | 'dynamic' | 'unmapped';

/** `powershell`: Elastic's analyzer for scripts, where tokens are runs of letters, digits, `_` and `-`. */
export type Analyzer = 'standard' | 'powershell';

export interface FieldType {
  readonly kind: FieldKind;
  /** Longer strings (UTF-16 units) are not indexed. Infinity: no limit. */
  readonly ignoreAbove: number;
  /** Whether a lower-case normalizer stands before the field (`.caseless`). */
  readonly isLowerCase: boolean;
  /** How text fields cut their text into tokens. */
  readonly analyzer: Analyzer;
  /** For scaled_float. */
  readonly scalingFactor: number;
}

/** A field name, resolved: its type and where its values stand in an event. */
export interface ResolvedField {
  readonly name: string;
  readonly type: FieldType;
  /** Where the values stand: of a multi-field (`process.name.text`) this is its parent. */
  readonly path: FieldPath;
  /** The innermost nested-mapped object around the field, or null. */
  readonly nestedPath: string | null;
  /** A flattened field itself: its values are all leaves below it. */
  readonly isFlattenedRoot: boolean;
}

/** Elastic's limit for keyword fields (ECS). */
const DEFAULT_IGNORE_ABOVE = 1024;

/** The type of a kind with its defaults: ignore_above 1024 for keyword and for strings without a mapping. */
export function fieldType(kind: FieldKind, options: Partial<Omit<FieldType, 'kind'>> = {}): FieldType {
  return {
    kind,
    ignoreAbove: options.ignoreAbove ?? (kind === 'keyword' || kind === 'dynamic' ? DEFAULT_IGNORE_ABOVE : Infinity),
    isLowerCase: options.isLowerCase ?? false,
    analyzer: options.analyzer ?? 'standard',
    scalingFactor: options.scalingFactor ?? 1000,
  };
}

const TEXTUAL_KINDS: ReadonlySet<string> = new Set(['keyword', 'wildcard', 'constant_keyword', 'flattened', 'dynamic']);

/** Whether values are compared as whole texts. */
export function isTextual({ kind }: FieldType): boolean {
  return TEXTUAL_KINDS.has(kind);
}
