import { createServer } from 'node:http'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DASHBOARDS } from './dashboards.mjs'
import { instant, labels, labelValues, makeLines, queryRange } from './logs.mjs'

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url))
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
const CSP = "default-src 'self'; style-src 'self' 'nonce-double'; base-uri 'self'; frame-ancestors 'self'; form-action 'self'; object-src 'none'"

/**
 * A stand-in for the dashboards' server, for tests of the user interface alone: one user, a few dashboards, and log lines
 * that are the same in every run. Remembers the requests it got.
 */
export async function startDouble({ port = 0, lines = 5000 } = {}) {
  const data = makeLines(lines, Date.now())
  const requests = []
  const sockets = new Set()
  const server = createServer((request, response) => {
    answer(request, response, data, requests).catch((error) => {
      response.writeHead(500, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ message: String(error?.stack ?? error) }))
    })
  })
  server.on('upgrade', (request, socket) => {
    requests.push(`WS ${request.url}`)
    sockets.add(socket)
    const key = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`)
    let count = 0
    const timer = setInterval(() => {
      const text = JSON.stringify({ streams: [{ stream: { service: 'orchestrator', level: 'INFO' }, values: [[`${Date.now()}000000`, `live line ${++count}`]] }] })
      const head = text.length < 126 ? [0x81, text.length] : [0x81, 126, text.length >> 8, text.length & 255]
      socket.write(Buffer.concat([Buffer.from(head), Buffer.from(text)]))
    }, 100)
    socket.on('close', () => {
      clearInterval(timer)
      sockets.delete(socket)
    })
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
  })
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () => {
      for (const socket of sockets) {
        socket.destroy()
      }
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

function json(response, body, status = 200, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

async function answer(request, response, data, requests) {
  const url = new URL(request.url, 'http://localhost')
  const path = url.pathname
  requests.push(`${request.method} ${path}${url.search}`)
  const body = await text(request)
  if (path === '/login' && request.method === 'POST') {
    const { user, password } = JSON.parse(body)
    return user === 'admin' && password === 'admin123'
      ? json(response, { message: 'Logged in', redirectUrl: '/' }, 200, { 'Set-Cookie': 'grafana_session=double; Path=/; HttpOnly; SameSite=Lax' })
      : json(response, { message: 'Invalid username or password', messageId: 'password-auth.failed' }, 401)
  }
  if (path === '/logout') {
    response.writeHead(302, { Location: '/login', 'Set-Cookie': 'grafana_session=; Path=/; Max-Age=0' })
    return response.end()
  }
  if (path.startsWith('/api/')) {
    if (!(request.headers.cookie ?? '').includes('grafana_session=double')) {
      return json(response, { message: 'Unauthorized' }, 401)
    }
    return api(request, response, url, body, data)
  }
  return serveFile(response, path)
}

function api(request, response, url, body, data) {
  const path = url.pathname.slice(5)
  const loki = /^datasources\/proxy\/uid\/[^/]+\/loki\/api\/v1\/(.*)$/.exec(path)?.[1]
  if (loki !== undefined) {
    return answerLoki(response, loki, url.searchParams, data)
  }
  const uid = /^dashboards\/uid\/([^/]+)$/.exec(path)?.[1]
  if (uid !== undefined) {
    const dashboard = DASHBOARDS[uid]
    return dashboard
      ? json(response, { dashboard, meta: { canSave: true, canEdit: true, provisioned: false, folderTitle: 'RAG Module', folderUid: 'rag', url: `/d/${uid}/x`, slug: 'x' } })
      : json(response, { message: 'Dashboard not found' }, 404)
  }
  switch (path) {
    case 'user':
      return json(response, { id: 1, login: 'admin', name: 'Admin', email: 'admin@localhost', isGrafanaAdmin: true, orgRole: 'Admin' })
    case 'frontend/settings':
      return json(response, { buildInfo: { version: '0.1.0' }, defaultDatasource: 'Loki', datasources: { Loki: { uid: 'loki-datasource', name: 'Loki', type: 'loki', isDefault: true, jsonData: { maxLines: '1000' } } } })
    case 'search':
      return json(response, [
        { uid: 'rag', title: 'RAG Module', type: 'dash-folder', url: '/dashboards/f/rag/rag-module', tags: [] },
        ...Object.values(DASHBOARDS).map((dashboard) => ({ uid: dashboard.uid, title: dashboard.title, type: 'dash-db', url: `/d/${dashboard.uid}/x`, tags: dashboard.tags ?? [], folderUid: 'rag', folderTitle: 'RAG Module' })),
      ])
    case 'annotations':
      return json(response, [])
    case 'dashboards/db': {
      const { dashboard } = JSON.parse(body)
      const saved = { ...dashboard, uid: dashboard.uid || 'saved', version: (dashboard.version ?? 0) + 1 }
      DASHBOARDS[saved.uid] = saved
      return json(response, { id: 1, uid: saved.uid, url: `/d/${saved.uid}/x`, status: 'success', version: saved.version, slug: 'x' })
    }
    default:
      return path.startsWith('user/stars/') ? json(response, { message: 'ok' }) : json(response, { message: `No ${request.method} ${path} here` }, 404)
  }
}

function answerLoki(response, path, parameters, data) {
  const query = parameters.get('query') ?? ''
  const values = /^label\/([^/]+)\/values$/.exec(path)?.[1]
  if (query.includes('boom')) {
    response.writeHead(400, { 'Content-Type': 'text/plain' })
    return response.end('parse error at line 1, col 23: syntax error: unexpected IDENTIFIER')
  }
  if (values !== undefined) {
    return json(response, { status: 'success', data: labelValues(data, decodeURIComponent(values)) })
  }
  switch (path) {
    case 'labels':
      return json(response, { status: 'success', data: labels(data) })
    case 'query_range':
      return json(response, queryRange(data, parameters))
    case 'query':
      return json(response, instant(data, parameters))
    case 'index/stats':
      return json(response, { streams: 8, chunks: 8, entries: data.length, bytes: data.length * 180 })
    case 'detected_fields':
      return json(response, { fields: [{ label: 'model_id', type: 'string', cardinality: 5, parsers: ['json'] }, { label: 'duration_ms', type: 'int', cardinality: 50, parsers: ['json'] }], limit: 1000 })
    case 'patterns':
      return json(response, { status: 'success', data: [] })
    case 'format_query':
      return json(response, { status: 'success', data: query })
    default:
      return json(response, { message: 'not found' }, 404)
  }
}

async function text(request) {
  const chunks = []
  for await (const chunk of request) {
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function serveFile(response, path) {
  const file = normalize(join(DIST, path))
  const wanted = file.startsWith(DIST) && extname(file) !== '' ? file : join(DIST, 'index.html')
  try {
    const file = await readFile(wanted)
    const body = wanted.endsWith('.html') ? String(file).replace('<head>', '<head><base href="/"><meta property="csp-nonce" nonce="double">') : file
    response.writeHead(200, { 'Content-Type': TYPES[extname(wanted)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP })
    response.end(body)
  } catch {
    response.writeHead(404)
    response.end()
  }
}
