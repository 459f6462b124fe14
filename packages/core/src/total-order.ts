// The total order of matches: (effective time in ms, rule id, terms, copy hash, object URI, position). It decides every tie.

export interface OrderKey {
  readonly timeMs: number;
  readonly ruleId: string;
  /** The terms' canonical text (termKey); empty for rules without terms. */
  readonly termKey: string;
  readonly copyHash: string;
  readonly uri: string;
  /** Byte offset of the document in its object (decompressed where compressed), or the row's number in its file. */
  readonly position: number;
}

/** Negative when a comes before b. Strings compare by UTF-16 code units. */
export function compareTotalOrder(a: OrderKey, b: OrderKey): number {
  return (
    a.timeMs - b.timeMs ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.termKey, b.termKey) ||
    compareText(a.copyHash, b.copyHash) ||
    compareText(a.uri, b.uri) ||
    a.position - b.position
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
