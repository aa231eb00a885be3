import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  MatchingError,
  MatchingStreamClient,
  type ResponseData,
  type UserInteractionMessage,
} from '../../src/client/index.ts';
import type { TerminalStreams } from '../../src/client/client-options.ts';
import { processTerminal } from '../../src/client/terminal/terminal.ts';
import { type RestStub, startRestStub, type StubStream } from '../support/rest-stub.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { until } from './manual-client-clock.ts';
import { error, offer, OPTIONS, PARENT, question, results, SESSION, update } from './messages.ts';
import { rejectionOf } from './recording-client.ts';
import { StubSession } from './stub-session.ts';

const ESCAPES = '\u001B[2J\u001B]0;owned\u0007\u009B31m\r\n\u202Egnp\u2028';

function clientOf(stub: RestStub, terminal: TerminalStreams | null): MatchingStreamClient {
  return new MatchingStreamClient(stub.url, { backoffBaseMs: 1, terminal });
}

const sent = (stub: RestStub): unknown[] => stub.answers.map(({ body }) => body['response_data']);

describe('a question at the terminal', () => {
  test('for a place takes an address, or coordinates', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [question(1, 0), question(3, 1, { text: 'Where do you live?' }), results(5)]);
    const terminal = new FakeTerminal();
    const done = clientOf(stub, terminal).startMatching(PARENT);
    await terminal.type('  Potsdamer Platz 1, Berlin ', 'Where is your work located?\nAddress');
    await terminal.type('52.5096, 13.3765', 'Where do you live?\nAddress');
    await done;
    expect(sent(stub)).toEqual([
      { address: 'Potsdamer Platz 1, Berlin', source: 'user_address' },
      { latitude: 52.5096, longitude: 13.3765, source: 'user_coordinates' },
    ]);
  });

  test('for yes or no is understood in English and German, and asked again until it is', async () => {
    for (const [typed, confirmed] of [
      ['y', true],
      ['Yes', true],
      ['J', true],
      ['ja', true],
      ['n', false],
      ['NO', false],
      ['nein', false],
    ] as const) {
      await using stub = await startRestStub();
      void new StubSession(stub, [question(1, 0, { type: 'confirmation', text: 'Stimmt das?' }), results(3)]);
      const terminal = new FakeTerminal();
      const done = clientOf(stub, terminal).startMatching(PARENT, { locale: 'de' });
      await terminal.type('vielleicht', 'Stimmt das?\nj/n (leer: keine Angabe): ');
      await terminal.type(typed, 'Bitte j für ja oder n für nein');
      await done;
      expect(sent(stub)).toEqual([{ confirmed }]);
    }
  });

  test('for a choice numbers its options, and is asked again for a number that is none of them', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [question(1, 0, { type: 'choice', text: 'Which one?' }), results(3)]);
    const terminal = new FakeTerminal();
    const done = clientOf(stub, terminal).startMatching(PARENT);
    await terminal.type(
      '3',
      'Which one?\n  1. Hauptstraße 1, 10827 Berlin\n  2. None of these\n1 to 2 (empty: decline): ',
    );
    await terminal.type('0', 'Please type a number from 1 to 2');
    await terminal.type('none', 'Please type a number from 1 to 2');
    await terminal.type('1', 'Please type a number from 1 to 2');
    await done;
    expect(sent(stub)).toEqual([{ selected_option: OPTIONS[0] }]);
  });

  test('of any type is declined by an empty line, which is said before and after', async () => {
    for (const type of ['location_input', 'confirmation', 'choice'] as const) {
      await using stub = await startRestStub();
      void new StubSession(stub, [question(1, 0, { type }), results(3)]);
      const terminal = new FakeTerminal();
      const done = clientOf(stub, terminal).startMatching(PARENT);
      await terminal.type('   ', '(empty: decline): ');
      await done;
      expect(sent(stub)).toEqual([{ declined: true }]);
      expect(terminal.written).toContain('Declined.\n');
    }
  });

  test('whose answer does not fit says why and is asked again, as often as it takes', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [question(1, 0), results(3)]);
    const issues = [{ path: 'response_data.address', message: `must be a text${ESCAPES}` }];
    const misfit = { status: 422, body: error('invalid_response', 0, { issues }) };
    stub.onAnswer = (answer, index) => (index < 5 ? misfit : session.take(answer));
    const terminal = new FakeTerminal();
    const done = clientOf(stub, terminal).startMatching(PARENT);
    await terminal.type('0', 'Address');
    for (const line of ['1', '2', '3', '4', '5']) {
      await terminal.type(line, 'That answer does not fit: must be a text [2J');
    }
    await done;
    expect(stub.answers).toHaveLength(6);
  });

  test('is closed when another device answers it, and the next one is asked', async () => {
    await using stub = await startRestStub();
    const session = new StubSession(stub, [
      question(1, 0, { text: 'Where is the school?' }),
      question(3, 1, { text: 'Where do you work?' }),
      results(5),
    ]);
    const terminal = new FakeTerminal();
    const done = clientOf(stub, terminal).startMatching(PARENT);
    await until(() => terminal.written.includes('Where is the school?\nAddress'));
    session.answerElsewhere();
    await terminal.type('Invalidenstraße 1', 'Where do you work?\nAddress');
    await done;
    expect(stub.answers.map(({ body }) => body['interaction_id'])).toEqual(['interaction_1']);
    expect(terminal.input.listenerCount('keypress') + terminal.input.listenerCount('data')).toBe(0);
  });

  test('is closed by whoever leaves, and what came meanwhile is shown after it', async () => {
    await using stub = await startRestStub();
    const streams: StubStream[] = [];
    stub.onStart = (stream) => {
      streams.push(stream);
      stream.send(question(1, 0));
    };
    const terminal = new FakeTerminal({ isTTY: true });
    const client = clientOf(stub, terminal);
    const leaving = new AbortController();
    const done = rejectionOf(client.startMatching(PARENT, { signal: leaving.signal }));
    await until(() => terminal.written.includes('Address'));
    streams[0]?.send(update(2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(terminal.written).not.toContain('step 2');
    leaving.abort('enough');
    expect(await done).toBe('enough');
    expect(terminal.written).toMatch(/decline\): .*\n.*step 2\n$/su);
    expect(terminal.input.listenerCount('keypress')).toBe(0);
  });

  test('is left by Ctrl-C and by the end of the input, as an error of its own', async () => {
    for (const leave of ['\u0003', null]) {
      await using stub = await startRestStub();
      void new StubSession(stub, [question(1, 0), results(3)]);
      const terminal = new FakeTerminal({ isTTY: true });
      const done = rejectionOf(clientOf(stub, terminal).startMatching(PARENT, { sessionId: SESSION }));
      await until(() => terminal.written.includes('Address'));
      if (leave === null) terminal.input.end();
      else terminal.input.write(leave);
      expect(await done).toMatchObject({ code: 'INTERRUPTED', sessionId: SESSION });
      await stub.closed();
    }
  });

  test('is an error of its own where the input had ended before', async () => {
    for (const end of ['end', 'destroy'] as const) {
      await using stub = await startRestStub();
      void new StubSession(stub, [question(1, 0), results(3)]);
      const terminal = new FakeTerminal({ isTTY: true });
      terminal.input.resume()[end]();
      await until(() => !terminal.input.readable);
      const done = rejectionOf(clientOf(stub, terminal).startMatching(PARENT));
      expect(await done).toMatchObject({ code: 'INTERRUPTED' });
    }
  });

  test('is asked by super, also without the context and with words of its own, and closed all the same', async () => {
    class Worded extends MatchingStreamClient {
      override async handleLocationInput(message: UserInteractionMessage): Promise<ResponseData> {
        return super.handleLocationInput({ ...message, question: `In my words: ${message.field_name}` });
      }
    }
    await using stub = await startRestStub();
    const session = new StubSession(stub, [question(1, 0), question(3, 1), results(5)]);
    const terminal = new FakeTerminal();
    const done = new Worded(stub.url, { terminal }).startMatching(PARENT, { locale: 'de' });
    await until(() => terminal.written.includes('In my words: work_location\nAdresse oder'));
    session.answerElsewhere();
    await terminal.type('Invalidenstraße 1', 'step 2\nIn my words: work_location\nAdresse oder');
    await done;
    expect(stub.answers).toHaveLength(1);
  });

  test('is put where a person sees it when the offers go elsewhere', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [update(1), question(2, 0, { type: 'confirmation' }), results(4)]);
    const [asking, file] = [new FakeTerminal({ isTTY: true }), new FakeTerminal()];
    const terminal = { input: asking.input, output: file.output, questions: asking.output };
    const done = clientOf(stub, terminal).startMatching(PARENT);
    await asking.type('what', 'y/n');
    await asking.type('y', 'Please type y');
    await done;
    expect(asking.written).toContain('Where is your work located?');
    expect(file.lines[0]).toBe(' 10 % step 1');
    expect(file.written).toContain('Green Garden Daycare');
    expect(file.written).not.toMatch(/Where is|y\/n|Please/u);
  });

  test('of two sessions at once is asked one after the other', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream) => stream.send(question(1, 0));
    stub.onAnswer = () => ({ status: 410, body: error('user_interaction_timeout', 0) });
    const terminal = new FakeTerminal();
    const client = clientOf(stub, terminal);
    const leaving = new AbortController();
    const starts = [SESSION, `${SESSION}-2`].map((sessionId) =>
      rejectionOf(client.startMatching(PARENT, { sessionId, signal: leaving.signal })),
    );
    await terminal.type('first', 'Address');
    await terminal.type('second', 'Address');
    await until(() => stub.answers.length === 2);
    expect(sent(stub)).toEqual(['first', 'second'].map((address) => ({ address, source: 'user_address' })));
    leaving.abort('enough');
    expect(await Promise.all(starts)).toEqual(['enough', 'enough']);
  });

  test('that is given up while others are before it leaves them their turn', async () => {
    await using stub = await startRestStub();
    stub.onStart = (stream, { body }) => stream.send(question(1, 0, { text: `For ${String(body['session_id'])}?` }));
    const terminal = new FakeTerminal();
    const client = clientOf(stub, terminal);
    const leaving = [1, 2, 3].map(() => new AbortController());
    const starts: Promise<unknown>[] = [];
    for (const [index, { signal }] of leaving.entries()) {
      starts.push(rejectionOf(client.startMatching(PARENT, { sessionId: `session-${index}`, signal })));
      await until(() => stub.starts.length === index + 1);
    }
    await until(() => terminal.written.includes('For session-0?\nAddress'));
    leaving[1]?.abort('enough');
    await starts[1];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(terminal.written).not.toContain('For session-2?');
    leaving[0]?.abort('enough');
    await until(() => terminal.written.includes('For session-2?\nAddress'));
    leaving[2]?.abort('enough');
    expect(await Promise.all(starts)).toEqual(['enough', 'enough', 'enough']);
    expect(terminal.written).not.toContain('For session-1?');
  });

  test('without a terminal is an error that names the method to override', async () => {
    for (const [type, method] of [
      ['location_input', 'handleLocationInput'],
      ['confirmation', 'handleConfirmation'],
      ['choice', 'handleChoice'],
    ] as const) {
      await using stub = await startRestStub();
      void new StubSession(stub, [question(1, 0, { type }), results(3)]);
      const thrown = await rejectionOf(clientOf(stub, null).startMatching(PARENT));
      expect(thrown).toBeInstanceOf(MatchingError);
      expect(thrown).toMatchObject({ code: 'NO_TERMINAL', message: expect.stringContaining(method) });
      await stub.closed();
    }
  });
});

