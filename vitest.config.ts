// One run for all tests: unit tests beside the source, end-to-end ones in test/.
import { defineConfig } from 'vitest/config';

/** Test files at a time: they wait for processes and servers that they started, and one alone would leave a core idle. */
const TOGETHER = 2;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/{src,test}/**/*.test.ts', 'apps/*/src/**/*.test.ts'],
          testTimeout: 180_000,
          setupFiles: ['test/property-seed.ts'],
          maxWorkers: TOGETHER,
        },
      },
      {
        test: {
          name: 'end-to-end',
          include: ['test/**/*.test.ts'],
          exclude: ['test/heavy/**'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: TOGETHER,
        },
      },
      ...(process.env['COLDHUNT_HEAVY'] === '1'
        ? [
            {
              test: {
                name: 'heavy',
                include: ['test/heavy/**/*.test.ts'],
                testTimeout: 600_000,
                hookTimeout: 300_000,
                // Each wants the machine for itself, after all others.
                maxWorkers: 1,
                sequence: { groupOrder: 1 },
              },
            },
          ]
        : []),
    ],
  },
});
