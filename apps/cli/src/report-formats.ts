// The formats of a finished hunt's results, and the file of the run folder that holds each.

export const REPORT_FILES = {
  html: 'report.html',
  ndjson: 'alerts.ndjson',
  csv: 'alerts.csv',
  groups: 'groups.ndjson',
  json: 'summary.json',
  coverage: 'coverage.json',
  parquet: 'alerts.parquet',
  md: 'report.md',
  elastic: 'alerts.bulk.ndjson',
  timesketch: 'alerts.timesketch.jsonl',
  navigator: 'alerts.navigator.json',
  ocsf: 'alerts.ocsf.ndjson',
} as const;

export type ReportFormat = keyof typeof REPORT_FILES;

export const REPORT_FORMATS = Object.keys(REPORT_FILES) as readonly ReportFormat[];
