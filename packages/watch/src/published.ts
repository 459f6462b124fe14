// Alerts that nights have reported and late events may still change: what corrections are worked out against.

import { damagedFile, sha256Hex, type Document, type RunStore } from '@coldhunt/core';
import { z } from 'zod';
import type { Night } from './night-file.ts';

const lineSchema = z.object({
  uuid: z.string(),
  rule_id: z.string(),
  /** The alert's terms as JSON. */
  terms: z.string(),
  time_ms: z.number(),
});

export type PublishedAlert = z.infer<typeof lineSchema>;

/** Throws TypeError for a document that is no alert of ours. */
export function publishedOf(alert: Document): PublishedAlert {
  return lineSchema.parse({
    uuid: alert['kibana.alert.uuid'],
    rule_id: alert['kibana.alert.rule.rule_id'],
    terms: JSON.stringify(alert['kibana.alert.new_terms'] ?? null, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
    time_ms: Date.parse(String(alert['@timestamp'])),
  });
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
