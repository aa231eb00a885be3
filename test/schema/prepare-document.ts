import type { DocumentCache, PreparedDocument } from '../../src/schema/document-cache.ts';

/** A text read and checked, as for a caller who may still make a call. */
export function prepareDocument(cache: DocumentCache, text: string): PreparedDocument {
  const read = cache.read(text);
  return read.document === undefined ? read : cache.check(text, read.document);
}
