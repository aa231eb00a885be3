/** The part of a logger that this project uses; pino's fits. Fields never hold addresses, coordinates or answers. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
