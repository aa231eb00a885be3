import { describe, expect, test } from 'vitest';
import { Program } from '../support/program.ts';
import { freePorts, occupied } from './free-ports.ts';

const READY = /Ctrl-C ends it\./u;

function stubs(...given: readonly string[]): Program {
  return new Program(process.execPath, ['scripts/stubs.ts', ...given]);
}

async function running(): Promise<{ readonly program: Program; readonly port: number; readonly url: string }> {
  const port = await freePorts(5);
  const program = stubs('--port', String(port));
  await program.prints(READY);
  return { program, port, url: `http://127.0.0.1:${port}` };
}

describe('npm run stubs', () => {
  test('says where everything is, and the command that starts the project with it', async () => {
    const { program, port, url } = await running();
    await using _ = program;
    const on = (offset: number) => `http://127.0.0.1:${port + offset}`;
    const [, command] = /^ {2}(.*) npm start$/mu.exec(program.output) ?? [];
    expect(Object.fromEntries(command?.split(' ').map((setting) => setting.split(/=(.*)/u).slice(0, 2)) ?? [])).toEqual(
      {
        MAPBOX_ACCESS_TOKEN: 'pk.stub',
        MAPBOX_BASE_URL: url,
        OSRM_URL_WALKING: on(1),
        OSRM_URL_BIKE: on(2),
        OSRM_URL_CAR: on(3),
        OTP_URL: on(4),
        TRAVEL_TIMES: 'walking=osrm,bike=osrm,car=mapbox,public_transport=otp',
      },
    );
  });

  test('prints a line for each request, without token or place, and obeys what is posted', async () => {
    const { program, url } = await running();
    await using _ = program;
    const places = '13.3765,52.5096;13.4132,52.5219;13.437,52.478';
    const request = `${url}/directions-matrix/v1/mapbox/walking/${places}?access_token=pk.stub`;
    expect((await fetch(request)).status).toBe(200);
    await program.prints(/\d matrix GET 9 elements: 200$/mu);
    const [, order = ''] = /-d '(.*)'$/mu.exec(program.output) ?? [];
    await fetch(`${url}/_stub/faults`, {
      method: 'POST',
      body: order.replace('geocoding', 'matrix').replace('hang', 'cut'),
    });
    await expect(fetch(request)).rejects.toThrow('fetch failed');
    await program.prints(/\d matrix GET 9 elements: left hanging or cut$/mu);
    const lines = program.output.split('Ctrl-C ends it.')[1];
    expect(lines).not.toMatch(/pk\.stub|13\./u);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('ends on %s, whatever is left hanging', async (signal) => {
    const { program, url } = await running();
    await using _ = program;
    await fetch(`${url}/_stub/faults`, {
      method: 'POST',
      body: JSON.stringify({ service: 'geocoding', fault: { kind: 'hang' } }),
    });
    const hanging = fetch(`${url}/search/geocode/v6/forward?q=Mitte&access_token=pk.stub`);
    const left = hanging.catch((error: unknown) => error);
    await program.prints(/geocoding GET: left hanging/u);
    expect((await program.stop(signal)).code).toBe(0);
    expect(await left).toMatchObject({ message: 'fetch failed' });
  });

  test('says which port is taken', async () => {
    const port = await freePorts(5);
    await using _ = await occupied(port + 2);
    const { code, output } = await stubs('--port', String(port)).ended;
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^Port ${port + 2} of 127\\.0\\.0\\.1 is taken`, 'u'));
    expect(output).toContain('--port N');
  });

  test.each([
    [['--port', '0'], '--port is "0"; allowed: a whole number from 1 to 65531.'],
    [['--port', '65532'], '--port is "65532"'],
    [['--prot', '1'], "Unknown option '--prot'"],
  ])('refuses %s and says what is allowed', async (given, message) => {
    const { code, output } = await stubs(...given).ended;
    expect(code).toBe(1);
    expect(output).toContain(message);
    expect(output).toContain('--limits');
  });
});
