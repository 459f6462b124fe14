// The browser's modules -> one script, so that sources run as they are written and no build step stands between. They import one another by
// relative name; each becomes a function that gives what it exports, in the order of their imports.

import { readFileSync } from 'node:fs';

const IMPORT = /^import (\{[^}]*\}) from '(\.[^']+)';$/gm;
const EXPORT = /^export ((?:const|async function|function) (\w+))/gm;

/** The text of the script, the same for the same sources. */
export function pageScript(): string {
  const names = new Map<string, string>();
  const parts: string[] = [];
  const visit = (url: URL): string => {
    const known = names.get(url.href);
    if (known !== undefined) return known;
    const source = readFileSync(url, 'utf8');
    // Those that it imports come first: their names are known when its own text is made.
    const body = source.replaceAll(
      IMPORT,
      (_, list: string, path: string) => `const ${list} = ${visit(new URL(path, url))};`,
    );
    const exported = [...body.matchAll(EXPORT)].map(([, , name = '']) => name);
    const name = `module${names.size}`;
    names.set(url.href, name);
    parts.push(
      `const ${name} = (() => {\n${body.replaceAll(EXPORT, '$1').trim()}\nreturn { ${exported.join(', ')} };\n})();\n`,
    );
    return name;
  };
  visit(new URL('browser/main.js', import.meta.url));
  return `'use strict';\n{\n${parts.join('\n')}}\n`;
}

/** The style sheet. */
export function pageStyle(): string {
  return readFileSync(new URL('page.css', import.meta.url), 'utf8');
}
