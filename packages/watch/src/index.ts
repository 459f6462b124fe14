// Watches: hunts without an end, night after night.

export { type Correction } from './corrections.ts';
export { folderStore } from './folder-store.ts';
export { lastNight, nightFolder, nightNumbers, readNight, type Night } from './night-file.ts';
export { noteFailure, readHistory, type HistoryEntry, type PastRun } from './history.ts';
export { isLeased, takeLease, type Lease, type LeaseOptions } from './lease.ts';
export { runDueNights, type DueNightsOptions } from './run-due-nights.ts';
export { deliverNights, pendingNights, type Delivered } from './outbox.ts';
export { CORRECTIONS_PATH, runNight, type NightOptions, type NightResult } from './run-night.ts';
export { nextInstant } from './next-instant.ts';
export { checkSchedule, dueNights, type NightRange } from './schedule.ts';
export { checkScheduleName, readSchedule, removeSchedule, writeSchedule, type Schedule } from './schedule-file.ts';
export { runFolderOf } from './replaced-rules.ts';
export { standingAlerts } from './standing-alerts.ts';
export { WATCH_PATH, readWatch, writeWatch, type Watch } from './watch-file.ts';
