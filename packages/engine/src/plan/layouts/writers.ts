// The writers whose keys are known (their documentation or source was read; archive-layouts): templates, finest first, and what the
// time in them means. `template` syntax is parse-template.ts's; a template covers whole folders in a row, anywhere in the key.

import type { LayoutTime } from '../../question/output.ts';

export interface Writer {
  readonly name: string;
  readonly templates: readonly string[];
  /** How many of the first templates only this writer's keys fit: by them it is recognised. */
  readonly own: number;
  /** What the writer's time means unless its configuration changes it. */
  readonly time: LayoutTime;
  /** `local`: the writer uses the zone of the machine that it runs on unless told otherwise. */
  readonly zone: 'UTC' | 'local';
}

const HIVE_TEMPLATES = [
  'ts_hour=%Y-%m-%d-%H',
  'year=%Y/month=%m/day=%d/hour=%H/minute=%M',
  'year=%Y/month=%m/day=%d/hour=%H',
  'date=%F/hour=%H',
  'dt=%F/hour=%H',
  'dt=%F-%H',
  'dt=%Y%m%d%H',
  'dt=%Y%m%d/hour=%H',
  'day=%F/hour=%H',
  'year=%Y/month=%m/day=%d',
  'date=%F',
  'dt=%F',
  'ds=%F',
  'day=%F',
  'date=%Y%m%d',
  'dt=%Y%m%d',
  'ds=%Y%m%d',
  'day=%Y%m%d',
  'eventDay=%Y%m%d',
  'year=%Y/month=%m',
];

export const WRITERS: readonly Writer[] = [
  { name: 'logstash', templates: ['ls.s3.*.%Y-%m-%dT%H.%M.*part*.txt*'], own: 1, time: 'arrival', zone: 'local' },
  {
    name: 'vector',
    templates: ['%s-????????-????-????-????-????????????*', 'date=%F'],
    own: 1,
    time: 'arrival',
    zone: 'UTC',
  },
  {
    name: 'fluent-bit',
    templates: ['fluent-bit-logs/**/%Y/%m/%d/%H/%M/%S*', '%Y/%m/%d/%H/%M/%S*'],
    own: 1,
    time: 'first-record',
    zone: 'UTC',
  },
  {
    name: 'fluentd',
    templates: ['*%Y%m%d-%H_*.*', '*%Y%m%d%H%M_*.*', '*%Y%m%d%H_*.*', '*%Y%m%d_*.*'],
    own: 4,
    time: 'event',
    zone: 'local',
  },
  {
    name: 'kafka-connect',
    templates: [
      'year=%Y/month=%m/day=%d/hour=%H/minute=%M',
      'year=%Y/month=%m/day=%d/hour=%H',
      'year=%Y/month=%m/day=%d',
    ],
    own: 0,
    time: 'arrival',
    zone: 'UTC',
  },
  {
    name: 'aiven',
    templates: ['%Y/%m/%d/*-*-*', '%F/*-*-*', '*%F*-*-*', 'year=%Y/month=%m/day=%d'],
    own: 0,
    time: 'arrival',
    zone: 'UTC',
  },
  {
    name: 'firehose',
    templates: [
      '*-%Y-%m-%d-%H-%M-%S-????????-????-????-????-????????????*',
      '%Y/%m/%d/%H/*',
      'year=%Y/month=%m/day=%d/hour=%H',
    ],
    own: 1,
    time: 'arrival',
    zone: 'UTC',
  },
  {
    name: 'cribl',
    templates: ['%Y/%m/%d/%H/CriblOut-*', '%Y/%m/%d/CriblOut-*', '%Y/%m/%d/*/CriblOut-*'],
    own: 3,
    time: 'event',
    zone: 'UTC',
  },
  {
    name: 'data-prepper',
    templates: ['events-%Y-%m-%dT%H-%M-%SZ-*', 'events-%Y-%m-%dT%H-%M-%S-*'],
    own: 2,
    time: 'arrival',
    zone: 'UTC',
  },
  {
    name: 'otel',
    templates: ['year=%Y/month=%m/day=%d/hour=%H/minute=%M', 'year=%Y/month=%m/day=%d/hour=%H'],
    own: 0,
    time: 'arrival',
    zone: 'local',
  },
  { name: 'security-lake', templates: ['eventDay=%Y%m%d'], own: 1, time: 'event', zone: 'UTC' },
  {
    name: 'query-ai',
    templates: ['year=%Y/month=%m/day=%d/hour=%H', 'year=%Y/month=%m/day=%d'],
    own: 0,
    time: 'event',
    zone: 'UTC',
  },
  { name: 'matano', templates: ['ts_hour=%Y-%m-%d-%H'], own: 1, time: 'event', zone: 'UTC' },
  { name: 'hive', templates: HIVE_TEMPLATES, own: HIVE_TEMPLATES.length, time: 'arrival', zone: 'UTC' },
  {
    name: 'folders',
    templates: ['%Y/%m/%d/%H/%M', '%Y/%m/%d/%H', '%Y/%m/%d', '%F/%H', '%F', '%Y%m%d/%H', '%Y%m%d'],
    own: 7,
    time: 'arrival',
    zone: 'UTC',
  },
];
