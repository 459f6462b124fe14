// A Redis for end-to-end tests and the demo: the same as the queue's own tests use.

export { startRedis, type RedisServer, type StartRedisOptions } from '@coldhunt/queue/start-redis';
