const SERVICES = ['orchestrator', 'deployment', 'model-training', 'svc.v1+beta']
const LEVELS = ['INFO', 'INFO', 'INFO', 'DEBUG', 'DEBUG', 'WARNING', 'ERROR']
const MESSAGES = ['model loaded', 'request finished', 'vector search took longer than expected', 'retrying after timeout', 'cache warmed', 'deployment step done', 'token budget exceeded for conversation']

/** Lines over the last hour, newest first, the same shape for the same count. */
export function makeLines(count, now) {
  let seed = 42
  const random = (n) => {
    seed = (seed * 1664525 + 1013904223) % 4294967296
    return Math.floor((seed / 4294967296) * n)
  }
  return Array.from({ length: count }, (_, at) => {
    const ms = now - Math.floor((at / count) * 3_600_000) - random(500)
    const service = SERVICES[random(SERVICES.length)]
    const level = LEVELS[random(LEVELS.length)]
    const message = MESSAGES[random(MESSAGES.length)]
    const line = at % 17 === 3 ? `level=${level.toLowerCase()} msg="${message}" duration=${random(900)}ms attempt=${random(4)}` : JSON.stringify({ timestamp: new Date(ms).toISOString(), level, message, hostname: `node-${random(3)}`, service, model_id: String(random(5)), duration_ms: random(2000), user: { name: `user${random(9)}` } })
    return { ms, ns: `${ms}${String(at % 1000000).padStart(6, '0')}`, line, labels: { service, level, hostname: 'node-1' } }
  }).sort((a, b) => b.ms - a.ms)
}

export function labels(lines) {
  return [...new Set(lines.flatMap((line) => Object.keys(line.labels)))].sort()
}

export function labelValues(lines, name) {
  return [...new Set(lines.map((line) => line.labels[name]).filter(Boolean))].sort()
}

/** Selector, line filters and `| json | field="x"`: enough LogQL for tests of the screen. */
function matching(lines, query) {
  const selector = /\{([^}]*)\}/.exec(query)?.[1] ?? ''
  const tests = [...selector.matchAll(/([\w.]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)/g)].map(([, name, op, quoted]) => {
    const value = quoted.startsWith('`') ? quoted.slice(1, -1) : JSON.parse(quoted)
    const pattern = op.includes('~') ? new RegExp(`^(?:${value})$`) : undefined
    return (line) => {
      const own = line.labels[name] ?? ''
      const same = pattern ? pattern.test(own) : own === value
      return op.startsWith('!') ? !same : same
    }
  })
  const pipeline = query.slice(query.indexOf('}') + 1)
  for (const [, op, quoted] of pipeline.matchAll(/(\|=|\|~|!=|!~)\s*("(?:[^"\\]|\\.)*")/g)) {
    const value = JSON.parse(quoted)
    const flags = value.startsWith('(?i)') ? 'i' : ''
    const pattern = op.includes('~') ? new RegExp(value.replace('(?i)', ''), flags) : undefined
    tests.push((line) => (pattern ? pattern.test(line.line) : line.line.includes(value)) === op.startsWith('|'))
  }
  for (const [, field, op, quoted] of pipeline.matchAll(/\|\s*(\w+)\s*(=|!=)\s*("(?:[^"\\]|\\.)*")/g)) {
    const value = JSON.parse(quoted)
    tests.push((line) => (String(parsed(line)[field] ?? line.labels[field] ?? '') === value) === (op === '='))
  }
  return lines.filter((line) => tests.every((test) => test(line)))
}

function parsed(line) {
  try {
    return JSON.parse(line.line)
  } catch {
    return {}
  }
}

function ms(text) {
  return Number(text.slice(0, -6))
}

export function queryRange(lines, parameters) {
  const query = parameters.get('query') ?? ''
  const start = ms(parameters.get('start'))
  const end = ms(parameters.get('end'))
  const found = matching(lines, query)
  if (/^\s*\(*\{/.test(query)) {
    const limit = Number(parameters.get('limit') ?? 100)
    const inRange = found.filter((line) => line.ms >= start && line.ms < end)
    const kept = parameters.get('direction') === 'forward' ? inRange.slice(-limit) : inRange.slice(0, limit)
    const streams = new Map()
    for (const line of kept) {
      const key = JSON.stringify(line.labels)
      const stream = streams.get(key) ?? { stream: line.labels, values: [] }
      streams.set(key, stream)
      const own = /\|\s*json/.test(query) ? { parsed: Object.fromEntries(Object.entries(parsed(line)).filter(([name]) => !(name in line.labels)).map(([name, value]) => [name, String(value)])) } : {}
      stream.values.push([line.ns, line.line, own])
    }
    return { status: 'success', data: { resultType: 'streams', encodingFlags: ['categorize-labels'], result: [...streams.values()], stats: { summary: { totalBytesProcessed: found.length * 180, totalLinesProcessed: found.length, execTime: 0.012 } } } }
  }
  const step = Number(/^(\d+)ms$/.exec(parameters.get('step') ?? '')?.[1] ?? 15000)
  const times = []
  for (let at = start; at <= end; at += step) {
    times.push(at)
  }
  return { status: 'success', data: { resultType: 'matrix', result: series(found, query, times), stats: { summary: { totalBytesProcessed: found.length * 180, totalLinesProcessed: found.length, execTime: 0.02 } } } }
}

export function instant(lines, parameters) {
  const query = parameters.get('query') ?? ''
  const time = ms(parameters.get('time'))
  return { status: 'success', data: { resultType: 'vector', result: series(matching(lines, query), query, [time]).map(({ metric, values }) => ({ metric, value: values[0] })) } }
}

function series(found, query, times) {
  const names = (/by\s*\(([^)]*)\)/.exec(query)?.[1] ?? '').split(',').map((name) => name.trim()).filter(Boolean)
  const window = windowMs(/\[([^\]]+)\]/.exec(query)?.[1] ?? '1m')
  const groups = new Map()
  for (const line of found) {
    const metric = Object.fromEntries(names.flatMap((name) => (name === 'detected_level' ? [[name, line.labels.level.toLowerCase()]] : line.labels[name] ? [[name, line.labels[name]]] : [])))
    const key = JSON.stringify(metric)
    const group = groups.get(key) ?? { metric, at: [] }
    groups.set(key, group)
    group.at.push(line.ms)
  }
  return [...groups.values()].map(({ metric, at }) => {
    const sorted = at.sort((a, b) => a - b)
    const below = (time) => {
      let low = 0
      let high = sorted.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (sorted[middle] <= time) {
          low = middle + 1
        } else {
          high = middle
        }
      }
      return low
    }
    const values = times.map((time) => [time / 1000, String(below(time) - below(time - window))]).filter(([, count]) => count !== '0')
    return { metric, values }
  }).filter(({ values }) => values.length > 0)
}

function windowMs(text) {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  return [...text.matchAll(/(\d+)(ms|[smhd])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * units[unit], 0)
}
