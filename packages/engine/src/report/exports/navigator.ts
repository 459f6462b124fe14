// Alerts -> a layer of the ATT&CK Navigator, format 4.5: how many alerts each technique has, by which rules.

import { fieldsOf, objectsOf, parseAlert, textOf } from '@coldhunt/page';
import type { SummaryFile } from '../output.ts';

const TECHNIQUE = /^T\d{4}(?:\.\d{3})?$/;
const NAMED_RULES = 10;

interface Cell {
  readonly techniqueID: string;
  readonly tactic: string | null;
  alerts: number;
  readonly rules: Set<string>;
  readonly hosts: Set<string>;
}

/** The layer as JSON. Alerts of rules without a technique are counted in its metadata. */
export async function* navigatorFile(lines: AsyncIterable<string>, summary: SummaryFile): AsyncIterable<Uint8Array> {
  const cells = new Map<string, Cell>();
  let without = 0;
  for await (const line of lines) {
    const alert = parseAlert(line);
    const fields = fieldsOf(alert);
    const found = techniquesOf(alert);
    if (found.length === 0) without += 1;
    for (const { techniqueID, tactic } of found) {
      const key = `${techniqueID} ${tactic ?? ''}`;
      const cell = cells.get(key) ?? { techniqueID, tactic, alerts: 0, rules: new Set(), hosts: new Set() };
      cells.set(key, cell);
      cell.alerts += 1;
      cell.rules.add(textOf(fields, 'kibana.alert.rule.name'));
      cell.hosts.add(textOf(fields, 'host.name'));
    }
  }
  const sorted = [...cells.values()].toSorted((a, b) =>
    a.techniqueID < b.techniqueID ? -1 : a.techniqueID > b.techniqueID ? 1 : 0,
  );
  yield Buffer.from(`${JSON.stringify(layer(sorted, summary, without), null, 2)}\n`);
}

function layer(cells: readonly Cell[], summary: SummaryFile, without: number): unknown {
  return {
    name: `coldhunt ${summary.run_id.slice(0, 8)}`,
    versions: { layer: '4.5' },
    domain: 'enterprise-attack',
    description: summary.verdict,
    sorting: 3,
    hideDisabled: false,
    techniques: cells.map((cell) => ({
      techniqueID: cell.techniqueID,
      ...(cell.tactic === null ? {} : { tactic: cell.tactic }),
      score: cell.alerts,
      enabled: true,
      comment: [...cell.rules].toSorted().slice(0, NAMED_RULES).join('; '),
      showSubtechniques:
        cell.techniqueID.includes('.') ||
        cells.some(({ techniqueID }) => techniqueID.startsWith(`${cell.techniqueID}.`)),
      metadata: [
        { name: 'alerts', value: String(cell.alerts) },
        { name: 'hosts', value: String(cell.hosts.size) },
        { name: 'rules', value: String(cell.rules.size) },
      ],
    })),
    gradient: {
      colors: ['#ffe5cc', '#ff8a3d', '#b3123a'],
      minValue: 0,
      maxValue: Math.max(1, ...cells.map(({ alerts }) => alerts)),
    },
    metadata: [
      { name: 'run', value: summary.run_id },
      { name: 'archives', value: summary.archives.join(', ') },
      { name: 'coverage', value: summary.complete ? 'complete' : 'incomplete' },
      { name: 'alerts without a technique', value: String(without) },
    ],
    selectTechniquesAcrossTactics: false,
    selectSubtechniquesWithParent: false,
  };
}

/** Each technique and subtechnique of an alert once for each tactic. */
function techniquesOf(
  alert: ReturnType<typeof parseAlert>,
): { readonly techniqueID: string; readonly tactic: string | null }[] {
  const found = new Map<string, { readonly techniqueID: string; readonly tactic: string | null }>();
  for (const threat of objectsOf(alert, 'kibana.alert.rule.threat')) {
    const [{ name } = {}] = objectsOf(threat, 'tactic');
    // The Navigator names tactics as `initial-access`.
    const tactic =
      typeof name === 'string' && /^[A-Za-z ]+$/.test(name) ? name.toLowerCase().replaceAll(' ', '-') : null;
    for (const technique of objectsOf(threat, 'technique')) {
      for (const { id } of [technique, ...objectsOf(technique, 'subtechnique')]) {
        if (typeof id === 'string' && TECHNIQUE.test(id))
          found.set(`${id} ${tactic ?? ''}`, { techniqueID: id, tactic });
      }
    }
  }
  return [...found.values()];
}
