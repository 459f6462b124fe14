// What surrounds a process: config, logger, shutdown.

export {
  archiveConfigSchema,
  configFileSchema,
  parseConfigFile,
  type ArchiveConfig,
  type ConfigFile,
} from './config-file.ts';
export { createLogger, LOG_LEVELS, redactUrls, type Logger, type LogLevel } from './create-logger.ts';
export { createShutdown, type Shutdown } from './create-shutdown.ts';
export {
  loadProcessConfig,
  s3ConnectionOf,
  type ConfigFlags,
  type ProcessConfig,
  type S3Connection,
} from './process-config.ts';
