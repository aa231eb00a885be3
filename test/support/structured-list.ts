/** A member of a structured list (RFC 9651) that is a string with whole numbers as its parameters. */
const MEMBER = /^"([ !#-[\]-~]*)"((?:;[a-z*][\w\-.*]*=\d{1,15})*)$/u;

/** The members of such a list, as RateLimit and RateLimit-Policy are, by name. Throws where it is none. */
export function parametersOf(field: unknown): Record<string, Record<string, number>> {
  if (typeof field !== 'string') throw new TypeError('there is no such field');
  const members = field.split(', ').map((member) => {
    const [, name, parameters] = MEMBER.exec(member) ?? [];
    if (name === undefined || parameters === undefined) throw new TypeError(`no member of a list: ${member}`);
    const pairs = parameters.split(';').slice(1);
    return [name, Object.fromEntries(pairs.map((pair) => pair.split('=')).map(([key, value]) => [key, Number(value)]))];
  });
  return Object.fromEntries(members) as Record<string, Record<string, number>>;
}
