import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { startDouble } from './double/server.mjs'

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export type Double = Awaited<ReturnType<typeof startDouble>>

/** A browser and the stand-in server, for one test file. */
export class Stage {
  /** What the pages complained about: exceptions, refused scripts and styles, requests to elsewhere. */
  readonly complaints: string[] = []

  private constructor(
    readonly browser: Browser,
    readonly double: Double,
  ) {}

  static async open(lines = 5000): Promise<Stage> {
    const [browser, double] = await Promise.all([chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ARGUMENTS }), startDouble({ lines })])
    return new Stage(browser, double)
  }

  /** A page of somebody who is logged in. */
  async page(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.anonymous(options)
    await page.context().addCookies([{ name: 'grafana_session', value: 'double', url: this.double.url }])
    await page.goto(this.double.url + path)
    return page
  }

  async anonymous(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    page.on('pageerror', (error) => this.complaints.push(String(error.stack ?? error)))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 40[0-9]/.test(message.text())) {
        this.complaints.push(message.text())
      }
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(this.double.url) && !/^(ws|blob|data):/.test(request.url())) {
        this.complaints.push(`left the origin: ${request.url()}`)
      }
    })
    return page
  }

  /** The query requests so far that contain a text, decoded. */
  queries(text = ''): readonly string[] {
    return this.double.requests.map((request) => decodeURIComponent(request.replaceAll('+', ' '))).filter((request) => request.includes('/query') && request.includes(text))
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.double.close()
  }
}
