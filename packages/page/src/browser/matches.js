// Matches that raised no alert, read when the page of a host or an alert asks for them.

import { textOf } from '../view/alert-fields.js';
import { readBlock } from './read-block.js';

/**
 * @typedef {{ readonly ms: number, readonly ruleId: string, readonly verdict: string }} QuietMatch
 * @typedef {{
 *   ofHost(host: string): readonly QuietMatch[],
 *   lastSeen(fields: import('../view/alert-fields.js').Fields): number | null,
 * }} Matches
 */

/**
 * Null: the page has none.
 * @param {import('../page-data.ts').PageIndex['matches']} ref
 * @returns {() => Promise<Matches | null>}
 */
export function createMatches(ref) {
  /** @type {Promise<Matches | null> | null} */
  let reading = null;
  return () => {
    if (ref === null || ref === undefined) return Promise.resolve(null);
    reading ??= readBlock(ref.id, ref.sha256).then((text) => unpack(JSON.parse(text)));
    return reading;
  };
}

/**
 * @param {import('../page-matches.ts').PageMatches} packed
 * @returns {Matches}
 */
function unpack({ hosts, rules, verdicts, host, rule, verdict, times, lastSeen }) {
  return {
    ofHost(name) {
      const place = hosts.indexOf(name);
      const found = [];
      let ms = 0;
      for (let row = 0; row < times.length; row++) {
        ms += times[row] ?? 0;
        if (host[row] === place)
          found.push({ ms, ruleId: rules[rule[row] ?? 0] ?? '', verdict: verdicts[verdict[row] ?? 0] ?? '' });
      }
      return found;
    },
    lastSeen(fields) {
      const ms = Date.parse(textOf(fields, '@timestamp'));
      const terms = fields.get('kibana.alert.new_terms') ?? [];
      const key = JSON.stringify([textOf(fields, 'kibana.alert.rule.rule_id'), ms, ...terms]);
      return Object.hasOwn(lastSeen, key) ? (lastSeen[key] ?? null) : null;
    },
  };
}
