import { vi } from 'vitest'

/** Waits until the look gives something else than null, undefined or false. The limit is far above what any of it takes. */
export function eventually<T>(look: () => T | null | undefined | false): Promise<T> {
  return vi.waitFor(
    () => {
      const found = look()
      if (found === null || found === undefined || found === false) throw new Error(`Not yet: ${String(look)}`)
      return found
    },
    { timeout: 30_000, interval: 10 },
  )
}
