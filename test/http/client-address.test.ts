import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { CountedCaller } from '../../src/http/caller-limits.ts';
import { createClientOf } from '../../src/http/client-address.ts';
import { startHttpTestServer } from '../support/http-test-server.ts';
import { rawRequest } from '../support/raw-request.ts';

function requestOf(remoteAddress: string | undefined, headers: Readonly<Record<string, string>>): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

/** Who is taken to ask, behind proxies in 10.0.0.0/8 and at fd00::1. */
function addressOf(peer: string | undefined, forwardedFor?: string): string {
  const clientOf = createClientOf(['10.0.0.0/8', 'fd00::1']);
  return clientOf(requestOf(peer, forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor })).address;
}

describe('the address of a client', () => {
  test.each([
    ['that of the connection, where nobody says otherwise', '192.0.2.1', undefined, '192.0.2.1'],
    ['that of the connection, whatever is said by one who is not believed', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['what a proxy that is believed says', '10.1.2.3', '198.51.100.7', '198.51.100.7'],
    ['the last that is no such proxy, whatever was said before', '10.1.2.3', '1.1.1.1, 198.51.100.7', '198.51.100.7'],
    ['the one before the proxies, where there are several', '10.1.2.3', '198.51.100.7, 10.9.9.9', '198.51.100.7'],
    ['the first, where all are proxies', '10.1.2.3', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
    ['that of the proxy, where it says nothing', '10.1.2.3', undefined, '10.1.2.3'],
    ['that of the proxy, where what it says is none', '10.1.2.3', 'unknown', '10.1.2.3'],
    ['that of the proxy, where what it says is none by far', '10.1.2.3', '1.1.1.1\u0000, , ;;', '10.1.2.3'],
    ['of IPv6', 'fd00::1', '2001:db8::7', '2001:db8::7'],
    ['of IPv4 on a socket that takes both', '::ffff:192.0.2.1', undefined, '192.0.2.1'],
    ['behind a proxy on a socket that takes both', '::ffff:10.1.2.3', '::ffff:198.51.100.7', '198.51.100.7'],
    ['empty, where the connection is over', undefined, '198.51.100.7', ''],
  ])('is %s', (_what, peer, forwardedFor, address) => {
    expect(addressOf(peer, forwardedFor)).toBe(address);
  });

  test('is one of an IP, and never what anybody may write', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (said) => {
        expect(isIP(addressOf('10.1.2.3', said))).not.toBe(0);
        expect(addressOf('192.0.2.1', said)).toBe('192.0.2.1');
      }),
    );
  });

  test.each([
    ['10.1.2.3', 'https', true],
    ['10.1.2.3', 'HTTPS', true],
    ['10.1.2.3', 'https, http', true],
    ['10.1.2.3', 'http, https', false],
    ['10.1.2.3', 'httpsx', false],
    ['10.1.2.3', '', false],
    ['192.0.2.1', 'https', false],
  ])('says https, from %s by "%s": %s', (peer, proto, isSecure) => {
    const clientOf = createClientOf(['10.0.0.0/8']);
    expect(clientOf(requestOf(peer, { 'x-forwarded-proto': proto })).isSecure).toBe(isSecure);
  });

  test.each(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1', '::1', '10.0.0.0/32', '10.0.0.0/1, ::1/128'])(
    'can be told behind %s, as TRUST_PROXY takes it',
    (value) => {
      const { trustProxy } = loadConfig({ TRUST_PROXY: value });
      expect(createClientOf(trustProxy)(requestOf('192.0.2.77', {})).address).toBe('192.0.2.77');
    },
  );

  test.each(['0.0.0.0/0', '::/0', '10.0.0.0/33', 'localhost', '10.0.0.0/', 'true', 'fe80::1%eth0'])(
    'cannot be told behind %s: TRUST_PROXY does not take it',
    (value) => {
      expect(() => loadConfig({ TRUST_PROXY: value })).toThrow(/TRUST_PROXY/u);
    },
  );
});

describe('limits', () => {
  test('count by the address without a token, and by the account with one', async () => {
    const spent: CountedCaller[] = [];
    const limits = { spend: async (_kind: string, who: CountedCaller) => void spent.push(who) };
    const expiresAt = 9_999_999_999_000;
    await using open = await startHttpTestServer({ limits, trustProxy: ['127.0.0.1'] });
    const authenticate = () => ({ account: 'anna', expiresAt });
    await using closed = await startHttpTestServer({ limits, authenticate, loopbackHostsOnly: false });
    const request = {
      path: '/api/streaming/sessions/some-session/status',
      headers: { 'x-forwarded-for': '198.51.100.7' },
    };
    await rawRequest(open.port, request);
    await rawRequest(closed.port, request);
    expect(spent).toEqual([
      { account: 'demo', address: '198.51.100.7', authenticated: false },
      { account: 'anna', address: '127.0.0.1', authenticated: true },
    ]);
    expect(open.logText() + closed.logText()).not.toMatch(/198\.51|127\.0\.0\.1/u);
  });
});
