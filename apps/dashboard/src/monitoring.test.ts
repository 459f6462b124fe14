// What infra/monitoring names must be what the dashboard tells, and the other way round.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRIC_NAMES } from './metrics-text.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../../infra/monitoring/${name}`, import.meta.url), 'utf8');
const namesIn = (text: string): readonly string[] => [...new Set(text.match(/\bcoldhunt_\w+/g))];

describe('infra/monitoring', () => {
  it.each(['alerts.yaml', 'grafana-dashboard.json'])('names in %s only metrics that there are', (name) => {
    const named = namesIn(read(name));
    expect(named.length).toBeGreaterThan(5);
    for (const each of named) expect(METRIC_NAMES, each).toContain(each);
  });

  it('shows every metric in the Grafana dashboard, each panel with a place of its own', () => {
    const text = read('grafana-dashboard.json');
    expect(namesIn(text).toSorted()).toEqual([...METRIC_NAMES].toSorted());
    const { panels } = JSON.parse(text) as { panels: { id: number; gridPos: { x: number; y: number } }[] };
    expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).toBe(panels.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
