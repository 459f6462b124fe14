// Alerts that nights have reported and late events may still change: what corrections are worked out against.

import { canonicalJson, damagedFile, isObject, sha256Hex, type Document, type RunStore } from '@coldhunt/core';
import { z } from 'zod';
import type { Night } from './night-file.ts';

const lineSchema = z.object({
  uuid: z.string(),
  rule_id: z.string(),
  /** The alert's terms as JSON. */
  terms: z.string(),
  time_ms: z.number(),
  /** When it was raised: of a threshold rule the instant of the execution. */
  at_ms: z.number().default(0),
  /** A digest of what later events may make an alert say without making it another one; null: nothing. */
  says: z.string().nullable().default(null),
});

const SAID = [
  'kibana.alert.threshold_result',
  'kibana.alert.suppression.start',
  'kibana.alert.suppression.end',
  'kibana.alert.suppression.docs_count',
] as const;
const DIGEST_CHARS = 32;

export type PublishedAlert = z.infer<typeof lineSchema>;

/** Throws TypeError for a document that is no alert of ours. */
export function publishedOf(alert: Document): PublishedAlert {
  return lineSchema.parse({
    uuid: alert['kibana.alert.uuid'],
    rule_id: alert['kibana.alert.rule.rule_id'],
    terms: termsOf(alert),
    time_ms: Date.parse(String(alert['@timestamp'])),
    at_ms: Date.parse(String(alert['kibana.alert.intended_timestamp'] ?? alert['@timestamp'])),
    says: saysOf(alert),
  });
}

/** New terms, the values of a bucket, or the group; in that order. */
function termsOf(alert: Document): string {
  const result = alert['kibana.alert.threshold_result'];
  const bucket = isObject(result) ? result['terms'] : undefined;
  const terms = alert['kibana.alert.new_terms'] ?? bucket ?? alert['kibana.alert.suppression.terms'] ?? null;
  return terms === null ? 'null' : canonicalJson(terms as Document);
}

function saysOf(alert: Document): string | null {
  const said = SAID.filter((name) => alert[name] !== undefined).map((name) => [name, alert[name] ?? null]);
  if (said.length === 0) return null;
  return sha256Hex(canonicalJson([...said, [alert['@timestamp'] ?? null]] as unknown as Document)).slice(
    0,
    DIGEST_CHARS,
  );
}

/** `path`: within the workspace. */
export async function writePublished(
  workspace: RunStore,
  path: string,
  alerts: readonly PublishedAlert[],
): Promise<Night['published']> {
  const body = Buffer.from(alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(''));
  await workspace.put(path, body);
  return { path, sha256: sha256Hex(body), count: alerts.length };
}

/** Throws InputError RUN_DAMAGED. */
export async function readPublished(workspace: RunStore, night: Night | null): Promise<readonly PublishedAlert[]> {
  if (night === null) return [];
  const { path, sha256 } = night.published;
  const bytes = await workspace.get(path);
  if (bytes === null) throw damagedFile(path, 'it is gone');
  if (sha256Hex(bytes) !== sha256) throw damagedFile(path, 'it does not hold what was published');
  return Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)));
}
