/**
 * The headers that say who asks; the examples ask for them whenever they show a token, so that the next one takes the
 * place of one that ends. Here it stands in the environment, or there is none. A program of your own has the function of
 * its identity provider here.
 */
export async function headers(): Promise<Record<string, string>> {
  const { TOKEN } = process.env;
  return TOKEN ? { Authorization: `Bearer ${TOKEN}` } : {};
}
