// `startsWith`, `endsWith` and `stringContains` of texts that are computed; on fields they are queries of the index.

/** Whether a text stands at the beginning, at the end or anywhere. Ignoring case is Unicode's, as in Java. */
export function textHas(
  how: 'starts' | 'ends' | 'contains',
  given: { readonly source: string; readonly text: string; readonly ignoreCase: boolean },
): boolean {
  const source = given.ignoreCase ? given.source.toLowerCase() : given.source;
  const text = given.ignoreCase ? given.text.toLowerCase() : given.text;
  switch (how) {
    case 'starts':
      return source.startsWith(text);
    case 'ends':
      return source.endsWith(text);
    case 'contains':
      return text !== '' && source.includes(text);
  }
}
