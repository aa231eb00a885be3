/**
 * How many streams each account has open at all instances together. What an instance has open itself it knows without
 * asking: this is for what the others have.
 */
export interface AccountStreams {
  /**
   * Counts a stream of an account that is about to begin; false, and nothing counted, where it would be one too many. A
   * store that does not answer lets it begin: then each instance keeps to its own count.
   */
  enter(account: string, most: number): Promise<boolean>;
  /** One of those that were let in is over. */
  leave(account: string): void;
}

/** Where there is but one instance, what it has open itself is all. */
export const ALONE: AccountStreams = { enter: async () => true, leave: () => {} };
