// A field name, cut once so that events can be asked for it many times.

/** A dotted ECS field name. `joined[i][j]` is segments i..i+j joined with dots: keys may be dotted at any level. */
export interface FieldPath {
  readonly name: string;
  readonly segments: readonly string[];
  readonly joined: readonly (readonly string[])[];
}

export function parseFieldPath(name: string): FieldPath {
  const segments = name.split('.');
  const joined = segments.map((_, from) =>
    segments.slice(from).map((__, to) => segments.slice(from, from + to + 1).join('.')),
  );
  return { name, segments, joined };
}
