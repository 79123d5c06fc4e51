export const LEVELS = ['critical', 'error', 'warning', 'info', 'debug', 'trace', 'unknown'] as const
export type Level = (typeof LEVELS)[number]

/** One letter per level, so that colour is never the only signal. */
export const LEVEL_LETTER: Readonly<Record<Level, string>> = { critical: 'C', error: 'E', warning: 'W', info: 'I', debug: 'D', trace: 'T', unknown: '·' }

/** Colours that read on both themes in charts, by the names dashboards use. */
export const LEVEL_COLOR: Readonly<Record<Level, string>> = { critical: 'purple', error: 'red', warning: 'yellow', info: 'green', debug: 'blue', trace: 'light-blue', unknown: '#8e96a4' }

const ALIASES: Readonly<Record<string, Level>> = {
  emerg: 'critical', emergency: 'critical', fatal: 'critical', alert: 'critical', crit: 'critical', critical: 'critical', panic: 'critical',
  err: 'error', eror: 'error', error: 'error', severe: 'error',
  warn: 'warning', warning: 'warning',
  info: 'info', information: 'info', informational: 'info', notice: 'info',
  dbug: 'debug', debug: 'debug', fine: 'debug',
  trace: 'trace', finer: 'trace', finest: 'trace',
  0: 'critical', 1: 'critical', 2: 'critical', 3: 'error', 4: 'warning', 5: 'info', 6: 'info', 7: 'debug',
}

/** Labels that carry a level, first wins. */
const LEVEL_LABELS = ['level', 'detected_level', 'severity', 'severity_text', 'lvl', 'log_level', 'loglevel']

export function levelOf(text: string): Level {
  return ALIASES[text.trim().toLowerCase()] ?? 'unknown'
}

/** The level of a line: by its labels and fields, else the first level word in its first 400 characters. */
export function levelOfLine(line: string, ...fields: readonly Readonly<Record<string, string>>[]): Level {
  for (const name of LEVEL_LABELS) {
    for (const labels of fields) {
      const value = labels[name]
      if (value !== undefined) {
        const level = levelOf(value)
        if (level !== 'unknown') {
          return level
        }
      }
    }
  }
  const word = /\b(emerg|fatal|alert|crit|critical|err|error|warn|warning|info|notice|dbug|debug|trace)\b/i.exec(line.slice(0, 400))
  return word ? levelOf(word[1] ?? '') : 'unknown'
}
