// A JSON template with `{{name}}` in its texts -> the body of a request. Values go into texts, never into the structure: whatever an event
// holds, the body stays the JSON that the template is.

import { scalarText, type Document, type DocumentValue } from '@coldhunt/core';

const PLACE = /\{\{\s*([\w.@-]+)\s*\}\}/g;

export type Template = string | number | boolean | null | readonly Template[] | { readonly [key: string]: Template };

/** A text that is one place and nothing else becomes the value itself, with its type; a name without a value becomes an empty text. */
export function fillTemplate(template: Template, values: Document): DocumentValue {
  if (typeof template === 'string') {
    const whole = /^\{\{\s*([\w.@-]+)\s*\}\}$/.exec(template)?.[1];
    if (whole !== undefined) return values[whole] ?? '';
    return template.replaceAll(PLACE, (_place, name: string) => textOf(values[name]));
  }
  if (Array.isArray(template)) return (template as readonly Template[]).map((entry) => fillTemplate(entry, values));
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(Object.entries(template).map(([key, entry]) => [key, fillTemplate(entry, values)]));
  }
  return template as DocumentValue;
}

/** The names that a template asks for. */
export function templateNames(template: Template): readonly string[] {
  if (typeof template === 'string') return [...template.matchAll(PLACE)].map(([, name]) => name ?? '');
  if (Array.isArray(template)) return (template as readonly Template[]).flatMap(templateNames);
  if (typeof template === 'object' && template !== null) return Object.values(template).flatMap(templateNames);
  return [];
}

function textOf(value: DocumentValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((entry) => textOf(entry)).join(', ');
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) return JSON.stringify(value);
  return typeof value === 'string' ? value : scalarText(value as never);
}
