// Dragging over a timeline chooses a span of it.

import { timeAt } from '../view/timeline.js';

/**
 * @param {HTMLElement} box
 * @param {() => { readonly from: number, readonly to: number }} span what the picture shows
 * @param {(from: number, to: number) => void} choose
 */
export function listenToBrush(box, span, choose) {
  /** @type {{ start: number, mark: HTMLElement } | null} */
  let drag = null;
  const shareAt = (/** @type {PointerEvent} */ event) => {
    const { left, width } = box.getBoundingClientRect();
    return (event.clientX - left) / Math.max(1, width);
  };
  box.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const mark = document.createElement('div');
    mark.className = 'brush';
    box.append(mark);
    drag = { start: shareAt(event), mark };
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener('pointermove', (event) => {
    if (drag === null) return;
    const at = Math.min(1, Math.max(0, shareAt(event)));
    drag.mark.style.left = `${Math.min(at, drag.start) * 100}%`;
    drag.mark.style.width = `${Math.abs(at - drag.start) * 100}%`;
  });
  const end = (/** @type {PointerEvent} */ event) => {
    if (drag === null) return;
    const { start, mark } = drag;
    drag = null;
    mark.remove();
    const at = shareAt(event);
    if (Math.abs(at - start) < 0.004) return;
    choose(timeAt(Math.min(at, start), span()), timeAt(Math.max(at, start), span()));
  };
  box.addEventListener('pointerup', end);
  box.addEventListener('pointercancel', () => {
    drag?.mark.remove();
    drag = null;
  });
}
