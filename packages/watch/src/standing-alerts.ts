// What a watch says by now: the alerts of its nights with all corrections, in the order in which they were told.

import { sha256Hex, type Document, type RunStore } from '@coldhunt/core';
import { readAlerts } from '@coldhunt/engine';
import { folderStore } from './folder-store.ts';
import { lastNight, nightFolder } from './night-file.ts';
import { CORRECTIONS_PATH } from './run-night.ts';

const DIGEST_CHARS = 32;

/** `fromNight`: the first night to tell. Two passes: what was withdrawn or superseded is known before anything is given. */
export async function* standingAlerts(workspace: RunStore): AsyncGenerator<Document> {
  const last = (await lastNight(workspace))?.number ?? 0;
  const nights = Array.from({ length: last }, (_, index) => folderStore(workspace, nightFolder(index + 1)));
  // In which night an alert was told for the last time, and whether it was taken back after that.
  const takenBack = new Map<string, number>();
  for (const [number, store] of nights.entries()) {
    for await (const { uuid } of readAlerts(store, CORRECTIONS_PATH)) {
      if (typeof uuid === 'string') takenBack.set(digest(uuid), number);
    }
  }
  for (const [number, store] of nights.entries()) {
    // What a night takes back was told by nights before it.
    const stands = (id: string): boolean => (takenBack.get(id) ?? -1) <= number;
    const corrected = new Set<string>();
    for await (const { alert } of readAlerts(store, CORRECTIONS_PATH)) {
      if (alert === undefined) continue;
      const id = uuidOf(alert as Document);
      corrected.add(id);
      if (stands(id)) yield alert as Document;
    }
    // An alert that counts events of tonight too is both a correction and one of tonight's.
    for await (const alert of readAlerts(store)) {
      const id = uuidOf(alert);
      if (stands(id) && !corrected.has(id)) yield alert;
    }
  }
}

function uuidOf(alert: Document): string {
  return digest(String(alert['kibana.alert.uuid']));
}

function digest(uuid: string): string {
  return sha256Hex(uuid).slice(0, DIGEST_CHARS);
}
