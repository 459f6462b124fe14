// What whoever starts the dashboard lets it do to hunts.

import type { Retry } from '@coldhunt/engine';

export interface HuntActions {
  /** Each gives what was done, in one sentence; throws AppError. `path`: below the workspace. */
  cancel(path: string): Promise<string>;
  resume(path: string, retry: Retry): Promise<string>;
  /** Ends what this process itself began. */
  close(): Promise<void>;
}
