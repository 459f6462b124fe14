import { parseConfigFile } from '@coldhunt/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configTemplate, type ConfigAnswers } from './config-template.ts';

const NOTHING: ConfigAnswers = {
  name: 'prod',
  uri: 'archive',
  region: null,
  endpoint: null,
  layout: null,
  layoutTime: null,
  redis: null,
  kmsKeyId: null,
};

describe('a new coldhunt.yaml', () => {
  it('says what was answered', () => {
    const text = configTemplate({
      ...NOTHING,
      uri: 's3://logs/events',
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:9000',
      layout: 'logs/%Y/*',
      layoutTime: 'event',
      redis: 'redis://127.0.0.1:6379',
      kmsKeyId: 'alias/x',
    });
    expect(parseConfigFile(text, 'x')).toMatchObject({
      archives: {
        prod: { uri: 's3://logs/events', endpoint: 'http://127.0.0.1:9000', force_path_style: true, time: 'event' },
      },
      out: { kms_key_id: 'alias/x' },
      redis: { url: 'redis://127.0.0.1:6379' },
      s3: { region: 'eu-central-1' },
    });
  });

  it('holds with every comment taken away', () => {
    const text = configTemplate(NOTHING)
      .split('\n')
      .filter((line) => !/^# [A-Zy]/.test(line))
      .map((line) => line.replace(/^(\s*)# /, '$1').replace(/^#(?= {3})/, ''))
      .join('\n');
    expect(Object.keys(parseConfigFile(text, 'x').archives['prod'] ?? {})).toContain('layout');
  });

  it('keeps any text as it was given', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
        const { archives } = parseConfigFile(configTemplate({ ...NOTHING, uri: text, layout: text }), 'x');
        expect(archives['prod']).toMatchObject({ uri: text, layout: text });
      }),
      { numRuns: 200 },
    );
  });
});
