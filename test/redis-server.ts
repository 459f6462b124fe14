// The Redis of the queue's tests, for the demo and the end-to-end tests.

export { startRedis, type RedisServer } from '@coldhunt/queue/test/redis-server';
