/**
 * The language of a BCP 47 tag, in its shortest form: `en` of `en-GB`, `de` of `DEU`. What is no tag comes back in
 * lower case.
 */
export function languageCode(tag: string): string {
  const plain = tag.trim();
  try {
    return new Intl.Locale(plain).language;
  } catch {
    return plain.toLowerCase();
  }
}

/** The language's name in another language, such as `Englisch` of `en` in `de`; the code itself where it has none. */
export function languageName(code: string, locale: string): string {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
