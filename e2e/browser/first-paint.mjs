// How long until the demo dashboard is painted and filled, each time in a browser that knows nothing yet but who is logged in, from the
// moment its address is entered: the browser is open, shows another page and is at rest, for its own processes need a second of both cores
// to start.
// usage: first-paint.mjs DASHBOARDS PASSWORD END_MS RUNS
import { launch } from "./browser.mjs"

const [base, password, end, runs] = process.argv.slice(2)
const HOUR = 3_600_000
const RANGES = [
  ["last hour", "from=now-1h&to=now"],
  ["one hour of the lines", `from=${Number(end) - HOUR}&to=${end}`],
  ["six hours of the lines", `from=${Number(end) - 6 * HOUR}&to=${end}`],
]

const AT_REST_MILLIS = 1500

// Notes the first moment at which every panel shows its data.
function watch() {
  const look = () => {
    const panels = [...document.querySelectorAll(".panel")]
    const filled = panels.length > 0 && panels.every(panel => panel.querySelector(".legend-item, .log-line") && !panel.querySelector(".panel-loading"))
    if (filled) window.filledAt = performance.now()
    else requestAnimationFrame(look)
  }
  document.addEventListener("DOMContentLoaded", look)
}

async function once(browser, storageState, uid, range) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, storageState })
  try {
    const page = await context.newPage()
    await page.goto(`${base}/api/health`)
    await page.waitForTimeout(AT_REST_MILLIS)
    let requests = 0
    page.on("request", () => requests++)
    await page.addInitScript(watch)
    await page.goto(`${base}/d/${uid}/x?${range}`)
    await page.waitForFunction(() => window.filledAt !== undefined)
    const seen = await page.evaluate(() => ({
      firstByte: performance.getEntriesByType("navigation")[0].responseStart,
      paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
      filled: window.filledAt,
      calls: performance.getEntriesByType("resource").filter(entry => entry.name.includes("/api/")).map(entry => `${Math.round(entry.startTime)}+${Math.round(entry.duration)} ${new URL(entry.name).pathname.replace(/.*\/(?=[^/]+\/[^/]+$)/, "")}`),
    }))
    return { ...seen, requests }
  } finally {
    await context.close()
  }
}

const browser = await launch()
try {
  const context = await browser.newContext()
  await context.request.post(base + "/login", { data: { user: "admin", password } })
  const storageState = await context.storageState()
  const hits = await (await context.request.get(`${base}/api/search?query=RAG+Module+Orchestrator&type=dash-db`)).json()
  for (const [name, range] of RANGES) {
    const all = []
    for (let run = 0; run < Number(runs); run++) all.push(await once(browser, storageState, hits[0].uid, range))
    const list = key => all.map(one => Math.round(one[key])).join(", ")
    console.log(`${name}: first paint ${list("paint")} ms, all panels filled ${list("filled")} ms, ${all[0].requests} requests`)
    if (process.env.VERBOSE) console.log("  " + all[0].calls.join("\n  "))
  }
} finally {
  await browser.close()
}
