// Alert documents -> alerts.csv: fixed columns, RFC 4180 quoting, and no cell that a spreadsheet would run as a formula (CWE-1236).

import { parseFieldPath, scalarText, viewDocument, type Document, type FieldPath } from '@coldhunt/core';

/** Column name -> the field that fills it. Fixed: scripts rely on it. */
const COLUMNS: readonly (readonly [string, string])[] = [
  ['timestamp', '@timestamp'],
  ['original_time', 'kibana.alert.original_time'],
  ['rule_id', 'kibana.alert.rule.rule_id'],
  ['rule_name', 'kibana.alert.rule.name'],
  ['severity', 'kibana.alert.severity'],
  ['risk_score', 'kibana.alert.risk_score'],
  ['host_name', 'host.name'],
  ['host_id', 'host.id'],
  ['user_name', 'user.name'],
  ['process_name', 'process.name'],
  ['process_command_line', 'process.command_line'],
  ['new_terms', 'kibana.alert.new_terms'],
  ['reason', 'kibana.alert.reason'],
  ['baseline', 'coldhunt.baseline'],
  ['evidence_uri', 'coldhunt.evidence.uri'],
  ['evidence_etag', 'coldhunt.evidence.etag'],
  ['evidence_coordinate', 'coldhunt.evidence.coordinate'],
  ['evidence_offset', 'coldhunt.evidence.offset'],
  ['evidence_length', 'coldhunt.evidence.length'],
  ['evidence_row_group', 'coldhunt.evidence.row_group'],
  ['evidence_row', 'coldhunt.evidence.row'],
  ['evidence_sha256', 'coldhunt.evidence.sha256'],
  ['alert_uuid', 'kibana.alert.uuid'],
  ['baseline_reason', 'coldhunt.baseline_reason'],
  ['threshold_terms', 'kibana.alert.threshold_result.terms.value'],
  ['threshold_count', 'kibana.alert.threshold_result.count'],
  ['threshold_cardinality', 'kibana.alert.threshold_result.cardinality.value'],
  ['suppression_terms', 'kibana.alert.suppression.terms.value'],
  ['suppressed_alerts', 'kibana.alert.suppression.docs_count'],
  ['suppression_end', 'kibana.alert.suppression.end'],
];

const PATHS: readonly FieldPath[] = COLUMNS.map(([, field]) => parseFieldPath(field));

/** The names of the columns, in order. */
export const ALERT_COLUMNS: readonly string[] = COLUMNS.map(([name]) => name);

/** The header line, with its line end. */
export function csvHeader(): string {
  return `${COLUMNS.map(([name]) => name).join(',')}\r\n`;
}

/** The text of each column; several values of a field stand in one, one a line. */
export function alertCells(alert: Document): string[] {
  const view = viewDocument(alert);
  return PATHS.map((path) =>
    view
      .values(path)
      .map((value) => scalarText(value))
      .join('\n'),
  );
}

/** One alert as a line, with its line end. */
export function csvLine(alert: Document): string {
  return `${alertCells(alert)
    .map((text) => csvCell(text))
    .join(',')}\r\n`;
}

/** A cell: text that begins like a formula gets an apostrophe in front, as spreadsheets expect it. */
export function csvCell(text: string): string {
  const safe =
    /^\s*[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
