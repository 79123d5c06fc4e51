// Starts Debian's Chromium, the way every browser test here does. CHROMIUM names another one.
import { chromium } from "playwright-core"

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })
}

// A page that fails the run on any request that leaves the origin, any console error and any uncaught exception.
export async function strictPage(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const problems = []
  page.on("request", request => {
    const url = request.url()
    if (!url.startsWith(origin) && !url.startsWith("data:") && !url.startsWith("blob:")) problems.push(`left the origin: ${url}`)
  })
  page.on("pageerror", error => problems.push(`exception: ${error.message}`))
  page.on("console", message => {
    if (message.type() === "error" && !/status of 401/.test(message.text())) problems.push(`console: ${message.text()}`)
  })
  return { page, problems }
}

export function check(condition, what) {
  if (!condition) throw new Error(`failed: ${what}`)
}
