// Values as the documents of alerts hold them.

import { isObject, type Document, type DocumentValue } from '@coldhunt/core';

/** The leaves of an object under dotted keys; lists stay whole. */
export function flattened(object: Document, prefix: string): Document {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]): [string, DocumentValue][] =>
      isObject(value) ? Object.entries(flattened(value, `${prefix}.${key}`)) : [[`${prefix}.${key}`, value]],
    ),
  );
}

/** Typed values as a document: undefined fields are left out. */
export function plain(value: object): Document {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Document;
}
