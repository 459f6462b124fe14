// Watches: hunts without an end, night after night.

export { type Correction } from './corrections.ts';
export { folderStore } from './folder-store.ts';
export { lastNight, nightFolder, readNight, type Night } from './night-file.ts';
export { takeLease, type Lease, type LeaseOptions } from './lease.ts';
export { runDueNights, type DueNightsOptions } from './run-due-nights.ts';
export { deliverNights, pendingNights, type Delivered } from './outbox.ts';
export { CORRECTIONS_PATH, runNight, type NightOptions, type NightResult } from './run-night.ts';
export { checkSchedule, dueNights, nextInstant, type NightRange } from './schedule.ts';
export { standingAlerts } from './standing-alerts.ts';
export { WATCH_PATH, readWatch, writeWatch, type Watch } from './watch-file.ts';
