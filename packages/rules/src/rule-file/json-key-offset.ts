// Where a key stands in a text of JSON. The parser gives no places; they are found again where that is no guess.

/** The offset of the key's opening quote where it stands there once, else -1. */
export function jsonKeyOffset(text: string, key: string): number {
  const pattern = new RegExp(`${escaped(JSON.stringify(key))}\\s*:`, 'g');
  const found = [...text.matchAll(pattern)];
  return found.length === 1 ? (found[0]?.index ?? -1) : -1;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