describe('the terminal', () => {
  test('shows progress in place where it can, and leaves the last one standing', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [update(1), update(2), results(3, [])]);
    const terminal = new FakeTerminal({ isTTY: true, columns: 40 });
    await clientOf(stub, terminal).startMatching(PARENT);
    expect(terminal.written).toContain(
      '\r\u001B[2K[##..................]  10 % step 1\r\u001B[2K[####................]  20 % step 2\nNo center',
    );
  });

  test('cuts progress to its width, so that it is one line', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [{ ...update(1), details: '👩‍👧'.repeat(50) }, results(2)]);
    const terminal = new FakeTerminal({ isTTY: true, columns: 40 });
    await clientOf(stub, terminal).startMatching(PARENT);
    const [bar = ''] = terminal.lines;
    expect(bar.replace('\r\u001B[2K', '')).toBe(`[##..................]  10 % ${'👩‍👧'.repeat(4)}…`);
  });

  test.each([
    [39, 'ab漢字한국', 'ab漢字한국'],
    [38, 'ab漢字한국', 'ab漢字한…'],
    [37, 'ab漢字한국', 'ab漢字…'],
    [36, 'é❤️❤️❤️❤️', 'é❤️❤️…'],
  ])('counts what is wide for two columns: %i columns show %s as %s', async (columns, details, expected) => {
    await using stub = await startRestStub();
    void new StubSession(stub, [{ ...update(1), details }, results(2)]);
    const terminal = new FakeTerminal({ isTTY: true, columns: columns + 1 });
    await clientOf(stub, terminal).startMatching(PARENT);
    expect(terminal.lines[0]).toBe(`\r\u001B[2K[##..................]  10 % ${expected}`);
  });

  test('shows nothing of the progress where there is room for nothing', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [update(1), results(2)]);
    const terminal = new FakeTerminal({ isTTY: true, columns: 1 });
    await clientOf(stub, terminal).startMatching(PARENT);
    expect(terminal.lines[0]).toBe('\r\u001B[2K');
  });

  test('takes a width that is not known for the usual one', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [update(1), results(2)]);
    const terminal = new FakeTerminal({ isTTY: true, columns: 0 });
    await clientOf(stub, terminal).startMatching(PARENT);
    expect(terminal.lines[0]).toContain('10 % step 1');
  });

  test('shows progress in lines where it cannot', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [update(1), update(10), results(3)]);
    const terminal = new FakeTerminal();
    await clientOf(stub, terminal).startMatching(PARENT);
    expect(terminal.lines.slice(0, 2)).toEqual([' 10 % step 1', '100 % step 10']);
  });

  test('shows offers with rank, score, name, explanation and details, then what would add centers, and the warnings', async () => {
    await using stub = await startRestStub();
    const center = { address: 'Hauptstraße 1', free_places: 2, phone: null, website: 'https://a.example' };
    const explanation = '7 minutes more by bike to work; English is not spoken.';
    const offers = [
      offer({ center: { ...CENTER, ...center } }),
      offer({ center_name: 'Blue', score: 0.5, explanation }),
    ];
    void new StubSession(stub, [error('geocoding_failed', 1), results(2, offers)]);
    const terminal = new FakeTerminal();
    await clientOf(stub, terminal).startMatching(PARENT);
    expect(terminal.written).toBe(
      [
        '! A place could not be found. The search goes on without it.',
        '2 of 45 centers:',
        ' #  Score  Center',
        ' 1   0.87  Green Garden Daycare',
        '           + work: acceptable bike time (18min)',
        '           ? language',
        '           Hauptstraße 1 · 2 free · https://a.example',
        ' 2   0.50  Blue',
        '           7 minutes more by bike to work; English is not spoken.',
        '           + work: acceptable bike time (18min)',
        '           ? language',
        'What would add centers:',
        '  25 instead of 20 minutes by bike to work adds 6 centers',
        '! Home is not known.',
        '',
      ].join('\n'),
    );
  });

  test('shows nothing of the service that could steer it', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [
      { ...update(1), details: `details ${ESCAPES}` },
      question(2, 0, { type: 'choice', text: `question ${ESCAPES}` }),
      { ...error('geocoding_failed', 4), message: `message ${ESCAPES}` },
      {
        ...results(5, [offer({ center_name: `name ${ESCAPES}`, explanation: `explanation ${ESCAPES}` })]),
        counterfactuals: results(5).counterfactuals.map((one) => ({ ...one, details: `addition ${ESCAPES}` })),
      },
    ]);
    const terminal = new FakeTerminal();
    const done = clientOf(stub, terminal).startMatching(PARENT);
    await terminal.type('2', '1 to 2');
    await done;
    for (const part of ['details', 'question', 'message', 'name', 'explanation', 'addition']) {
      expect(terminal.written).toContain(`${part}  [2J`);
    }
    // Line feeds are the terminal's own.
    expect(terminal.written.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202E\u2028]/u);
  });

  test.each([
    [true, true, undefined],
    [true, false, undefined],
    [false, true, 'stderr'],
    [false, false, undefined],
  ])('of the process, with its output %j and its errors %j at a screen, asks at %s', (stdout, stderr, asked) => {
    vi.stubGlobal('process', { stdin: { isTTY: true }, stdout: { isTTY: stdout }, stderr: { isTTY: stderr } });
    onTestFinished(() => void vi.unstubAllGlobals());
    const { stderr: errors } = process;
    expect(processTerminal()?.questions).toBe(asked === 'stderr' ? errors : undefined);
  });

  test('is the console, in lines, where there is none', async () => {
    await using stub = await startRestStub();
    void new StubSession(stub, [update(1), results(2)]);
    const log = vi.spyOn(console, 'log').mockReturnValue();
    await clientOf(stub, null).startMatching(PARENT);
    const lines = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    expect(lines[0]).toBe(' 10 % step 1');
    expect(lines).toContain(' 1   0.87  Green Garden Daycare');
  });
});

const CENTER = {
  id: 'c1',
  name: 'Green Garden Daycare',
  address: '',
  district: null,
  latitude: 52.5,
  longitude: 13.4,
  languages: [],
  pedagogy: null,
  opening_hours: null,
  capacity: null,
  free_places: null,
  free_places_updated_at: null,
  min_age_months: null,
  max_age_months: null,
  website: null,
  phone: null,
};
