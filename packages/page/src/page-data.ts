// What the page carries for its script: an index, columns and documents, each compressed, hashed and in an element of its own.

/** A compressed text: gzip, base64, in the element with this id. */
export interface BlockRef {
  readonly id: string;
  /** SHA-256 of the text, in hex. */
  readonly sha256: string;
}

/** One field of all alerts. `cells` holds for each row the place of its value, from 1 on; 0: no value; null: every row has the first. Several values stand in one text, one a line. */
export interface Column {
  readonly field: string;
  readonly values: readonly string[];
  readonly cells: readonly number[] | null;
}

export interface ColumnRef extends BlockRef {
  readonly field: string;
  readonly distinct: number;
}

/** Documents of consecutive rows, one a line. */
export interface DocumentsRef extends BlockRef {
  readonly first: number;
  readonly count: number;
}

/** What an alert page and a rule page need of a rule. */
export interface PageRule {
  readonly rule_id: string;
  readonly name: string;
  readonly type: string;
  readonly severity: string;
  readonly termFields: readonly string[];
  /** `7 days`; null: the rule has no memory. */
  readonly window: string | null;
  readonly query: string;
  readonly note: string | null;
  readonly alerts: number;
}

export interface PageTable {
  /** Alerts of the hunt; rows of them in the page. */
  readonly total: number;
  readonly rows: number;
  /** Milliseconds since 1970 of the first row, then the differences. A row without a readable time has that of the row before. */
  readonly times: readonly number[];
  readonly columns: readonly Column[];
  readonly more: readonly ColumnRef[];
  readonly documents: readonly DocumentsRef[];
}

export interface PageIndex {
  readonly format: 1;
  readonly runId: string;
  readonly table: PageTable;
  readonly rules: readonly PageRule[];
  /** Matches without an alert; null: there are too many for the page, or it is redacted. */
  readonly matches: (BlockRef & { readonly count: number }) | null;
  /** Instants; null: an open side. */
  readonly from: string | null;
  readonly to: string | null;
  /** `2026-02-01T00` and the bytes examined of it. */
  readonly hours: readonly (readonly [string, number])[];
  readonly isComplete: boolean;
  /** Alerts of one rule in a day above which the rule is folded. */
  readonly noisy: number;
  /** Fields by which alerts are grouped at first. */
  readonly groupBy: readonly string[];
}
