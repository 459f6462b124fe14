import { describe, expect, it } from 'vitest';
import { loadDashboardConfig } from './dashboard-config.ts';

const TOKEN = 'a'.repeat(24);

describe('where the dashboard listens', () => {
  it('is this machine alone, read-only, unless it is told otherwise', () => {
    expect(loadDashboardConfig({}, {})).toEqual({ host: '127.0.0.1', port: 4127, token: null, allowActions: false });
  });

  it.each(['0.0.0.0', '::', '192.168.1.4', 'hunts.example.org', '127.0.0.1.example.org', ''])(
    'is refused at %j without a token',
    (host) => {
      expect(() => loadDashboardConfig({ host }, {})).toThrow(/token|host/);
    },
  );

  it('may be anywhere with a token', () => {
    const env = { COLDHUNT_DASHBOARD_TOKEN: TOKEN };
    expect(loadDashboardConfig({ host: '0.0.0.0', port: '0' }, env)).toMatchObject({ port: 0, token: TOKEN });
  });

  it('refuses a token that could be tried out, and does not show it', () => {
    const env = { COLDHUNT_DASHBOARD_TOKEN: 'hunter2' };
    expect(() => loadDashboardConfig({}, env)).toThrow(/20 characters/);
    expect(() => loadDashboardConfig({}, env)).not.toThrow(/hunter2/);
  });

  it.each(['-1', '65536', '80.5', 'http'])('refuses the port %s', (port) => {
    expect(() => loadDashboardConfig({ port }, {})).toThrow(/expected a port/);
  });
});
