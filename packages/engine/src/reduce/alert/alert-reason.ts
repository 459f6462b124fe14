// `kibana.alert.reason` (K: RT/utils/reason_formatters.ts; semantics.md 3.3). Ports are printed whether they are numbers or texts, as
// Kibana's older versions do.

import { parseFieldPath, scalarText, type EventView, type FieldPath } from '@coldhunt/core';

const FIELDS = {
  category: parseFieldPath('event.category'),
  process: parseFieldPath('process.name'),
  parent: parseFieldPath('process.parent.name'),
  file: parseFieldPath('file.name'),
  sourceIp: parseFieldPath('source.ip'),
  sourcePort: parseFieldPath('source.port'),
  destinationIp: parseFieldPath('destination.ip'),
  destinationPort: parseFieldPath('destination.port'),
  user: parseFieldPath('user.name'),
  host: parseFieldPath('host.name'),
} as const;

/** The sentence; `severity` and `name` after their overrides. */
export function alertReason(event: EventView, severity: string, name: string): string {
  const text = (path: FieldPath): string => {
    const values = event.values(path).map((value) => scalarText(value));
    return values.length === 1 && values[0] === '-' ? '' : values.join(', ');
  };
  const piece = (before: string, path: FieldPath, after: string): string => {
    const value = text(path);
    return value === '' ? '' : `${before}${value}${after}`;
  };
  const details = [
    piece(' process ', FIELDS.process, ','),
    piece(' parent process ', FIELDS.parent, ','),
    piece(' file ', FIELDS.file, ','),
    piece(' source ', FIELDS.sourceIp, ''),
    piece(':', FIELDS.sourcePort, ','),
    piece(' destination ', FIELDS.destinationIp, ''),
    piece(':', FIELDS.destinationPort, ','),
  ];
  const withPart = details.some((detail) => detail !== '') ? ' with' : '';
  return (
    `${piece('', FIELDS.category, ' ')}event${withPart}${details.join('')}` +
    `${piece(' by ', FIELDS.user, '')}${piece(' on ', FIELDS.host, '')} created ${severity} alert ${name}.`
  );
}
