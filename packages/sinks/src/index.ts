// Where alerts and corrections go: files, a stream, webhooks, Elasticsearch.

export { createElasticsearchSink, type ElasticsearchOptions } from './elasticsearch-sink.ts';
export { createFilesSink, createStreamSink } from './files-sink.ts';
export { DEFAULT_PATIENCE, type Patience } from './post.ts';
export { parseSinkConfig, type SecretSource, type SinkConfig } from './sink-config.ts';
export type { Batch, Delivery, Rejected, Sink } from './sink.ts';
export { createWebhookSink, type WebhookOptions } from './webhook-sink.ts';
