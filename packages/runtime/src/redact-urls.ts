// Takes user names and passwords out of every URL in a text.

/** Everything up to the last `@` before the path goes: a password may hold one itself. */
export function redactUrls(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/"'`]*@/gi, '$1***@');
}
