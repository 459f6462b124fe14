// Elements of the page by their id.

/**
 * Throws where the page has none such: its frame and its script belong together.
 * @param {string} id
 */
export function part(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no part ${id}`);
  return element;
}

/**
 * Gives a control a value, unless somebody types in it.
 * @param {string} id
 * @param {string} value
 */
export function fill(id, value) {
  const control = part(id);
  const isTypedIn = control instanceof HTMLInputElement && control === document.activeElement;
  const isControl = control instanceof HTMLInputElement || control instanceof HTMLSelectElement;
  if (isControl && !isTypedIn && control.value !== value) control.value = value;
}
