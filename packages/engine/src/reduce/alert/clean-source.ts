// The source document as an alert may hold it: values that do not fit ECS at their place are taken out (K: traverse_and_mutate_doc.ts;
// semantics.md 3.4). Fields that ECS does not know are kept.

import {
  isObject,
  isScalar,
  parseInstant,
  scalarText,
  type Document,
  type DocumentValue,
  type Scalar,
} from '@coldhunt/core';
import { canonicalIp, createFieldTypes } from '@coldhunt/rules';

const REMOVED_ROOTS: ReadonlySet<string> = new Set(['kibana', 'signal', 'threshold_result']);
const OBJECT_KINDS: ReadonlySet<string> = new Set(['object', 'nested', 'flattened', 'geo_point']);

export interface SourceCleaner {
  /** A copy without what does not fit; objects and arrays that became empty are gone. */
  clean(document: Document): Document;
}

/** Made once: it turns ECS's table into the questions that cleaning asks. */
export function createSourceCleaner(): SourceCleaner {
  const types = createFieldTypes();
  const kinds = new Map(types.names.map((name) => [name, types.resolve(name).type.kind as string]));
  // Names that only lead to fields are objects.
  for (const name of types.names) {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      const parent = name.slice(0, dot);
      if (!kinds.has(parent)) kinds.set(parent, 'object');
    }
  }

  const passesThroughScalar = (path: string): boolean => {
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      const kind = kinds.get(path.slice(0, dot));
      if (kind !== undefined && !OBJECT_KINDS.has(kind)) return true;
    }
    return false;
  };

  const cleanObject = (object: Document, prefix: string): Document => {
    const kept: [string, DocumentValue][] = [];
    for (const [key, value] of Object.entries(object)) {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      if (prefix === '' && REMOVED_ROOTS.has(key.split('.')[0] ?? '')) continue;
      if (passesThroughScalar(path)) continue;
      const cleaned = cleanValue(value, path);
      if (cleaned !== undefined) kept.push([key, cleaned]);
    }
    // fromEntries defines own keys: a key named __proto__ stays a key.
    return Object.fromEntries(kept);
  };

  const cleanValue = (value: DocumentValue, path: string): DocumentValue | undefined => {
    if (value === null) return value;
    if (Array.isArray(value)) {
      const kept = value.map((entry) => cleanValue(entry, path)).filter((entry) => entry !== undefined);
      return kept.length === 0 && value.length > 0 ? undefined : kept;
    }
    const kind = kinds.get(path);
    if (isObject(value)) {
      if (kind !== undefined && !OBJECT_KINDS.has(kind)) return undefined;
      const cleaned = cleanObject(value, path);
      return Object.keys(cleaned).length === 0 && Object.keys(value).length > 0 ? undefined : cleaned;
    }
    return isScalar(value) && fits(value, kind) ? value : undefined;
  };

  return { clean: (document) => cleanObject(document, '') };
}

function fits(value: Scalar, kind: string | undefined): boolean {
  switch (kind) {
    case 'object':
    case 'nested':
      return false;
    case 'long':
    case 'integer':
    case 'float':
    case 'double':
    case 'scaled_float':
      return (
        typeof value !== 'boolean' && scalarText(value).trim() !== '' && Number.isFinite(Number(scalarText(value)))
      );
    case 'ip':
      return typeof value === 'string' && canonicalIp(value) !== null;
    case 'date':
      return parseInstant(value) !== null;
    case 'boolean':
      return typeof value === 'boolean' || value === 'true' || value === 'false' || value === '';
    default:
      return true;
  }
}
