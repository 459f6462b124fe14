// An alert as a story: what happened, why it is new, why it matched, what it is part of, where it lies.

import { el } from './tree.js';
import { fieldsOf, objectsOf, textOf } from './alert-fields.js';
import { clausesOf, clauseTable } from './clauses.js';
import { evidenceList } from './evidence.js';
import { processStory } from './process-story.js';
import { whyNew } from './why-new.js';

const WHO = ['host.name', 'host.id', 'host.os.type', 'user.name', 'user.id', 'agent.id', 'agent.type'];
const WHAT = [
  'event.action',
  'event.category',
  'event.outcome',
  'event.id',
  'process.entity_id',
  'process.working_directory',
  'process.hash.sha256',
  'file.path',
  'registry.path',
  'source.ip',
  'destination.ip',
  'destination.port',
  'dns.question.name',
  'url.full',
];

/**
 * @param {import('./alert-fields.js').JsonObject} document
 * @param {{ readonly termFields: readonly string[], readonly window: string | null, readonly lastSeen?: number | null | undefined }} rule
 */
export function alertStory(document, rule) {
  const fields = fieldsOf(document);
  const clauses = clausesOf(document);
  const copies = objectsOf(document, 'coldhunt.copies');
  return el(
    'div',
    { class: 'story' },
    el('p', { class: 'lead' }, textOf(fields, 'kibana.alert.reason')),
    whyNew(document, fields, rule),
    list(fields, [...WHO, ...WHAT]),
    section('What happened', processStory(fields, clauses)),
    section('Why it matched', clauseTable(clauses)),
    section('ATT&CK', attack(document)),
    section('Where it lies', evidenceList(objectsOf(document, 'coldhunt.evidence')[0])),
    copies.length === 0
      ? null
      : section(
          'The same event again',
          copies.map((copy) => evidenceList(copy)),
        ),
    el('p', { class: 'soft' }, 'Alert ', el('span', { class: 'mono' }, textOf(fields, 'kibana.alert.uuid'))),
  );
}

/**
 * The severity as a badge.
 * @param {string} severity
 */
export function severityBadge(severity) {
  const known = ['low', 'medium', 'high', 'critical'].includes(severity);
  return el('span', { class: `badge ${known ? severity : 'low'}` }, severity === '' ? 'none' : severity);
}

/**
 * @param {string} title
 * @param {import('./tree.js').Tree} content
 */
function section(title, content) {
  return content === null ? null : [el('h3', {}, title), content];
}

/**
 * @param {import('./alert-fields.js').Fields} fields
 * @param {readonly string[]} names
 */
function list(fields, names) {
  const rows = names
    .filter((name) => fields.has(name))
    .map((name) => [el('dt', {}, name), el('dd', { class: 'mono' }, textOf(fields, name))]);
  return rows.length === 0 ? null : el('dl', {}, rows);
}

/** @param {import('./alert-fields.js').JsonObject} document */
function attack(document) {
  const entries = objectsOf(document, 'kibana.alert.rule.threat').flatMap((threat) => {
    const techniques = objectsOf(threat, 'technique').flatMap((technique) => [
      technique,
      ...objectsOf(technique, 'subtechnique'),
    ]);
    return [...objectsOf(threat, 'tactic'), ...techniques];
  });
  return entries.length === 0
    ? null
    : el(
        'ul',
        { class: 'tags' },
        entries.map((entry) => el('li', {}, reference(entry))),
      );
}

/** @param {import('./alert-fields.js').JsonObject} entry */
function reference({ id, name, reference: href }) {
  const words = `${String(id ?? '')} ${String(name ?? '')}`;
  // A rule may come from anywhere: only what leads to ATT&CK becomes a link.
  const isKnown = typeof href === 'string' && /^https:\/\/attack\.mitre\.org\/[\w/.-]*$/.test(href);
  return isKnown ? el('a', { href, rel: 'noreferrer noopener' }, words) : words;
}
