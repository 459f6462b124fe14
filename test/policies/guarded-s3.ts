// An S3 endpoint that gives one role the rights of its policy and no others, as AWS does: what is not allowed is answered with
// AccessDenied, and so is what is not there where the bucket may not be listed.

import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { accessOf, isAllowed, type Access, type Policy } from './policy.ts';

export interface GuardedS3 {
  readonly endpoint: string;
  readonly allowed: readonly GuardedAccess[];
  readonly denied: readonly GuardedAccess[];
  close(): Promise<void>;
}

interface GuardedAccess extends Access {
  /** Method and path, for messages. */
  readonly request: string;
}

export async function startGuardedS3(targetPort: number, policy: Policy): Promise<GuardedS3> {
  const allowed: GuardedAccess[] = [];
  const denied: GuardedAccess[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    // STS, asked at the same place, needs no right.
    if (method === 'POST' && url === '/') {
      incoming.resume();
      refuse(outgoing);
      return;
    }
    const access = { ...accessOf(method, url), request: `${method} ${url}` };
    if (isAllowed(policy, access)) {
      allowed.push(access);
      // S3 looks for the right to list the bucket, without a prefix.
      const [bucket = ''] = access.resource.split('/');
      const mayList = isAllowed(policy, { resource: bucket, action: 's3:ListBucket', prefix: null });
      forward(incoming, outgoing, { targetPort, hidesMissing: access.action.startsWith('s3:GetObject') && !mayList });
    } else {
      denied.push(access);
      incoming.resume();
      refuse(outgoing);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    allowed,
    denied,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(outgoing: ServerResponse): void {
  outgoing.writeHead(403, { 'content-type': 'application/xml' });
  outgoing.end(
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  );
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { targetPort, hidesMissing }: { readonly targetPort: number; readonly hidesMissing: boolean },
): void {
  const { method, url, headers } = incoming;
  const upstream = httpRequest({ host: '127.0.0.1', port: targetPort, method, path: url, headers }, (response) => {
    if (response.statusCode === 404 && hidesMissing) {
      response.resume();
      refuse(outgoing);
      return;
    }
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(outgoing);
  });
  upstream.on('error', () => outgoing.destroy());
  incoming.pipe(upstream);
}
