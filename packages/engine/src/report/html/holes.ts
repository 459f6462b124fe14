// What was not examined, by reason, and how each hole is closed.

import { adviceOn } from '@coldhunt/formats';
import type { Coverage } from '../../reduce/output.ts';

export interface Hole {
  readonly reason: string;
  readonly objects: number;
  readonly bytes: number;
  readonly advice: string;
}

const RETRY = 'then: coldhunt resume <run> --retry failed';
const ADVICE: Readonly<Record<string, string>> = {
  OBJECT_CHANGED: 'it was written anew since it was listed: ask anew with --clobber',
  OBJECT_VANISHED: 'it was deleted since it was listed: bring it back from a version or a copy, and ask anew',
  OBJECT_ARCHIVED: 'restore it from its storage class, then: coldhunt resume <run> --retry archived',
  OBJECT_DENIED: `let these credentials read it (s3:GetObject, and kms:Decrypt of its key), ${RETRY}`,
  OBJECT_UNREADABLE: `see whether the storage gives it whole, ${RETRY}`,
  FORMAT_UNSUPPORTED: 'convert it to NDJSON or Parquet, or leave it out with --exclude-key',
  GZIP_CORRUPT: 'what could be unpacked counts: bring the object back from its source, and ask anew',
  ZSTD_CORRUPT: 'what could be unpacked counts: bring the object back from its source, and ask anew',
  PARQUET_CORRUPT: 'what could be decoded counts: bring the object back from its source, and ask anew',
  FRAMING_LOST: 'write it anew, one document a line',
  EXPANSION_LIMIT: 'see that it is no bomb, then raise the limit or leave it out with --exclude-key',
  LINE_TOO_LONG: 'raise --max-line-bytes',
  SHARD_GAVE_UP: `see the log of the workers, ${RETRY}`,
  SHARD_FAILED: `see the message, ${RETRY}`,
  archived: 'restore it from its storage class, then: coldhunt resume <run> --retry archived',
  time: 'outside the asked time by its key: nothing to do',
  excluded: 'left out by --exclude-key, on purpose',
  'not-included': 'left out by --include-key, on purpose',
  empty: 'it has no bytes: nothing to do',
  'folder-marker': 'it is no file of events: nothing to do',
  'not-events': 'it is no file of events: nothing to do',
  'read-before': 'an earlier night of this watch has read it: nothing to do',
  'run-folder': 'it is part of a run: nothing to do',
  'special-file': 'it is no plain file: nothing to do',
};

/** One entry for each reason, the largest first. */
export function holesOf({ failed, skipped }: Coverage): Hole[] {
  const all = [
    ...failed.map(({ code, bytes }) => ({ reason: code, bytes })),
    ...skipped.map(({ reason, bytes }) => ({ reason, bytes })),
  ];
  const holes = [...Map.groupBy(all, ({ reason }) => reason)].map(([reason, objects]) => ({
    reason,
    objects: objects.length,
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    advice: adviceFor(reason),
  }));
  return holes.toSorted((a, b) => b.bytes - a.bytes || b.objects - a.objects || (a.reason < b.reason ? -1 : 1));
}

/** Why a field that a rule needs may be in no event; null: nothing is known of it. */
export function absenceOf(field: string): string | null {
  if (field === 'host.os.type')
    return 'host.os.type is absent in events of Beats before 7.10, and where the pipeline drops it';
  if (field.startsWith('process.args'))
    return 'some sources hold the command line only: ask a rule that reads process.command_line';
  if (field.startsWith('process.parent'))
    return 'sources that start no process tree (syslog, auditd without its integration) have no parent';
  if (field.startsWith('event.'))
    return 'event.* is set by the ingest pipeline: these events may have been archived before it';
  return null;
}

function adviceFor(reason: string): string {
  if (reason.startsWith('refused: '))
    return adviceOn(reason.slice('refused: '.length)) ?? 'leave it out with --exclude-key, or convert it';
  return (Object.hasOwn(ADVICE, reason) ? ADVICE[reason] : undefined) ?? `see docs/errors.md, ${RETRY}`;
}
