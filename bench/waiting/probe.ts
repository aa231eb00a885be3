// Loaded into a process that is measured, before its own module, by `--expose-gc --import`: the module runs as it is,
// and whoever started the process can have its garbage collected and be told what is left.

/** What a measured process says of its memory after garbage was collected, in bytes. */
export interface MemoryLeft {
  readonly heapUsed: number;
  /** What objects hold outside the heap, buffers included. */
  readonly external: number;
}

/** What asks for MemoryLeft. */
export type ProbeQuestion = 'collect';

if (process.channel) {
  process.on('message', (question: unknown) => {
    if (question !== ('collect' satisfies ProbeQuestion)) return;
    // Twice: what only finalizers let go of at the first goes at the second.
    for (let times = 0; times < 2; times += 1) globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ heapUsed, external } satisfies MemoryLeft);
  });
  // Whoever measures has gone, however that came: there is nothing left to serve for.
  process.on('disconnect', () => process.exit());
  process.channel.unref();
}
