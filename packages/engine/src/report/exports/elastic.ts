// Alerts -> the body of Elasticsearch's _bulk: each is created under its own id, so that loading the same twice adds nothing.

import { fieldsOf, parseAlert } from '@coldhunt/page';

/** Where they go unless somebody says otherwise: Kibana's own alert index is not written by hand. */
export const ELASTIC_INDEX = 'coldhunt-alerts';

/** Two lines an alert, the second as it stands in alerts.ndjson. */
export async function* elasticFile(lines: AsyncIterable<string>, index = ELASTIC_INDEX): AsyncIterable<Uint8Array> {
  for await (const line of lines) {
    const [id] = fieldsOf(parseAlert(line)).get('kibana.alert.uuid') ?? [];
    yield Buffer.from(
      `${JSON.stringify({ create: { _index: index, ...(id === undefined ? {} : { _id: id }) } })}\n${line}\n`,
    );
  }
}
