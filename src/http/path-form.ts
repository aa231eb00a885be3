/** What stands for a segment that no route has a word for. */
const UNSAID = '*';

/**
 * Makes the form of a path that may be logged: the words that the routes have, and `*` for everything else, which may be
 * a session's id or whatever somebody typed. Of `/sessions/my-search/events` the second segment is left out.
 *
 * @param routes paths as they are routed, their parameters as `:name`
 */
export function createPathForm(routes: Iterable<string>): (path: string) => string {
  const words = new Set([...routes].flatMap((route) => route.split('/')).filter((word) => !word.startsWith(':')));
  return (path) =>
    path
      .split('/')
      .map((segment) => (words.has(segment) ? segment : UNSAID))
      .join('/');
}
