import { chromium, type Browser, type BrowserContextOptions, type Page, type Request } from 'playwright-core'
import { inject } from 'vitest'

const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export function launch(...more: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: [...ARGUMENTS, ...more] })
}

/** A browser in front of a running Sigyn, for one test file. */
export class Stage {
  /** What the pages complained about: exceptions, refused scripts and styles, requests to elsewhere. */
  readonly complaints: string[] = []
  private readonly requests: { readonly url: URL; readonly text: string }[] = []
  private cookies: BrowserContextOptions['storageState']

  private constructor(
    readonly browser: Browser,
    readonly url: string,
    readonly logs: string,
  ) {}

  static async open(server: { readonly logs: string; readonly dashboards: string } = inject('sigyn'), ...flags: readonly string[]): Promise<Stage> {
    return new Stage(await launch(...flags), server.dashboards, server.logs)
  }

  /** A page of the admin, at a path. */
  async page(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.member(options)
    await page.goto(this.url + path)
    return page
  }

  /** An empty page of the admin. */
  async member(options: BrowserContextOptions = {}): Promise<Page> {
    this.cookies ??= await this.logIn()
    return this.anonymous({ storageState: this.cookies, ...options })
  }

  async anonymous(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    context.setDefaultTimeout(60_000)
    const page = await context.newPage()
    page.on('pageerror', (error) => this.complaints.push(String(error.stack ?? error)))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4(?:0[0-9]|12)/.test(message.text())) {
        const { url, lineNumber, columnNumber } = message.location()
        this.complaints.push(`${message.text()} (${url}:${lineNumber}:${columnNumber}, on ${page.url()})`)
      }
    })
    page.on('request', (request) => this.saw(request))
    return page
  }

  /** The uid of the dashboard with a title. */
  async uidOf(title: string): Promise<string> {
    const hits = (await this.get(`/api/search?query=${encodeURIComponent(title)}`)) as readonly { uid: string; title: string }[]
    const hit = hits.find((one) => one.title === title)
    if (!hit) {
      throw new Error(`no dashboard "${title}" in ${JSON.stringify(hits)}`)
    }
    return hit.uid
  }

  /** The JSON of a path, as the admin. */
  async get(path: string): Promise<unknown> {
    const answer = await fetch(this.url + path, { headers: { Authorization: `Basic ${btoa('admin:admin123')}` } })
    return answer.json()
  }

  /** How many lines a query has between two times in ns, the second not included. */
  async count(query: string, start: bigint, end: bigint): Promise<number> {
    const parameters = new URLSearchParams({ query: `sum(count_over_time(${query}[${(end - start) / 1_000_000n}ms]))`, time: String(end - 1n) })
    const answer = (await this.get(`/api/datasources/proxy/uid/loki-datasource/loki/api/v1/query?${parameters}`)) as { data: { result: { value: [number, string] }[] } }
    return Number(answer.data.result[0]?.value[1] ?? 0)
  }

  /** Sends JSON to a path, as the admin. */
  async put(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(this.url + path, { method: 'POST', headers: { Authorization: `Basic ${btoa('admin:admin123')}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) {
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    }
    return answer.json()
  }

  /** Deletes what is at a path, as the admin. */
  async remove(path: string): Promise<void> {
    const answer = await fetch(this.url + path, { method: 'DELETE', headers: { Authorization: `Basic ${btoa('admin:admin123')}` } })
    if (!answer.ok) {
      throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    }
  }

  async push(labels: Readonly<Record<string, string>>, lines: readonly string[], at = Date.now(), metadata: Readonly<Record<string, string>> = {}): Promise<void> {
    const values = lines.map((line, index) => [`${at}${String(index).padStart(6, '0')}`, line, metadata])
    const answer = await fetch(`${this.logs}/loki/api/v1/push`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ streams: [{ stream: labels, values }] }) })
    if (answer.status !== 204) {
      throw new Error(`push: ${answer.status} ${await answer.text()}`)
    }
  }

  /** The query requests so far that contain a text, decoded. */
  queries(text = ''): readonly string[] {
    return this.requests.map((request) => request.text).filter((request) => request.includes('/query') && request.includes(text))
  }

  /** The ranges of those queries, in ns. */
  ranges(text: string): readonly { readonly start: bigint; readonly end: bigint }[] {
    return this.requests
      .filter((request) => request.url.pathname.endsWith('/query_range') && request.text.includes(text))
      .map(({ url }) => ({ start: BigInt(url.searchParams.get('start') ?? 0), end: BigInt(url.searchParams.get('end') ?? 0) }))
  }

  /** Closes all pages, so that what they still do takes nothing from the next test. */
  async clear(): Promise<void> {
    await Promise.all(this.browser.contexts().map((context) => context.close()))
  }

  async close(): Promise<void> {
    await this.browser.close()
  }

  private saw(request: Request): void {
    const url = request.url()
    if (!url.startsWith(this.url) && !/^(blob|data):/.test(url)) {
      this.complaints.push(`left the origin: ${url}`)
    }
    this.requests.push({ url: new URL(url), text: decodeURIComponent(`${url} ${request.postData() ?? ''}`.replaceAll('+', ' ')) })
  }

  private async logIn(): Promise<Awaited<ReturnType<import('playwright-core').BrowserContext['storageState']>>> {
    const context = await this.browser.newContext()
    const answer = await context.request.post(`${this.url}/login`, { data: { user: 'admin', password: 'admin123' } })
    if (!answer.ok()) {
      throw new Error(`login: ${answer.status()} ${await answer.text()}`)
    }
    const state = await context.storageState()
    await context.close()
    return state
  }
}
