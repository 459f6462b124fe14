// Question -> plan -> scan -> reduce -> report.

export {
  RUN_PATH,
  DEFAULT_OPTIONS,
  DEFAULT_SLACK_MS,
  createQuestion,
  edgeOf,
  finishedRun,
  liesWithin,
  openRun,
  parseInstantText,
  parseWaivers,
  type Waiver,
  questionSchema,
  readRun,
  reopenRun,
  resolveRange,
  restsOnAlerts,
  ruleHashOf,
  runFileSchema,
  runIdOf,
  planWindowOf,
  whyNotLive,
  windowOf,
  writeRun,
  type ArchiveInput,
  type ArchiveQuestion,
  type ExceptionItemFile,
  type FinishedRun,
  type LayoutTime,
  type OpenRunOptions,
  type OpenedRun,
  type Question,
  type QuestionInput,
  type RangeInput,
  type ResolvedRange,
  type RuleBase,
  type RuleWindow,
  type RunFile,
  type RunOptions,
  type WatchQuestion,
} from './question/output.ts';
export {
  BUILT_IN_PRICES,
  ESTIMATE_PATH,
  checkArchives,
  checkLimits,
  checkPlan,
  checkRoute,
  findPlan,
  parsePrices,
  previewPlan,
  pricesSchema,
  planDoneSchema,
  planHunt,
  planLineSchema,
  readPlan,
  readPlanPart,
  shardSchema,
  type Estimate,
  type EstimateInput,
  type LayoutProposal,
  type MeasuredKind,
  type Plan,
  type PlanDone,
  type PlanHuntOptions,
  type PlanLimits,
  type PlanLine,
  type PlanPreview,
  type PlanProgress,
  type PreviewOptions,
  type Prices,
  type Shard,
  type ShardObject,
  type SkippedObject,
} from './plan/output.ts';
export { navigatorLayer } from './sample/navigator-layer.ts';
export {
  ruleSetCoverage,
  type CanFire,
  type RuleCoverage,
  type RuleDay,
  type RuleSetCoverage,
} from './sample/rule-set-coverage.ts';
export { synthesizeEvent } from './canary/synthesize-event.ts';
export { techniqueTotals, type TechniqueTotal } from './sample/technique-totals.ts';
export { cancelRun, unlessCancelled, type Cancelling, type UnlessCancelled } from './custody/cancel-run.ts';
export {
  CUSTODY_PATH,
  findGivenUp,
  readCustody,
  writeAsked,
  writeGivenUp,
  type AskedInput,
  type CustodyFile,
  type GivenUp,
} from './custody/custody-file.ts';
export { compareRuns, type Compared, type CompareOptions, type ComparedRun } from './compare/compare-runs.ts';
export { Comparison, describeComparison, liveSide, type RuleComparison } from './compare/comparison.ts';
export { joinLive, type JoinOptions, type JoinedAlert, type LiveState } from './compare/join-live.ts';
export { encodeCompared } from './compare/encode-compared.ts';
export { questionDifferences } from './compare/question-differences.ts';
export { sideOf } from './reduce/live-side.ts';
export { type Reason, type ReasonCode } from './compare/why-not.ts';
export { diffVersions, type VersionAlert } from './compare/diff-versions.ts';
export {
  DIFF_ALERTS_PATH,
  emptyDiff,
  readDiff,
  writeDiff,
  type DiffFile,
  type WriteDiffOptions,
} from './compare/diff-files.ts';
export { joinVersions, type JoinedVersions, type RuleChange, type VersionedRules } from './compare/rule-versions.ts';
export { backtest, type RuleBacktest } from './backtest/count-alerts.ts';
export { describeTotals, type RuleDiff } from './compare/version-diff.ts';
export { verifyRun, type Verification, type VerifyOptions } from './verify/verify-run.ts';
export { listRuns, type ListedRun } from './retention/list-runs.ts';
export { pruneRun } from './retention/prune-run.ts';
export { readTombstone, type Tombstone } from './retention/tombstone.ts';
export { exportEvidence, type ExportOptions, type ExportedEvidence } from './verify/export-evidence.ts';
export { showContext, type HostContext } from './verify/show-context.ts';
export { showEvidence, type ShowOptions, type ShownPiece } from './verify/show-evidence.ts';
export type { Finding } from './verify/finding.ts';
export type { ListingChanges } from './verify/compare-listing.ts';
export {
  sampleFields,
  sampleObjectFields,
  sampleSourceFields,
  type FieldSampleOptions,
} from './sample/sample-fields.ts';
export { sampleArchive, sampleArchives, type ArchiveSample, type SampleOptions } from './sample/sample-archive.ts';
export { firstKeyAt } from './plan/layouts/first-key.ts';
export { keyTime, parseLayout, type KeyTime, type Layout } from './plan/layouts/layout.ts';
export { WRITERS, type Writer } from './plan/layouts/writers.ts';
export {
  encodeShardRecord,
  failedPath,
  ledgerPath,
  listRecords,
  parseShardRecord,
  readRecord,
  shardRecordSchema,
  statsPath,
  type Evidence,
  type KeptEvent,
  type Match,
  type MatchesFile,
  type ObjectRecord,
  type RecordPath,
  type RuleMatchCounts,
  type ShardRecord,
  type RuleEffort,
  type ShardStats,
} from './scan/output.ts';
export { failShard, type FailShardOptions } from './scan/fail-shard.ts';
export { listShardMarks, type ShardMark } from './scan/list-shard-marks.ts';
export { ScanPreparation } from './scan/scan-context.ts';
export { scanShard, type ScanResult } from './scan/scan-shard.ts';
export { type ScanOptions, type ScanProgress } from './scan/scan-context.ts';
export { parseRuleTest, type RuleTest } from './rule-tests/rule-test.ts';
export { runRuleTest, type RuleTestResult } from './rule-tests/run-rule-test.ts';
export { scanHere } from './hunt/scan-here.ts';
export { MOST_MENDS } from './hunt/mend-run.ts';
export { NO_RETRY, pendingShards, type Retry } from './hunt/pending-shards.ts';
export { measureEffort } from './hunt/measure-effort.ts';
export {
  type Alert,
  type AlertBuilder,
  type Baseline,
  type Coverage,
  type Decision,
  type Evaluable,
  type ReduceDone,
  type RuleResult,
  type RuleTallies,
} from './reduce/output.ts';
export { createAlertBuilder } from './reduce/alert/build-alert-document.ts';
export { type Examined } from './reduce/baseline.ts';
export { CARRIED_PATH, parseCarried, type Carried } from './reduce/carried.ts';
export { checkMatches } from './reduce/check-matches.ts';
export { decisions } from './reduce/decisions.ts';
export { TOO_LATE_PATH, tellLateMatches, type LateMatches } from './reduce/late-matches.ts';
export { MEMORY_PATH, leaveMemory } from './reduce/leave-memory.ts';
export { nightMatches, type NightOptions } from './reduce/night-matches.ts';
export { RESCAN_FOLDER, rescan, type LeftState } from './reduce/rescan.ts';
export { REDUCE_DONE_PATH, parseVersioned, readReduceDone } from './reduce/read-reduce-done.ts';
export { readTable } from './plan/read-table.ts';
export { SPILL_PREFIX } from './reduce/spill-sorter.ts';
export { reduceHunt, reduceOnePartition, type ReduceOptions, type Reduction } from './reduce/reduce-hunt.ts';
export { csvOf, renderPage, writeReports, type ReportInput } from './report/write-reports.ts';
export { ELASTIC_INDEX, elasticFile } from './report/exports/elastic.ts';
export { markdownFile, type MarkdownInput } from './report/exports/markdown.ts';
export { navigatorFile } from './report/exports/navigator.ts';
export { MOST_NEAR_MISSES } from './reduce/write-near-misses.ts';
export { collectPageMatches } from './hunt/page-matches.ts';
export { ocsfFile } from './report/exports/ocsf.ts';
export { parquetFile } from './report/exports/parquet.ts';
export { timesketchFile } from './report/exports/timesketch.ts';
export { GROUP_BY, groupsFile } from './report/group-alerts.ts';
export { PAGE_OPTIONS, type PageOptions } from './report/html/page-index.ts';
export { readAlertLines, readAlerts } from './report/read-alerts.ts';
export { escapeHtml, html, Markup } from './report/html/markup.ts';
export { createRedaction, redactedStore, type Redaction } from './report/redaction/redact-run.ts';
export { type CoverageFile, type Effort, type RuleSummary, type SummaryFile } from './report/output.ts';
export {
  finishHunt,
  runHunt,
  runHuntUpTo,
  type FinishOptions,
  type HuntOptions,
  type HuntPhase,
  type HuntResult,
  type ShardWork,
} from './hunt/run-hunt.ts';
export { compileQuestionRules } from './question/compile-rules.ts';
