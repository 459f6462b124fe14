// What a visitor should know before anything else: a store or a Redis that is away, limits that were met.

import { html, type Markup } from '@coldhunt/engine';
import type { QueueSight } from '../queue-view.ts';
import { FIND_LIMITS } from '../workspace/find-places.ts';
import type { Sight } from '../workspace/workspace.ts';

export function noticesOf(sight: Pick<Sight, 'problem' | 'isCut'>, queue: QueueSight | null): Markup {
  return html`${
    sight.problem === null
      ? null
      : html`<p class="notice bad" role="alert">
          The workspace does not answer: ${sight.problem}. What is shown is what was read before.
        </p>`
  }
  ${
    queue?.state === 'down'
      ? html`<p class="notice bad" role="alert">
          Redis does not answer: ${queue.problem}. What is shown is what the run folders say; who works on what is not
          known.
        </p>`
      : null
  }
  ${
    sight.isCut
      ? html`<p class="notice">
          There is more here than is looked at (${FIND_LIMITS.places} runs, ${FIND_LIMITS.folders} other folders,
          ${FIND_LIMITS.names} names a folder): name a place further down.
        </p>`
      : null
  }`;
}
