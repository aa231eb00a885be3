/** What stands for every path that is none of the routes'. */
const NO_ROUTE = '*';

interface RoutePaths {
  readonly paths: Iterable<string>;
  /** Each ends in a slash. */
  readonly prefixes: Iterable<string>;
  /** With parameters as `:name`. */
  readonly patterns: Iterable<string>;
}

/**
 * Makes the name of the route that a path belongs to: the path itself, a pattern such as
 * `/api/streaming/sessions/:session_id/events`, a prefix with `*` after it, or `*` alone. There are only as many names as
 * there are routes, so that each can be counted.
 */
export function createRouteName({ paths, prefixes, patterns }: RoutePaths): (path: string) => string {
  const exact = new Set(paths);
  const shapes = [...patterns].map((pattern) => ({ name: pattern, segments: pattern.split('/') }));
  const begins = [...prefixes];
  return (path) => {
    if (exact.has(path)) return path;
    const segments = path.split('/');
    const shape = shapes.find((one) => fits(segments, one.segments));
    const prefix = begins.find((one) => path.startsWith(one));
    return shape?.name ?? (prefix === undefined ? NO_ROUTE : `${prefix}${NO_ROUTE}`);
  };
}

/** A parameter may be any text, none included, as routers have it. */
function fits(segments: readonly string[], shape: readonly string[]): boolean {
  return segments.length === shape.length && shape.every((word, at) => word === segments[at] || word.startsWith(':'));
}
