// The dashboard's routes.

import { fastify, type FastifyInstance } from 'fastify';

export function createServer(): FastifyInstance {
  const server = fastify({ logger: false });
  server.get('/healthz', () => ({ ok: true }));
  return server;
}
