// What surrounds a process: config, logger, signals, and how services start and end.

export {
  archiveConfigSchema,
  configFileSchema,
  parseConfigFile,
  type ArchiveConfig,
  type ConfigFile,
} from './config-file.ts';
export { configJsonSchema } from './config-schema.ts';
export { createLogger, LOG_LEVELS, type Logger, type LogLevel } from './create-logger.ts';
export { createShutdown, type Shutdown } from './create-shutdown.ts';
export { isLoopback, loadDashboardConfig, type DashboardConfig, type DashboardFlags } from './dashboard-config.ts';
export { endProcess } from './end-process.ts';
export { from, loadConfig, type ConfigSources, type SettingSources } from './load-config.ts';
export { probeProcess, type ProbeProcessOptions, type ProcessProbe } from './probe-process.ts';
export {
  loadProcessConfig,
  redisUrlOf,
  s3ConnectionOf,
  type ConfigFlags,
  type ProcessConfig,
  type S3Connection,
} from './process-config.ts';
export { openYaml } from './read-yaml.ts';
export { traceConfig, type TracedConfig, type TracedSetting } from './trace-config.ts';
export { redactUrls } from './redact-urls.ts';
export { runProcess, type ProcessHandle } from './run-process.ts';
export { runService, type RunServiceOptions, type Service } from './run-service.ts';
export { type ReductionShares, type ScanShares } from './memory-shares.ts';
export {
  loadServiceConfig,
  reductionSharesOf,
  scanSharesOf,
  type ServiceConfig,
  type ServiceFlags,
} from './service-config.ts';
