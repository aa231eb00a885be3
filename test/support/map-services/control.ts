import { z } from 'zod';
import { FAULT } from './faults.ts';
import type { StubAnswer, StubRequest } from './provider.ts';
import type { ScriptedService } from './stub-service.ts';

const MOST_TIMES = 1000;
const FAULTS_PATH = '/_stub/faults';
const REQUESTS_PATH = '/_stub/requests';

/** What a person scripts by hand: `POST /_stub/faults`, and `GET /_stub/requests` for what was asked, without tokens. */
export function createControl(services: readonly ScriptedService[]): (request: StubRequest) => StubAnswer | null {
  const orders = orderSchemas(services.map(({ name }) => name));
  return ({ method, path, body }) => {
    if (method === 'POST' && path === FAULTS_PATH) return script(services, readOrder(orders, body));
    if (method === 'GET' && path === REQUESTS_PATH)
      return { status: 200, body: Object.fromEntries(services.map(asked)) };
    if (!path.startsWith('/_stub/')) return null;
    return { status: 404, body: { message: `There are POST ${FAULTS_PATH} and GET ${REQUESTS_PATH}.` } };
  };
}

type Order = z.infer<Orders['clearing'] | Orders['faulting']>;
type Orders = ReturnType<typeof orderSchemas>;

function orderSchemas(names: readonly string[]) {
  const service = z.enum(names);
  return {
    clearing: z.strictObject({ clear: z.literal(true), service: service.optional() }),
    faulting: z.strictObject({
      service,
      fault: FAULT,
      times: z.union([z.literal('always'), z.int().min(1).max(MOST_TIMES)]).default(1),
    }),
  };
}

function readOrder({ clearing, faulting }: Orders, body: unknown): z.ZodSafeParseResult<Order> {
  const isClearing = typeof body === 'object' && body !== null && 'clear' in body;
  return isClearing ? clearing.safeParse(body) : faulting.safeParse(body);
}

function script(services: readonly ScriptedService[], order: z.ZodSafeParseResult<Order>): StubAnswer {
  if (!order.success) return { status: 400, body: refusal(services, z.prettifyError(order.error)) };
  const meant = services.filter(({ name }) => order.data.service === undefined || name === order.data.service);
  try {
    for (const service of meant) obey(service, order.data);
    return { status: 200, body: { ok: true } };
  } catch (error) {
    return { status: 400, body: refusal(services, error instanceof TypeError ? error.message : 'it cannot be done') };
  }
}

function obey(service: ScriptedService, order: Order): void {
  if ('clear' in order) return service.clear();
  const { fault, times } = order;
  if (times === 'always') return service.failAlways(fault);
  service.fail(...Array.from({ length: times }, () => fault));
}

function refusal(services: readonly ScriptedService[], message: string): unknown {
  return {
    message,
    allowed: {
      service: services.map(({ name }) => name),
      fault: FAULT.unwrap().options.map((option) => shown(option.shape)),
      times: `1 to ${MOST_TIMES}, or "always"`,
      clear: 'true instead of a fault, with a service or for all',
    },
  };
}

/** Such as `{ kind: "slow", ms }`. */
function shown({ kind, ...more }: { readonly kind: z.ZodLiteral<string> }): string {
  const others = Object.entries(more).map(([name, schema]) => (optional(schema) ? `${name}?` : name));
  return `{ ${[`kind: "${kind.value}"`, ...others].join(', ')} }`;
}

function optional(schema: unknown): boolean {
  return schema instanceof z.ZodExactOptional;
}

function asked({ name, requests }: ScriptedService): readonly [string, unknown] {
  const shownRequests = requests.map(({ query, ...request }) => ({ ...request, query: withoutToken(query) }));
  return [name, shownRequests];
}

function withoutToken(query: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...query].filter(([name]) => name !== 'access_token'));
}
