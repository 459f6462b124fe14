// Bytes of an object -> events.

export {
  type Compression,
  type Coordinates,
  type Envelope,
  type Framing,
  type MalformedSample,
  type ObjectKind,
  type ReadCounts,
  type ReadOptions,
  type Reading,
  type SourceEvent,
} from './reading.ts';
export { encodeLineQuery, searchOutlook } from './literals/encode-line-query.ts';
export { createMemoryObject, type MemoryObjectOptions } from './objects/memory-object.ts';
export { createStreamObject } from './objects/stream-object.ts';
export { openObject } from './open-object.ts';
export { DocumentScanner } from './text/document-scanner.ts';
export { adviceOn } from './sniff/foreign-formats.ts';
