// `coldhunt plan`: what a hunt would read and cost. Reads nothing but listings, unless it is told to sample.

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { checkLimits, previewPlan, sampleArchives, type PlanPreview } from '@coldhunt/engine';
import { describePlan } from '../describe-plan.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-values.ts';
import { addHuntFlags, type HuntFlags } from '../hunt-flags.ts';
import { resolveHuntRequest } from '../hunt-request.ts';
import { requireKnownFields } from '../require-known-fields.ts';
import { describeAllLeftOut } from '../rules-left-out.ts';
import { createTell } from '../notices.ts';
import { readPricing } from '../read-pricing.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';

interface PlanFlags extends HuntFlags {
  readonly json: boolean;
  readonly sample?: number;
  readonly workers?: number;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addHuntFlags(
    program
      .command('plan')
      .summary('what a hunt would read and cost')
      .description(
        'Lists the archive and shows objects, bytes by format and storage class, history by rule, requests, dollars from-to and minutes. Reads nothing but listings, unless --sample.',
      ),
  )
    .option('--sample <n>', 'read n objects of each kind for ratio and rate', wholeNumber)
    .option('--workers <n>', 'cores that would scan (default: the processors here)', wholeNumber)
    .option('--json', 'print it as JSON', false)
    .addHelpText(
      'after',
      "\nExample:\n  coldhunt plan --archive s3://my-logs/endpoint --rule rules/ --last 30d --layout 'endpoint/%Y/%m/%d/%H/*'",
    )
    .action(async (flags: PlanFlags, self: Command) => {
      const config = processConfig(self, context);
      const tell = createTell(self, context);
      const { prices, route } = await readPricing(flags);
      const request = await resolveHuntRequest(flags, config, Date.now());
      try {
        for (const warning of request.warnings) tell(warning);
        for (const line of describeAllLeftOut(request.rulesLeftOut)) tell(line);
        if (flags.unknownFields === 'error') await requireKnownFields(request);
        const sample = flags.sample === undefined ? undefined : await sampleArchives(request, flags.sample);
        const preview: PlanPreview = await previewPlan({
          question: request.question,
          sources: request.sources,
          workers: Math.max(1, flags.workers ?? availableParallelism()),
          prices,
          route,
          ...(sample === undefined ? {} : { sample: sample.kinds }),
        });
        for (const failure of sample?.failed ?? [])
          tell(`not sampled: ${failure.uri}: ${failure.message} (${failure.code})`);
        context.stdout.write(flags.json ? `${JSON.stringify(preview, null, 2)}\n` : describePlan(preview));
        checkLimits(preview.estimate, { maxBytes: flags.maxBytes, maxCost: flags.maxCost });
        end(EXIT.done);
      } finally {
        await Promise.all(request.sources.map((source) => source.close?.()));
      }
    });
}
