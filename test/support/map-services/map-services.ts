import { createControl } from './control.ts';
import { gazetteerPlaces, type Places } from './gazetteer-places.ts';
import { geocodingProvider } from './geocoding.ts';
import { matrixProvider } from './matrix.ts';
import { osrmProvider } from './osrm.ts';
import { otpProvider } from './otp.ts';
import type { Provider } from './provider.ts';
import { RateLimiter } from './rate-limit.ts';
import { listen, type StubServer } from './stub-server.ts';
import { ScriptedService, type SeenRequest, type StubService } from './stub-service.ts';
import { madeUpWays, type Ways } from './ways.ts';

const DEFAULT_TOKEN = 'pk.stub';

/** The modes of OSRM's servers, in the order of their ports. */
export const OSRM_MODES = ['walking', 'bike', 'car'] as const;
export type OsrmMode = (typeof OSRM_MODES)[number];

export interface MapServicesOptions {
  /** Mapbox there, OSRM on the next three, OpenTripPlanner on the one after. Default 0: free ones. */
  readonly port?: number;
  /** What addresses come to. Default: the project's own gazetteer in Mapbox's shape. */
  readonly places?: Places;
  /** The way between two points; null: there is none. Default: a made-up street network. */
  readonly ways?: Ways;
  /** The token that Mapbox wants. Default `pk.stub`. */
  readonly token?: string;
  /** Whether Mapbox limits its rate as it really does: 10 geocoding requests a second, 60 of the Matrix a minute. */
  readonly limits?: boolean;
  /** Hears of every request when nothing more will be said to it, or it is left hanging. */
  readonly onSettled?: (service: string, seen: SeenRequest) => void;
}

/** The services on loopback, as strict as the real ones. Disposal closes them all. */
export interface MapServices extends AsyncDisposable {
  /** Mapbox Geocoding v6. */
  readonly geocoding: StubService;
  /** Mapbox Matrix v1, on the same server. */
  readonly matrix: StubService;
  /** OSRM's table, a server a mode. */
  readonly osrm: Readonly<Record<OsrmMode, StubService>>;
  /** OpenTripPlanner 2. */
  readonly otp: StubService;
  /** The settings that make the project use them: MAPBOX_ACCESS_TOKEN, MAPBOX_BASE_URL, OSRM_URL_*, OTP_URL. */
  environment(): Record<string, string>;
}

/** Rejects with PortTakenError when one of the ports is taken; none is then kept. */
export async function startMapServices(options: MapServicesOptions = {}): Promise<MapServices> {
  const { port = 0, token = DEFAULT_TOKEN } = options;
  await using starting = new AsyncDisposableStack();
  const servers: StubServer[] = [];
  for (let index = 0; index < 2 + OSRM_MODES.length; index += 1) {
    servers.push(starting.use(await listen(port === 0 ? 0 : port + index)));
  }
  const services = serveAll(servers, options);
  const running = starting.move();
  return {
    ...services,
    environment: () => environmentOf(services, token),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

type Services = Omit<MapServices, 'environment' | typeof Symbol.asyncDispose>;

function serveAll(servers: readonly StubServer[], options: MapServicesOptions): Services {
  const { places = gazetteerPlaces(), ways = madeUpWays, token = DEFAULT_TOKEN } = options;
  const on = (index: number, name: string, provider: Provider): ScriptedService =>
    new ScriptedService(name, servers[index]?.url ?? '', provider);
  const geocoding = on(0, 'geocoding', geocodingProvider(places, token));
  const matrix = on(0, 'matrix', matrixProvider(ways, token));
  const walking = on(1, 'osrm-walking', osrmProvider('walking', ways));
  const bike = on(2, 'osrm-bike', osrmProvider('bike', ways));
  const car = on(3, 'osrm-car', osrmProvider('car', ways));
  const otp = on(4, 'otp', otpProvider(ways));
  const all = [geocoding, matrix, walking, bike, car, otp];
  const limiter = options.limits === true ? new RateLimiter() : null;
  const { onSettled = () => {} } = options;
  for (const server of servers) {
    const here = all.filter(({ url }) => url === server.url);
    const control = here.includes(geocoding) ? createControl(all) : () => null;
    server.serve({ serviceOf: (path) => serviceAt(here, path), control, limiter, onSettled });
  }
  return { geocoding, matrix, osrm: { walking, bike, car }, otp };
}

/** A server of one service passes everything on; Mapbox's two have a path each. */
function serviceAt(services: readonly ScriptedService[], path: string): ScriptedService | null {
  const [only, other] = services;
  if (other === undefined) return only ?? null;
  const name = path.startsWith('/directions-matrix/') ? 'matrix' : 'geocoding';
  return services.find((service) => service.name === name) ?? null;
}

function environmentOf({ geocoding, osrm, otp }: Services, token: string): Record<string, string> {
  return {
    MAPBOX_ACCESS_TOKEN: token,
    MAPBOX_BASE_URL: geocoding.url,
    OSRM_URL_WALKING: osrm.walking.url,
    OSRM_URL_BIKE: osrm.bike.url,
    OSRM_URL_CAR: osrm.car.url,
    OTP_URL: otp.url,
  };
}
