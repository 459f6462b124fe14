// Counts over time and by name -> plain SVG, no script.

import { html, type Markup } from './markup.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** A bar that stands for something missing. */
  readonly isGap?: boolean;
}

const WIDTH = 1000;
const HEIGHT = 120;

/** Upright bars, evenly spaced, the first and last labelled; every bar has its figure as a tooltip. */
export function barChart(bars: readonly Bar[], title: string): Markup {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const step = WIDTH / Math.max(1, bars.length);
  const shapes = bars.map((bar, index) => {
    const height = bar.isGap === true ? HEIGHT : bar.value === 0 ? 1 : Math.max(3, (bar.value / most) * HEIGHT);
    const kind = bar.isGap === true ? 'gap' : bar.value === 0 ? 'empty' : 'bar';
    const x = fixed(index * step);
    const width = fixed(Math.max(0.5, step - Math.min(2, step * 0.2)));
    return html`<rect class="${kind}" x="${x}" y="${fixed(HEIGHT - height)}" width="${width}" height="${fixed(height)}"
      ><title>${bar.label}: ${bar.isGap === true ? 'nothing' : bar.value}</title></rect
    >`;
  });
  return html`<svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT + 18)}" role="img" aria-label="${title}">
    ${shapes}
    <text x="0" y="${String(HEIGHT + 14)}">${bars[0]?.label ?? ''}</text>
    <text x="${String(WIDTH)}" y="${String(HEIGHT + 14)}" text-anchor="end">${bars.at(-1)?.label ?? ''}</text>
    <text x="${String(WIDTH / 2)}" y="${String(HEIGHT + 14)}" text-anchor="middle">most: ${most}</text>
  </svg>`;
}

function fixed(value: number): string {
  return value.toFixed(2);
}
