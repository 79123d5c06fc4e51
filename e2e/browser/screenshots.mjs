// The pictures of the README, from a demo that this starts and stops. usage: screenshots.mjs (after ./sigyn build)
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { launch } from "./browser.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const images = join(root, "docs/images")
const data = mkdtempSync(join(tmpdir(), "sigyn-pictures-"))
const ports = ["--http-port", "0", "--grpc-port", "0", "--dashboards-port", "0"]
const sigyn = spawn(join(root, "dist/sigyn/bin/sigyn"), ["up", "--demo", "--host", "127.0.0.1", "--data", data, ...ports], {
  env: { ...process.env, GF_SECURITY_ADMIN_PASSWORD: "admin123" },
})
const base = await new Promise((resolve, reject) => {
  let output = ""
  sigyn.stdout.on("data", chunk => {
    output += chunk
    const url = /^ +dashboards +(http:\S+)$/m.exec(output)?.[1]
    if (url) resolve(url)
  })
  sigyn.once("exit", code => reject(new Error(`ended with ${code}: ${output}`)))
})

const browser = await launch()
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: "dark" })
  await context.request.post(base + "/login", { data: { user: "admin", password: "admin123" } })
  const page = await context.newPage()

  await page.goto(base + "/")
  await page.locator(".landing-card").nth(2).waitFor()
  await shoot("home")

  await page.getByRole("link", { name: "RAG Module Orchestrator" }).last().click()
  await page.locator(".legend-item").first().waitFor()
  await page.locator(".log-line").first().waitFor()
  await shoot("dashboard")

  await page.goto(`${base}/explore?q=${encodeURIComponent('{service=~".+"}')}`)
  await page.locator(".log-line").first().waitFor()
  await page.locator(".volume .legend-item").first().waitFor()
  await page.getByRole("complementary", { name: "Fields" }).getByRole("button", { name: "service", exact: true }).click()
  await page.getByRole("button", { name: "Only service api-gateway" }).waitFor()
  await shoot("explore")

  await page.goto(`${base}/explore?q=${encodeURIComponent('{service="model-deployment-orchestrator"}')}`)
  await page.locator(".log-line").nth(2).click()
  await page.getByRole("rowheader", { name: "model_id" }).first().waitFor()
  await shoot("line-expanded")

  await page.goto(`${base}/explore?view=patterns&q=${encodeURIComponent('{service=~".+"}')}`)
  await page.locator(".pattern-text").first().waitFor()
  await shoot("patterns")

  async function shoot(name) {
    await page.waitForLoadState("networkidle")
    await page.screenshot({ path: join(images, `${name}.png`) })
  }
} finally {
  await browser.close()
  sigyn.kill("SIGTERM")
  await new Promise(resolve => sigyn.once("exit", resolve))
  rmSync(data, { recursive: true, force: true })
}
