import { describe, expect, test, vi } from 'vitest';
import { startRestStub } from '../support/rest-stub.ts';
import { error, PARENT, question, results, SESSION, update } from './messages.ts';
import { type Ended, run } from './program.ts';
import { StubSession } from './stub-session.ts';

const match = (...given: readonly string[]): Promise<Ended> => run('node', ['scripts/match.ts', ...given]);

describe('the match command', () => {
  test('says what it takes', async () => {
    const { code, out } = await match('--help');
    expect(code).toBe(0);
    for (const flag of ['parent', 'url', 'limit', 'max-distance-km', 'locale', 'full-centers', 'session', 'help']) {
      expect(out).toContain(`--${flag} `);
    }
  });

  test.each([
    [['--limit', '51'], '--limit is "51"; allowed: a whole number from 1 to 50.'],
    [['--limit', '2.5'], 'allowed: a whole number from 1 to 50.'],
    [['--max-distance-km', '0'], '--max-distance-km is "0"; allowed: a number above 0 and at most 100.'],
    [['--max-distance-km', 'far'], 'allowed: a number above 0 and at most 100.'],
    [['--locale', 'fr'], '--locale is "fr"; allowed: en, de.'],
    [['--url', 'localhost:8001'], 'allowed: a URL that begins with http:// or https://.'],
    [['--port', '1'], "Unknown option '--port'"],
  ])('refuses %j, and says what is allowed', async (given, said) => {
    const { code, err } = await match(...given);
    expect(code).toBe(1);
    expect(err).toContain(said);
    expect(err).toContain('npm run match -- [options]');
    expect(err).not.toContain('    at ');
  });

  test('shows progress and offers, of the demo parent unless another is named', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [update(1), results(2)]);
    const { code, out, err } = await match('--url', stub.url);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/10 % step 1\n.*Green Garden Daycare/su);
    expect(stub.starts[0]?.body).toEqual({ parent_id: PARENT, session_id: expect.any(String) });
  });

  test('sends what it was given', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [results(1)]);
    const numbers = ['--limit', '5', '--max-distance-km', '7.5'];
    await match(
      '--url',
      stub.url,
      '--parent',
      'a',
      ...numbers,
      '--locale',
      'de',
      '--full-centers',
      '--session',
      SESSION,
    );
    expect(stub.starts[0]?.body).toEqual({
      parent_id: 'a',
      limit: 5,
      max_distance_km: 7.5,
      include_full_centers: true,
      locale: 'de',
      session_id: SESSION,
    });
  });

  test.each([
    ['a-token', 'Bearer a-token'],
    ['', undefined],
  ])('sends TOKEN in the environment, where it is set: %j', async (token, sent) => {
    vi.stubEnv('TOKEN', token);
    try {
      await using stub = await startRestStub();
      void new StubSession(stub, [results(1)]);
      await match('--url', stub.url);
      expect(stub.starts[0]?.headers.authorization).toBe(sent);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('asks whether a service runs that is not there', async () => {
    let url = '';
    {
      await using stub = await startRestStub();
      url = stub.url;
    }
    const { code, err } = await match('--url', url);
    expect(code).toBe(1);
    expect(err).toContain('Is it running? npm start');
  });

  test('says what the service refused, and why', async () => {
    await using stub = await startRestStub();
    const issues = [{ path: 'parent_id', message: 'must be a UUID' }];
    stub.onStart = (stream) => stream.refuse({ status: 400, body: error('invalid_request', 0, { issues }) });
    const { code, err } = await match('--url', stub.url, '--parent', 'x');
    expect(code).toBe(1);
    expect(err).toMatch(/^invalid_request: .*\n {2}parent_id must be a UUID\n$/u);
  });

  test('says it in plain text, whatever steers a terminal in it', async () => {
    await using stub = await startRestStub();
    const issues = [{ path: 'a\u001B]0;b', message: 'c\u009Bd' }];
    const body = { ...error('invalid_request', 0, { issues }), error_code: 'e\u001Bf', message: 'g\u0007h' };
    stub.onStart = (stream) => stream.refuse({ status: 400, body });
    const { err } = await match('--url', stub.url);
    expect(err).toBe('e f: g h\n  a ]0;b c d\n');
  });

  test('says that there is nobody to ask, where that is so', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [question(1, 0), results(3)]);
    const { code, err } = await match('--url', stub.url);
    expect(code).toBe(1);
    expect(err).toMatch(/^NO_TERMINAL: /u);
  });

  test('is left by Ctrl-C, and says how to go on', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => stream.send(update(1));
    const { code, err } = await run('node', ['scripts/match.ts', '--url', stub.url, '--session', SESSION], {
      onOut: (_out, signal) => signal('SIGINT'),
    });
    expect(code).toBe(130);
    expect(err).toContain(`--session ${SESSION}`);
    await stub.closed();
  });
});
