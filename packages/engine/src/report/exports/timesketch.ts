// Alerts -> JSONL for Timesketch: its three fields (message, datetime, timestamp_desc), and every field of the alert by its dotted name.

import { fieldsOf, parseAlert } from '@coldhunt/page';

/** Timesketch gives these a meaning of its own: a field of an alert with such a name gets `alert.` before it. */
const OWN_NAMES = new Set(['message', 'datetime', 'timestamp', 'timestamp_desc', 'tag']);

/** One line an alert. `lines` of alerts.ndjson. */
export async function* timesketchFile(lines: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  for await (const line of lines) {
    const fields = fieldsOf(parseAlert(line));
    const own = {
      message: fields.get('kibana.alert.reason')?.[0] ?? fields.get('kibana.alert.rule.name')?.[0] ?? 'alert',
      datetime: fields.get('@timestamp')?.[0]?.replace(/Z$/, '+00:00') ?? '1970-01-01T00:00:00+00:00',
      timestamp_desc: `coldhunt alert: ${fields.get('kibana.alert.rule.name')?.[0] ?? ''}`.trim(),
    };
    const rest = [...fields].map(([name, values]) => [
      OWN_NAMES.has(name) ? `alert.${name}` : name,
      values.length === 1 ? values[0] : values,
    ]);
    yield Buffer.from(`${JSON.stringify({ ...own, ...Object.fromEntries(rest) })}\n`);
  }
}
