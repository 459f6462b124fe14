// An alert's id, or what it begins with -> the alert.

import { InputError, type Document, type RunStore } from '@coldhunt/core';
import { readAlerts } from '../report/read-alerts.ts';

const LEAST_CHARACTERS = 8;

/** Throws OPTION_INVALID for an id that is of no alert or of several. */
export async function findAlert(store: RunStore, uuid: string): Promise<Document> {
  const wanted = uuid.toLowerCase();
  if (wanted.length < LEAST_CHARACTERS) {
    throw new InputError(
      'OPTION_INVALID',
      `"${uuid}" is too short for an alert's id: give its first ${LEAST_CHARACTERS} characters at least`,
    );
  }
  const found: Document[] = [];
  let alerts = 0;
  for await (const alert of readAlerts(store)) {
    alerts += 1;
    if (String(alert['kibana.alert.uuid']).startsWith(wanted)) found.push(alert);
    if (found.length > 1)
      throw new InputError('OPTION_INVALID', `several alerts have an id that begins with ${uuid}: give more of it`);
  }
  const [only] = found;
  if (only !== undefined) return only;
  throw new InputError(
    'OPTION_INVALID',
    `none of the ${alerts} alerts in ${store.uri} has the id ${uuid}: see kibana.alert.uuid in alerts.ndjson`,
  );
}
