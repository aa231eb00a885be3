/** Why an instance cannot start as it was asked to; the message says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
