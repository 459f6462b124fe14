// A field name, cut once so that events can be asked for it many times.

/** A dotted ECS field name. `joined[i][j]` is segments i..i+j joined with dots: keys may be dotted at any level. */
export interface FieldPath {
  readonly name: string;
  readonly segments: readonly string[];
  readonly joined: readonly (readonly string[])[];
}

/** Elasticsearch maps 20 levels. What is joined grows with the cube of the levels, and names come from hostile events too. */
const MOST_SEGMENTS = 64;

/** A name of more than 64 segments stands for no field: nothing is found at it. */
export function parseFieldPath(name: string): FieldPath {
  const segments = name.split('.');
  if (segments.length > MOST_SEGMENTS) return { name, segments, joined: [] };
  const joined = segments.map((_, from) =>
    segments.slice(from).map((__, to) => segments.slice(from, from + to + 1).join('.')),
  );
  return { name, segments, joined };
}
