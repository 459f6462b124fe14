// What is written must not lie where it would be read.

import { InputError } from '@coldhunt/core';
import { liesWithin } from '@coldhunt/engine';

/** The next hunt over that archive would read these files as events. `what`: `run folder`. Throws InputError URI_INVALID. */
export function refuseInsideArchive(what: string, uri: string, archives: readonly string[]): void {
  const around = archives.find((archive) => liesWithin(uri, archive));
  if (around === undefined) return;
  throw new InputError(
    'URI_INVALID',
    `the ${what} ${uri} lies inside the archive ${around}, where its files would be read as events: choose one outside of it`,
  );
}
