// One run for all tests: unit tests beside the source, end-to-end ones in test/.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/{src,test}/**/*.test.ts', 'apps/*/src/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['test/**/*.test.ts'],
          exclude: ['test/heavy/**'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      ...(process.env['COLDHUNT_HEAVY'] === '1'
        ? [
            {
              test: { name: 'heavy', include: ['test/heavy/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 300_000 },
            },
          ]
        : []),
    ],
  },
});
