// A compressed block of the page -> its text, checked against its hash.

/**
 * Throws where the block is missing, cut or changed.
 * @param {string} id
 * @param {string} sha256 hex
 * @returns {Promise<string>}
 */
export async function readBlock(id, sha256) {
  const element = document.getElementById(id) ?? (await lateElement(id));
  if (element === null) throw new Error(`the data of this page are damaged: ${id} is missing`);
  /** @type {ArrayBuffer} */
  let bytes;
  try {
    const packed = unpackBase64(element.textContent);
    bytes = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  } catch {
    throw new Error(`the data of this page are damaged: ${id} cannot be unpacked`);
  }
  // Where a browser gives no digest to a local file, the check sum that gzip carries has been checked all the same.
  if (globalThis.crypto?.subtle !== undefined) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (hex !== sha256) throw new Error(`the data of this page are damaged: ${id} does not have its hash`);
  }
  return new TextDecoder().decode(bytes);
}

/**
 * The blocks stand behind the script: one that is asked for early may not have been read yet.
 * @param {string} id
 * @returns {Promise<HTMLElement | null>}
 */
async function lateElement(id) {
  if (document.readyState === 'loading') {
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));
  }
  return document.getElementById(id);
}

/**
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
function unpackBase64(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < characters.length; index++) bytes[index] = characters.charCodeAt(index);
  return bytes;
}
