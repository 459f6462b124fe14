// The names of indices: what Elasticsearch puts around a name is taken off, and a rule's patterns are matched (architecture.md, Time).

const BACKING_INDEX = /^\.ds-(.+)-\d{4}\.\d{2}\.\d{2}-\d{6,}$/;

/** `remote:partial-.ds-logs-x-default-2026.01.01-000001` -> `logs-x-default`. */
export function normalizeIndex(name: string): string {
  let rest = name.slice(name.lastIndexOf(':') + 1);
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replace(/^(?:partial-|restored-|shrink-[^-]*-)/, '').replace(BACKING_INDEX, '$1');
  }
  return rest;
}

/**
 * Whether an index fits the patterns: `*` stands for any text, a leading `-` takes out what came before it. No pattern fits everything.
 * A pattern may also ask for the name as it stands (`.ds-logs-*`, `partial-*`); what is taken out is taken out by its normal name.
 */
export function matchesIndexPattern(index: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  const name = normalizeIndex(index);
  const written = index.slice(index.lastIndexOf(':') + 1);
  let fits = false;
  for (const pattern of patterns.flatMap((list) => list.split(','))) {
    // `-remote:name` and `remote:-name` both take out; the cluster is nothing that an archive knows.
    const [, before = '', after = '', bare = ''] = /^(-?)(?:[^:]*:)?(-?)(.*)$/s.exec(pattern.trim()) ?? [];
    const isExclusion = before !== '' || after !== '';
    if (fits !== isExclusion) continue;
    if (fitsPattern(name, bare) || (!isExclusion && fitsPattern(written, bare))) fits = !isExclusion;
  }
  return fits;
}

function fitsPattern(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === first;
  if (!name.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
