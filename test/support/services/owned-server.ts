import type { Throwaway } from './throwaway.ts';

/** What is made in a throwaway folder owns it: disposal clears the folder away, and so does a failure to make it. */
export async function disposeWith<T extends object>(
  throwaway: Throwaway,
  make: () => Promise<T>,
): Promise<T & AsyncDisposable> {
  try {
    return Object.assign(await make(), { [Symbol.asyncDispose]: () => throwaway[Symbol.asyncDispose]() });
  } catch (error) {
    await throwaway[Symbol.asyncDispose]();
    throw error;
  }
}
