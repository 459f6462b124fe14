// The heat map as one image: a path for each state.

import { html, Markup } from '@coldhunt/engine';
import { CELL_STATES, type HeatMap } from '../workspace/heat-map.ts';
import { CELL_WORDS } from './hunt-words.ts';

const COLUMNS = 60;
const SIZE = 14;

export function heatMapImage({ cells, counts, shardsPerCell }: HeatMap): Markup {
  const rows = Math.max(1, Math.ceil(cells.length / COLUMNS));
  const columns = Math.min(COLUMNS, Math.max(1, cells.length));
  const told = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count.toLocaleString('en-US')} ${CELL_WORDS[state as keyof typeof counts]}`);
  const paths = CELL_STATES.map((state) => {
    const squares = cells.flatMap((cell, index) => (cell === state ? [squareAt(index, state === 'failed')] : []));
    return squares.length === 0 ? '' : `<path class="cell-${state}" d="${squares.join('')}"/>`;
  });
  // Its width follows the number of cells: few shards are no giants.
  return html`<svg
      class="heat"
      viewBox="0 0 ${String(COLUMNS * SIZE)} ${String(rows * SIZE)}"
      role="img"
      aria-label="shards in the order of the plan: ${told.join(', ') || 'none'}"
    >
      <rect class="cell-ground" width="${String(columns * SIZE)}" height="${String(rows * SIZE)}"></rect>
      ${new Markup(paths.join(''))}
    </svg>
    <ul class="legend">
      ${CELL_STATES.filter((state) => state !== 'part' || shardsPerCell > 1).map(
        (state) =>
          html`<li>
            <span class="swatch swatch-${state}"></span> ${CELL_WORDS[state]}${
              state === 'part' ? null : html` <b>${counts[state]}</b>`
            }
          </li>`,
      )}
    </ul>
    ${shardsPerCell > 1 ? html`<p class="soft small">A square stands for ${shardsPerCell} shards.</p>` : null}`;
}

/** A failure fills its square, so that it is not told by its colour alone. */
function squareAt(index: number, isWhole: boolean): string {
  const inset = isWhole ? 0 : 1.5;
  const [x, y] = [(index % COLUMNS) * SIZE + inset, Math.floor(index / COLUMNS) * SIZE + inset];
  const side = SIZE - 2 * inset;
  return `M${x} ${y}h${side}v${side}h-${side}z`;
}
