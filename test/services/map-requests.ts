import { z } from 'zod';
import type { MapServices } from '../support/map-services/index.ts';

/** What a service said, as far as the tests look at it. */
const SAID = z.looseObject({
  message: z.string().optional(),
  code: z.string().optional(),
  features: z
    .array(
      z.looseObject({
        geometry: z.object({ type: z.literal('Point'), coordinates: z.tuple([z.number(), z.number()]) }),
        properties: z.looseObject({
          name: z.string(),
          feature_type: z.string(),
          full_address: z.string(),
          match_code: z.record(z.string(), z.string()).optional(),
          context: z.record(z.string(), z.looseObject({ name: z.string() })),
        }),
      }),
    )
    .optional(),
  durations: z.array(z.array(z.number().nullable())).optional(),
  distances: z.array(z.array(z.number().nullable())).optional(),
});

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly said: z.infer<typeof SAID>;
}

export const TOKEN = 'pk.stub';
/** Three places in Berlin, as they stand in a path. */
export const PLACES = ['13.3765,52.5096', '13.4132,52.5219', '13.437,52.478'] as const;

type Parameters = Readonly<Record<string, string | null>>;

export async function ask(url: string, init?: RequestInit): Promise<Answered> {
  const answer = await fetch(url, init);
  return { status: answer.status, headers: answer.headers, said: SAID.parse(await answer.json()) };
}

/** A forward request; a parameter that is null is left out. */
export function geocode(services: MapServices, parameters: Parameters): Promise<Answered> {
  const all = { q: 'Hauptstraße 5, Berlin', access_token: TOKEN, ...parameters };
  return ask(`${services.geocoding.url}/search/geocode/v6/forward?${queryOf(all)}`);
}

/** A Matrix request from the first place to the others; a parameter that is null is left out. */
export function matrix(
  services: MapServices,
  parameters: Parameters = {},
  { profile = 'mapbox/walking', places = PLACES }: { profile?: string; places?: readonly string[] } = {},
): Promise<Answered> {
  const all = { access_token: TOKEN, sources: '0', annotations: 'duration,distance', ...parameters };
  return ask(`${services.matrix.url}/directions-matrix/v1/${profile}/${places.join(';')}?${queryOf(all)}`);
}

/** A table request from the first place to the others. */
export function table(url: string, parameters: Parameters = {}, places: readonly string[] = PLACES) {
  const all = { sources: '0', annotations: 'duration,distance', ...parameters };
  return ask(`${url}/table/v1/any/${places.join(';')}?${queryOf(all)}`);
}

function queryOf(parameters: Parameters): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  return new URLSearchParams(given).toString();
}
