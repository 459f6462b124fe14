// Whether a value is indexed at all by a field of a type: what `field: *` asks.

import { parseIp } from './ip-address.ts';
import { booleanValue } from './boolean-value.ts';
import { dateValue } from './date-value.ts';
import type { FieldType } from './field-type.ts';
import { indexedText } from './indexed-text.ts';
import { doubleValue, integerValue } from './number-value.ts';
import { NEVER, type ValuePredicate } from './value-predicate.ts';

/** A text beyond ignore_above, a malformed number, address or date does not exist; an empty text does. */
export function existsPredicate(type: FieldType): ValuePredicate {
  switch (type.kind) {
    case 'keyword':
    case 'wildcard':
    case 'constant_keyword':
    case 'flattened':
      return (value) => indexedText(type, value) !== null;
    case 'text':
    case 'match_only_text':
    case 'geo_point':
      return () => true;
    case 'ip':
      return (value) => typeof value === 'string' && parseIp(value) !== null;
    case 'long':
    case 'integer':
      return (value) => integerValue(type, value) !== null;
    case 'double':
    case 'float':
    case 'scaled_float':
      return (value) => doubleValue(type, value) !== null;
    case 'boolean':
      return (value) => booleanValue(value) !== null;
    case 'date':
      return (value) => dateValue(value) !== null;
    case 'dynamic':
      return (value) => typeof value !== 'string' || value.length <= type.ignoreAbove;
    // An object exists through what is below it, as `fieldExists` sees.
    case 'object':
    case 'nested':
    case 'unmapped':
      return NEVER;
  }
}
