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
