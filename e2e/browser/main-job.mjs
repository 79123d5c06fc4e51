// The user's journey: log in, open RAG Module -> RAG Module Orchestrator, see both panels, pick a service, filter by level,
// expand a line. usage: main-job.mjs DASHBOARDS_URL IMAGES_FOLDER
import { check, launch, strictPage } from "./browser.mjs"

const [base, images] = process.argv.slice(2)
const browser = await launch()
try {
  const { page, problems } = await strictPage(browser, base)
  page.setDefaultTimeout(60_000)

  await page.goto(base + "/")
  await page.getByLabel("Email or username").fill("admin")
  await page.getByLabel("Password", { exact: true }).fill("wrong")
  await page.getByRole("button", { name: "Log in" }).click()
  await page.getByText("Invalid username or password").waitFor()
  await page.getByLabel("Password", { exact: true }).fill("admin123")
  await page.getByRole("button", { name: "Log in" }).click()

  await page.getByRole("link", { name: "Dashboards" }).first().click()
  await page.getByText("RAG Module", { exact: true }).first().waitFor()
  await page.getByRole("link", { name: "RAG Module Orchestrator" }).first().click()

  const chart = page.getByRole("region", { name: "Log Messages Over Time by Level" })
  const logs = page.getByRole("region", { name: "Deployment Logs" })
  await chart.getByText("python-job - ERROR").waitFor()
  await chart.getByText("java-job - INFO").waitFor()
  await chart.locator("canvas").first().waitFor()
  await logs.getByText("failed model").first().waitFor()
  await page.screenshot({ path: `${images}/dashboard.png` })

  await pick("Service Name", ["python-job"])
  await chart.getByText("java-job - INFO").waitFor({ state: "detached" })
  await chart.getByText("python-job - INFO").waitFor()
  await logs.getByText("failed model").first().waitFor({ state: "detached" })
  check(new URL(page.url()).searchParams.get("var-service_name") === "python-job", "the service is in the URL")

  await pick("Log Level", ["ERROR"])
  await chart.getByText("python-job - INFO").waitFor({ state: "detached" })
  await chart.getByText("python-job - ERROR").waitFor()
  check(new URL(page.url()).searchParams.get("var-log_level") === "ERROR", "the level is in the URL")

  const row = logs.getByRole("button", { name: /of the deployment/ }).first()
  await row.click()
  for (const field of ["timestamp", "level", "message", "hostname", "service", "model_id"]) {
    await logs.getByRole("row", { name: new RegExp(`\\b${field}\\b`) }).first().waitFor()
  }
  await page.screenshot({ path: `${images}/line-expanded.png` })

  await page.reload()
  await chart.getByText("python-job - ERROR").waitFor()
  check((await chart.getByText("java-job - ERROR").count()) === 0, "a reload keeps the filters")

  check(problems.length === 0, problems.join("\n"))

  async function pick(variable, values) {
    await page.getByRole("combobox", { name: variable }).click()
    const list = page.getByRole("listbox", { name: variable })
    for (const value of values) await list.getByRole("option", { name: value, exact: true }).click()
    await page.keyboard.press("Escape")
  }
} finally {
  await browser.close()
}
