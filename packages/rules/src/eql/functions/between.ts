// `between(source, left, right, greedy)`.

/**
 * The text after the first `left` up to the first `right` that follows (greedy: to the last one); empty without either. A source, left
 * or right that is empty gives the source unchanged. Ignoring case is Unicode's, as in Java.
 */
export function between(
  source: string,
  left: string,
  right: string,
  options: { readonly isGreedy: boolean; readonly ignoreCase: boolean },
): string {
  if (source === '' || left === '' || right === '') return source;
  const { isGreedy, ignoreCase } = options;
  const [text, begin, end] = ignoreCase
    ? [source, left, right].map((each) => each.toLowerCase())
    : [source, left, right];
  const found = (text as string).indexOf(begin as string);
  if (found < 0) return '';
  const from = found + (begin as string).length;
  const to = isGreedy ? (text as string).lastIndexOf(end as string) : (text as string).indexOf(end as string, from);
  return to < from ? '' : source.slice(from, to);
}
