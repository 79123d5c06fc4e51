import { read } from '../json/reader.ts'

/** A request the server refused, or that never reached it (`status` 0). `message` is what to show. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: unknown = undefined,
  ) {
    super(message)
    this.name = 'HttpError'
  }
}

/** Called when the session has ended; the app shows the login page. */
let onUnauthorized: () => void = () => undefined
export function whenUnauthorized(listener: () => void): void {
  onUnauthorized = listener
}

/** The address of a path of this application, which may live below a sub-path. */
export function appUrl(path: string): string {
  return new URL(path.replace(/^\//, ''), document.baseURI).toString()
}

export type RequestOptions = {
  readonly method?: string
  readonly query?: Readonly<Record<string, string | number | undefined>> | URLSearchParams
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export function queryText(query: RequestOptions['query']): string {
  if (query === undefined) {
    return ''
  }
  if (query instanceof URLSearchParams) {
    return query.size === 0 ? '' : `?${query}`
  }
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      parameters.set(name, String(value))
    }
  }
  return parameters.size === 0 ? '' : `?${parameters}`
}

/** Sends a request to this origin and gives the raw response of a success; everything else is an {@link HttpError}. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(appUrl(path) + queryText(options.query), {
      method: options.method ?? 'GET',
      headers: {
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...options.headers,
      },
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error
    }
    throw new HttpError(0, 'The server cannot be reached. Is it running?')
  }
  if (!response.ok) {
    const text = await response.text()
    if (response.status === 401 && path !== 'login') {
      onUnauthorized()
    }
    throw new HttpError(response.status, messageOf(text, response), parsed(text))
  }
  return response
}

/** The JSON answer of a request; undefined for an empty body. */
export async function fetchJson(path: string, options: RequestOptions = {}): Promise<unknown> {
  const response = await send(path, options)
  const text = await response.text()
  if (text === '') {
    return undefined
  }
  const json = parsed(text)
  if (json === undefined) {
    throw new HttpError(response.status, `The answer of ${path} is no JSON: ${text.slice(0, 200)}`)
  }
  return json
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function messageOf(text: string, response: Response): string {
  const json = read(parsed(text))
  const message = json.at('message').str() ?? json.at('error').str()
  if (message !== undefined && message !== '') {
    return message
  }
  return text.trim() === '' || text.trimStart().startsWith('<') ? `${response.status} ${response.statusText}` : text.trim().slice(0, 2000)
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
