import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askIdentity } from '../src/identity/ask-identity.ts';

let server: Server;
let endpoint: string;
let asked: { headers: IncomingHttpHeaders; body: string };
let answer: { status: number; body: string };

const CALLER = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/hunter/jane</Arn>
<UserId>AROA:jane</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked = { headers: request.headers, body };
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

const s3 = (): object => ({
  endpoint,
  region: 'eu-central-1',
  forcePathStyle: true,
  credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'not-a-secret', sessionToken: 'token' },
});

describe('who asks', () => {
  it('is what GetCallerIdentity says, asked with a signature and nothing else', async () => {
    answer = { status: 200, body: CALLER };
    expect(await askIdentity('s3://bucket/prefix', { s3: s3() })).toEqual({
      told_by: 'sts',
      arn: 'arn:aws:sts::123456789012:assumed-role/hunter/jane',
      account: '123456789012',
      access_key_id: 'AKIATEST',
      user: null,
    });
    expect(asked.body).toBe('Action=GetCallerIdentity&Version=2011-06-15');
    expect(asked.headers['authorization']).toMatch(/Credential=AKIATEST\/\d{8}\/eu-central-1\/sts\/aws4_request/);
  });

  it.each([
    ['refuses', { status: 403, body: '<Error/>' }],
    ['answers something else', { status: 200, body: '<html>welcome</html>' }],
    ['answers what a terminal would obey', { status: 200, body: '<Arn>\u001B[2J</Arn>' }],
  ])('is the key that signs where the server %s', async (_what, said) => {
    answer = said;
    expect(await askIdentity('s3://bucket/prefix', { s3: s3() })).toMatchObject({
      told_by: 'access-key',
      arn: null,
      access_key_id: 'AKIATEST',
    });
  });

  it('is the key that signs where nobody answers', async () => {
    const gone = { s3: s3(), stsEndpoint: 'http://127.0.0.1:1' };
    expect(await askIdentity('s3://bucket/prefix', gone)).toMatchObject({ told_by: 'access-key' });
  });

  it('is the user of this machine for a folder', async () => {
    expect(await askIdentity('/archive')).toMatchObject({ told_by: 'user', user: userInfo().username });
  });
});
