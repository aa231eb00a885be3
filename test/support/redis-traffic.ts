import { Redis } from 'ioredis';

/** A command by its words, in upper or lower case as it was sent. */
type Command = readonly string[];

export interface HeardMessage {
  readonly channel: string;
  readonly text: string;
}

/** Hears all that is said on a Redis that is a test's own. Disposal ends it. */
export class RedisTraffic implements Disposable {
  /** Every command, those within scripts too. */
  readonly commands: Command[] = [];
  /** Every message, on any channel. */
  readonly messages: HeardMessage[] = [];
  readonly #links: readonly Redis[];

  private constructor(links: readonly [monitor: Redis, subscriber: Redis]) {
    const [monitor, subscriber] = links;
    this.#links = links;
    monitor.on('monitor', (_at: string, words: Command) => this.commands.push(words));
    subscriber.on('pmessage', (_pattern: string, channel: string, text: string) =>
      this.messages.push({ channel, text }),
    );
  }

  /** Resolves when nothing is missed any more. */
  static async open(url: string): Promise<RedisTraffic> {
    const client = new Redis(url);
    const subscriber = new Redis(url);
    const monitor = await client.monitor();
    client.disconnect();
    const traffic = new RedisTraffic([monitor, subscriber]);
    await subscriber.psubscribe('*');
    return traffic;
  }

  /** Every key that was named, and every channel, with what was published there. */
  get named(): ReadonlySet<string> {
    return new Set(this.commands.flatMap(namesIn));
  }

  [Symbol.dispose](): void {
    for (const link of this.#links) link.disconnect();
  }
}

/** Commands of a script name no key of a session but in their first argument: XADD, HSET, PEXPIREAT … */
function namesIn([command = '', ...given]: Command): readonly string[] {
  switch (command.toLowerCase()) {
    case 'eval':
    case 'evalsha':
      return given.slice(2, 2 + Number(given[1]));
    case 'publish':
    case 'subscribe':
    case 'psubscribe':
    case 'del':
      return given;
    default:
      return given.slice(0, 1);
  }
}
