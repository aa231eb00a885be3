/** What one process of an instance is started with. */
export interface InstanceSettings {
  /** Such as `a.2`: the second process of the instance `a`. */
  readonly label: string;
  /** The file of its journal. */
  readonly journal: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly seed: string;
  /** See ObserveOptions. */
  readonly longestDelayMs: number;
}
