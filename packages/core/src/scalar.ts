// The leaf values of events. A number of JSON keeps its text where a double would lose any of it, a 64-bit integer of
// Parquet stays a bigint, a time of Parquet keeps its nanoseconds.

/** A JSON number whose text differs from what a double would print: `1.0`, `1e3`, `9007199254740993`. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Lets JSON.stringify write the number exactly as it was read. */
  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }
}

/** An instant of a typed column, in nanoseconds since 1970 UTC; `digits` is the column's precision (3, 6 or 9). */
export class Timestamp {
  readonly nanos: bigint;
  readonly digits: number;

  constructor(nanos: bigint, digits: number) {
    this.nanos = nanos;
    this.digits = digits;
  }

  /**
   * ISO 8601 in UTC as writers of JSON spell it: milliseconds, and more digits only where they say something. So an event has the same text
   * whatever unit its column counts in.
   */
  toString(): string {
    const digits = this.nanos % 1_000_000n === 0n ? 3 : this.nanos % 1_000n === 0n ? 6 : 9;
    return isoText(this.nanos, Math.min(digits, this.digits));
  }

  /** The same with exactly `digits` fraction digits: what is hashed as evidence, which must not depend on the value. */
  columnText(): string {
    return isoText(this.nanos, this.digits);
  }

  toJSON(): string {
    return this.toString();
  }
}

/**
 * A value of a field. `number` only where its ECMAScript text is the text that was read (JsonNumber otherwise);
 * `bigint` for 64-bit integer columns beyond 2^53.
 */
export type Scalar = string | number | boolean | bigint | JsonNumber | Timestamp;

/** A document as it was read: plain objects and arrays with Scalars as leaves. */
export type DocumentValue = Scalar | null | DocumentValue[] | { [key: string]: DocumentValue };
export type Document = { [key: string]: DocumentValue };

export function isScalar(value: unknown): value is Scalar {
  return (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint' ||
    value instanceof JsonNumber ||
    value instanceof Timestamp
  );
}

/** The JSON text of a document, numbers as they were read, bigints in decimal, times as ISO 8601. */
export function stringifyDocument(value: DocumentValue): string {
  try {
    // Several times as fast without a function that is called for each value.
    return JSON.stringify(value);
  } catch {
    // A bigint is in it.
    return JSON.stringify(value, (_key, entry: unknown) =>
      typeof entry === 'bigint' ? JSON.rawJSON(entry.toString()) : entry,
    );
  }
}

/** The text that Elasticsearch would index for a scalar in a keyword field. */
export function scalarText(value: Scalar): string {
  if (typeof value === 'string') return value;
  if (value instanceof JsonNumber) return value.text;
  return String(value);
}

function isoText(nanos: bigint, digits: number): string {
  const seconds = floorDivide(nanos, 1_000_000_000n);
  const fraction = (nanos - seconds * 1_000_000_000n).toString().padStart(9, '0').slice(0, digits);
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, -5)}.${fraction}Z`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
