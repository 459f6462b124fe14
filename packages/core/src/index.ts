// The contract: the small types that join the packages, the errors, and the order of everything.

export { countOf } from './count-of.ts';
export { ERROR_CODES, type ErrorCode } from './error-codes.ts';
export {
  AppError,
  InputError,
  InvariantError,
  TransientError,
  assertInvariant,
  toAppError,
  type Details,
} from './errors.ts';
export { parseFieldPath, type FieldPath } from './field-path.ts';
export { createFieldTable, type FieldNode, type FieldTable, type FieldVisit } from './field-table.ts';
export { isObject, viewDocument, type EventView, type NameVisit, type ValueNames } from './event-view.ts';
export {
  FOUND_STEP,
  NOT_FOUND,
  NOT_PLAIN,
  NO_NAME,
  type CreateValueFinder,
  type KeyRole,
  type ValueFinder,
  type WantedKey,
  type WantedPlace,
} from './value-finder.ts';
export { canonicalJson, sha256Hex } from './hash.ts';
export { earlierOf, earliestMillis, plainMillisAt } from './earliest-time.ts';
export { isWritableTime, parseInstant, parseMillis, toMillis } from './instant.ts';
export { type LineCondition, type LineFilter, type LineLiteral, type LineQuery, type LineScan } from './line-filter.ts';
export { listEntries } from './list-entries.ts';
export { editDistance, nearestWord } from './nearest-word.ts';
export { parseDocument, parseJson } from './parse-document.ts';
export { NO_REQUIREMENT, type Literal, type Requirement, type RequirementLeaf } from './requirement.ts';
export {
  JsonNumber,
  Timestamp,
  isScalar,
  scalarText,
  stringifyDocument,
  type Document,
  type DocumentValue,
  type Scalar,
} from './scalar.ts';
export { expectedWords, foundWords, schemaProblems, type SchemaIssue, type SchemaProblem } from './schema-words.ts';
export { damagedFile, damagedPath, openSeal, sealJson } from './seal.ts';
export { FORMAT_VERSION, SEMANTICS_REVISION } from './semantics-revision.ts';
export {
  type ByteRange,
  type ChunkMemory,
  type ListedObject,
  type ObjectReader,
  type ObjectSource,
  type PinnedObject,
  type RunStore,
} from './storage.ts';
export { compareText, compareTotalOrder, type OrderKey } from './total-order.ts';
