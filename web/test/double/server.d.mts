export function startDouble(options?: { port?: number; lines?: number }): Promise<{
  readonly url: string
  /** `METHOD path?query` of every request so far. */
  readonly requests: string[]
  close(): Promise<void>
}>
