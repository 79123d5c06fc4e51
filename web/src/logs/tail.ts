import { batch, signal } from '@preact/signals'
import { logRows, nanos, tailUrl } from '../api/loki.ts'
import { read } from '../json/reader.ts'
import type { LogRow } from './row.ts'

/** Most rows kept while following. */
const MOST_ROWS = 5000
const RETRY_MS = 2000
const MOST_RETRIES = 30

/** Follows a query over a socket. While paused the lines wait, and what does not fit is counted, not forgotten silently. */
export class Tail {
  readonly rows = signal<readonly LogRow[]>([])
  readonly paused = signal(false)
  readonly waiting = signal(0)
  /** Lines that the server or the full buffer left out. */
  readonly skipped = signal(0)
  readonly state = signal<'connecting' | 'open' | 'lost'>('connecting')
  private socket: WebSocket | undefined
  private pending: LogRow[] = []
  private retries = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private frame = 0
  private stopped = false
  /** Lines left out that no row carries a mark of yet. */
  private left = 0
  private lastNs = nanos(Date.now() - 5000)

  constructor(
    private readonly uid: string,
    private readonly expr: string,
  ) {}

  start(): void {
    this.connect()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
    cancelAnimationFrame(this.frame)
    this.socket?.close()
  }

  pause(): void {
    this.paused.value = true
  }

  resume(): void {
    this.paused.value = false
    this.show()
  }

  clear(): void {
    batch(() => {
      this.pending = []
      this.rows.value = []
      this.waiting.value = 0
      this.skipped.value = 0
    })
  }

  private connect(): void {
    this.state.value = 'connecting'
    const socket = new WebSocket(tailUrl(this.uid, this.expr, 100, this.lastNs))
    this.socket = socket
    socket.onopen = () => {
      this.retries = 0
      this.state.value = 'open'
    }
    socket.onmessage = (event) => this.take(event.data)
    socket.onclose = () => {
      if (!this.stopped) {
        this.state.value = 'lost'
        if (this.retries++ < MOST_RETRIES) {
          this.timer = setTimeout(() => this.connect(), RETRY_MS)
        }
      }
    }
  }

  private take(data: unknown): void {
    let json: unknown
    try {
      json = JSON.parse(String(data))
    } catch {
      return
    }
    const message = read(json)
    const rows = logRows(message.at('streams'))
    const newest = rows[0]
    if (newest && newest.ns > this.lastNs) {
      this.lastNs = newest.ns
    }
    const dropped = message.at('dropped_entries').list().length
    this.skipped.value += dropped
    this.left += dropped
    if (rows.length === 0) {
      return
    }
    this.pending.unshift(...this.marked(rows))
    const over = this.pending.length - MOST_ROWS
    if (over > 0) {
      this.skipped.value += over
      this.left = over + this.pending.slice(MOST_ROWS).reduce((sum, row) => sum + (row.skipped ?? 0), 0)
      this.pending = [...this.marked(this.pending.slice(0, MOST_ROWS))]
    }
    if (this.paused.value) {
      this.waiting.value = this.pending.length
    } else if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0
        this.show()
      })
    }
  }

  /** The rows with a mark on the oldest that lines were left out before it. */
  private marked(rows: readonly LogRow[]): readonly LogRow[] {
    const oldest = rows.at(-1)
    const { left } = this
    this.left = 0
    if (left === 0 || !oldest) {
      return rows
    }
    return [...rows.slice(0, -1), { ...oldest, skipped: left + (oldest.skipped ?? 0) }]
  }

  private show(): void {
    if (this.paused.value || this.pending.length === 0) {
      return
    }
    const fresh = this.pending
    this.pending = []
    const seen = new Set(this.rows.value.slice(0, 500).map((row) => row.id))
    batch(() => {
      this.rows.value = [...fresh.filter((row) => !seen.has(row.id)), ...this.rows.value].slice(0, MOST_ROWS)
      this.waiting.value = 0
    })
  }
}
