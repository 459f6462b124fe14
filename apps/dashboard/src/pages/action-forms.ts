// What can be done to a hunt from its page. Each form asks once more, without a script.

import { html, type Markup } from '@coldhunt/engine';
import { isOver, type HuntView } from '../workspace/hunt-view.ts';
import { idOf } from '../workspace/workspace.ts';

export type ActionName = 'cancel' | 'resume' | 'retry';

export interface ActionInput {
  readonly formToken: string;
  /** What the last action said; null: none was taken. */
  readonly said: string | null;
}

const WORDS: Readonly<Record<ActionName, { readonly ask: string; readonly tells: string; readonly does: string }>> = {
  cancel: {
    ask: 'Cancel',
    tells: 'Whoever works on it stops within seconds. Shards with a record keep it: it can be resumed.',
    does: 'Cancel this hunt',
  },
  resume: {
    ask: 'Resume',
    tells: 'Goes on with the shards that have no record.',
    does: 'Resume this hunt',
  },
  retry: {
    ask: 'Retry',
    tells: 'Opens a new generation for the shards whose objects could not be read, and makes the answer anew.',
    does: 'Retry what failed',
  },
};

/** What makes sense of a hunt in this state. */
export function actionsFor(view: HuntView): readonly ActionName[] {
  if (view.run === null || view.state === 'pruned') return [];
  if (view.state === 'cancelled' || view.state === 'failed') return ['resume'];
  if (!isOver(view.state)) return ['cancel', 'resume'];
  return (view.outcome?.failedObjects ?? 0) > 0 ? ['retry'] : [];
}

export function actionForms(view: HuntView, { formToken, said }: ActionInput): Markup {
  return html`${said === null ? null : html`<p class="notice" role="status">${said}</p>`}
    <div class="actions">
      ${actionsFor(view).map((name) => {
        const { ask, tells, does } = WORDS[name];
        return html`<details id="ask-${name}">
          <summary>${ask}…</summary>
          <div>
            <p>${tells}</p>
            <form method="post" action="/hunts/${idOf(view.path)}/${name}">
              <input type="hidden" name="form" value="${formToken}" />
              <button id="do-${name}">${does}</button>
            </form>
          </div>
        </details>`;
      })}
    </div>`;
}
