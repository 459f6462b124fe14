// How many values a field has in one event, where that is known by its nature.

import { ALLOWED_VALUES } from './allowed-values.ts';

/** Names, paths and numbers of the one process, file, user, host … that an event is of. */
const SINGLE =
  /^(?:process(?:\.parent)?\.(?:name|executable|command_line|working_directory|pid|entity_id|args_count|exit_code|thread\.id)|file\.(?:name|path|directory|extension|size)|dll\.(?:name|path)|registry\.(?:hive|key|path|value)|host\.(?:id|name|hostname)|user\.(?:id|name)|(?:source|destination)\.(?:ip|port)|network\.(?:direction|transport|protocol)|dns\.question\.(?:name|type)|http\.response\.status_code|event\.(?:code|dataset|module))$/;
const ARRAY = /(?:^|\.)(?:args|strings|header_bytes|ip|tags|roles)$/;

/** Whether events have at most one value of the field. */
export function isSingleValued(field: string): boolean {
  return ALLOWED_VALUES.get(field)?.isArray === false || SINGLE.test(field);
}

/** Whether events are known to have several values of the field. */
export function isArray(field: string): boolean {
  return ALLOWED_VALUES.get(field)?.isArray === true || (ARRAY.test(field) && !SINGLE.test(field));
}
