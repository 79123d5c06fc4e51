import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BOARDS } from './fixture/boards.ts'
import { makeLines, type Line } from './fixture/lines.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** What starts a Sigyn; SIGYN names another one. */
const LAUNCHER = process.env['SIGYN'] ?? join(ROOT, 'dist/sigyn/bin/sigyn')
const START_DEADLINE_MS = 60_000

/** A Sigyn of its own process, started from the distribution as a user starts it, on ports that it chose itself. */
export class Sigyn {
  private printed = ''

  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    /** Loki's API. */
    readonly logs: string,
    readonly dashboards: string,
  ) {}

  /** With nothing but the user's own files, the dashboard beside the YAML of its provider, and `lines` lines. */
  static async startAsInContainer(lines: number): Promise<Sigyn> {
    const folder = mkdtempSync(join(tmpdir(), 'sigyn-web-'))
    return Sigyn.run(folder, lines, { GF_PATHS_PROVISIONING: provisioning(folder, join(folder, 'provisioning/dashboards'), []) })
  }

  /** With the user's own provisioning files, the dashboards of {@link BOARDS}, and `lines` lines of the last hour. */
  static async start(lines: number, ...flags: readonly string[]): Promise<Sigyn> {
    const folder = mkdtempSync(join(tmpdir(), 'sigyn-web-'))
    return Sigyn.run(folder, lines, flags.includes('--demo') ? {} : { GF_PATHS_PROVISIONING: provisioning(folder, join(folder, 'dashboards'), Object.values(BOARDS)) }, ...flags)
  }

  private static async run(folder: string, lines: number, environment: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<Sigyn> {
    if (!existsSync(LAUNCHER)) {
      throw new Error(`${LAUNCHER} is missing: ./sigyn build makes it`)
    }
    const started = spawn(LAUNCHER, ['up', '--host', '127.0.0.1', '--http-port', '0', '--grpc-port', '0', '--dashboards-port', '0', '--data', join(folder, 'data'), ...flags], {
      env: { ...process.env, SIGYN_JAVA_OPTIONS: '-Xmx512m', GF_SECURITY_ADMIN_USER: 'admin', GF_SECURITY_ADMIN_PASSWORD: 'admin123', ...environment },
    })
    const [logs, dashboards, printed] = await addresses(started)
    const sigyn = new Sigyn(started, folder, logs, dashboards)
    sigyn.printed = printed
    const read = (chunk: Buffer) => void (sigyn.printed += String(chunk))
    started.stdout?.on('data', read)
    started.stderr?.on('data', read)
    await sigyn.push(makeLines(lines, Date.now()))
    return sigyn
  }

  /** What it has printed so far. */
  output(): string {
    return this.printed
  }

  /** A file of the dashboards that lie beside the YAML. */
  boardText(name: string): string {
    return readFileSync(join(this.folder, 'provisioning/dashboards', name), 'utf8')
  }

  /** Replaces a file of the dashboards that lie beside the YAML, as editors do: by another one that takes its name. */
  replaceBoard(name: string, change: (text: string) => string): void {
    const file = join(this.folder, 'provisioning/dashboards', name)
    writeFileSync(`${file}~`, change(this.boardText(name)))
    renameSync(`${file}~`, file)
  }

  async push(lines: readonly Line[]): Promise<void> {
    for (let at = 0; at < lines.length; at += 1000) {
      const streams = lines.slice(at, at + 1000).map(({ ns, line, labels }) => ({ stream: labels, values: [[ns, line]] }))
      const answer = await fetch(`${this.logs}/loki/api/v1/push`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ streams }) })
      if (answer.status !== 204) {
        throw new Error(`push: ${answer.status} ${await answer.text()}`)
      }
    }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGTERM')
    await ended
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The files of the user's containers, the dashboards' folder being the only path that moves, and more dashboards with a broken one. */
function provisioning(folder: string, boards: string, more: readonly { readonly uid: string }[]): string {
  const files = join(ROOT, 'testdata/dashboards/user')
  const root = join(folder, 'provisioning')
  mkdirSync(join(root, 'datasources'), { recursive: true })
  mkdirSync(join(root, 'dashboards'), { recursive: true })
  cpSync(join(files, 'datasources.yaml'), join(root, 'datasources/datasources.yaml'))
  writeFileSync(join(root, 'dashboards/dashboards.yaml'), readFileSync(join(files, 'dashboards.yaml'), 'utf8').replace(/path: .*/, `path: ${boards}`))
  cpSync(join(files, 'dashboards'), boards, { recursive: true })
  for (const board of more) {
    writeFileSync(join(boards, `${board.uid}.json`), JSON.stringify(board, null, 2))
  }
  if (more.length > 0) {
    writeFileSync(join(boards, 'broken.json'), '{\n  "title": "Broken",\n  "panels": [}\n')
  }
  return root
}

/** Waits for what `sigyn up` prints when it is ready: where the logs are, where the dashboards, and all it printed. */
function addresses(started: ChildProcess): Promise<readonly [logs: string, dashboards: string, printed: string]> {
  return new Promise((resolve, reject) => {
    let output = ''
    const late = setTimeout(() => fail(`not ready after ${START_DEADLINE_MS} ms`), START_DEADLINE_MS)
    const fail = (reason: string) => {
      started.kill('SIGKILL')
      reject(new Error(`${reason}:\n${output}`))
    }
    const read = (chunk: Buffer) => {
      output += String(chunk)
      const logs = /^ +logs +(http:\S+)$/m.exec(output)?.[1]
      const dashboards = /^ +dashboards +(http:\S+)$/m.exec(output)?.[1]
      if (logs !== undefined && dashboards !== undefined) {
        clearTimeout(late)
        started.stdout?.off('data', read)
        started.stderr?.off('data', read)
        resolve([logs, dashboards, output])
      }
    }
    started.stdout?.on('data', read)
    started.stderr?.on('data', read)
    started.once('exit', (code) => fail(`ended with ${code}`))
  })
}
