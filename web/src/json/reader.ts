/** A JSON value as it came from the server or from storage: nothing is known about it yet. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Reads one place of a JSON tree without trusting it. Every accessor answers the given default when the value is absent
 * or of another type, so code that reads other people's files never throws on them.
 */
export class Reader {
  constructor(readonly value: unknown) {}

  /** The value below a chain of object keys. */
  at(...path: readonly string[]): Reader {
    let value: unknown = this.value
    for (const key of path) {
      value = isRecord(value) ? value[key] : undefined
    }
    return new Reader(value)
  }

  get present(): boolean {
    return this.value !== undefined && this.value !== null
  }

  str(otherwise: string): string
  str(): string | undefined
  str(otherwise?: string): string | undefined {
    return typeof this.value === 'string' ? this.value : otherwise
  }

  /** The value as text: strings as they are, numbers and booleans printed. */
  text(otherwise: string): string {
    return typeof this.value === 'string'
      ? this.value
      : typeof this.value === 'number' || typeof this.value === 'boolean'
        ? String(this.value)
        : otherwise
  }

  /** A finite number, also when written as a string of digits. */
  num(otherwise: number): number
  num(): number | undefined
  num(otherwise?: number): number | undefined {
    if (typeof this.value === 'number' && Number.isFinite(this.value)) {
      return this.value
    }
    if (typeof this.value === 'string' && this.value.trim() !== '') {
      const parsed = Number(this.value)
      return Number.isFinite(parsed) ? parsed : otherwise
    }
    return otherwise
  }

  bool(otherwise: boolean): boolean {
    return typeof this.value === 'boolean' ? this.value : otherwise
  }

  /** One of a closed set of words. */
  oneOf<T extends string>(words: readonly T[], otherwise: T): T {
    return words.find((word) => word === this.value) ?? otherwise
  }

  list(): readonly Reader[] {
    return Array.isArray(this.value) ? this.value.map((item) => new Reader(item)) : []
  }

  strings(): readonly string[] {
    return Array.isArray(this.value)
      ? this.value.filter((item): item is string | number => typeof item === 'string' || typeof item === 'number').map(String)
      : []
  }

  entries(): readonly (readonly [string, Reader])[] {
    return isRecord(this.value) ? Object.entries(this.value).map(([key, value]) => [key, new Reader(value)] as const) : []
  }

  get keys(): readonly string[] {
    return isRecord(this.value) ? Object.keys(this.value) : []
  }
}

export function read(value: unknown): Reader {
  return new Reader(value)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A copy of `root` in which the value at `path` is replaced; every other key keeps its place. */
export function withValue(root: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) {
    return value
  }
  if (typeof key === 'number') {
    const copy = Array.isArray(root) ? [...root] : []
    copy[key] = withValue(copy[key], rest, value)
    return copy
  }
  const copy: Record<string, unknown> = isRecord(root) ? { ...root } : {}
  const next = withValue(copy[key], rest, value)
  if (next === undefined) {
    delete copy[key]
  } else {
    copy[key] = next
  }
  return copy
}
