// The values that ECS 9 allows in its categorisation fields, and the systems of host.os.type: all of them are written in lower case.

export interface AllowedValues {
  readonly values: readonly string[];
  /** An event may have several. */
  readonly isArray: boolean;
}

const one = (values: string): AllowedValues => ({ values: values.split(' '), isArray: false });
const many = (values: string): AllowedValues => ({ values: values.split(' '), isArray: true });

export const ALLOWED_VALUES: ReadonlyMap<string, AllowedValues> = new Map([
  ['event.kind', one('alert asset enrichment event metric state pipeline_error signal')],
  [
    'event.category',
    many(
      'api authentication configuration database driver email file host iam intrusion_detection library malware network package process registry session threat vulnerability web',
    ),
  ],
  [
    'event.type',
    many(
      'access admin allowed change connection creation deletion denied device end error group indicator info installation protocol start user',
    ),
  ],
  ['event.outcome', one('failure success unknown')],
  ['host.os.type', one('linux macos unix windows ios android')],
]);
