import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'
import { formatDateTime, formatNanos, formatPattern } from './format.ts'
import { describeRange, parseTime, resolveRange } from './range.ts'
import { lokiStep, panelInterval, roundInterval } from './step.ts'

const NOW = Date.parse('2026-11-23T20:47:05.500Z')

describe('step', () => {
  const hour = 3_600_000
  test.each([
    [hour, 1200, 2000],
    [hour, 800, 5000],
    [hour, 500, 5000],
    [hour, 1800, 2000],
    [hour, 300, 10_000],
    [5 * 60_000, 1200, 200],
    [15 * 60_000, 1200, 1000],
    [15 * 60_000, 1300, 500],
    [3 * hour, 1200, 10_000],
    [6 * hour, 1200, 20_000],
    [12 * hour, 1200, 30_000],
    [24 * hour, 1200, 60_000],
    [24 * hour, 600, 120_000],
    [48 * hour, 1200, 120_000],
    [7 * 24 * hour, 1200, 600_000],
    [7 * 24 * hour, 400, 1_800_000],
    [30 * 24 * hour, 1200, 1_800_000],
    [90 * 24 * hour, 1200, 7_200_000],
    [365 * 24 * hour, 1200, 21_600_000],
    [60_000, 1200, 50],
    [1000, 1200, 1],
  ])('%d ms over %d points is %d ms', (range, points, expected) => {
    expect(panelInterval(range, points)).toBe(expected)
  })

  test('a minimum interval wins', () => expect(panelInterval(hour, 1200, 30_000)).toBe(30_000))
  test('the ladder ends at a year', () => expect(roundInterval(1e12)).toBe(31_536_000_000))
  test('at most 11,000 points', () => expect(lokiStep(1000, 11_000_000 * 3)).toBe(3000))
  test('resolution multiplies', () => expect(lokiStep(2000, hour, 5)).toBe(10_000))
})

describe('times', () => {
  test.each([
    ['now', 'from', '2026-11-23T20:47:05.500Z'],
    ['now-1h', 'from', '2026-11-23T19:47:05.500Z'],
    ['now-1d/d', 'from', '2026-11-22T00:00:00.000Z'],
    ['now-1d/d', 'to', '2026-11-22T23:59:59.999Z'],
    ['now/w', 'from', '2026-11-23T00:00:00.000Z'],
    ['now/w', 'to', '2026-11-29T23:59:59.999Z'],
    ['now-1M/M', 'from', '2026-10-01T00:00:00.000Z'],
    ['now/Q', 'from', '2026-10-01T00:00:00.000Z'],
    ['now/fy', 'from', '2026-01-01T00:00:00.000Z'],
    ['now+1h', 'to', '2026-11-23T21:47:05.500Z'],
    ['1700000000000', 'from', '2023-11-14T22:13:20.000Z'],
    ['2026-11-23 10:00:00', 'from', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T10:00:00.000Z', 'to', '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T10:00:00+02:00', 'to', '2026-11-23T08:00:00.000Z'],
  ] as const)('%s as %s', (text, end, expected) => {
    expect(new Date(parseTime(text, end, NOW, 'utc') ?? Number.NaN).toISOString()).toBe(expected)
  })

  test.each(['', 'then', 'now-', 'now-1x', '2026-13-01', '2026-11-23 25:00:00'])('%s is no time', (text) => {
    expect(parseTime(text, 'from', NOW, 'utc')).toBeUndefined()
  })

  test('wall clocks follow the zone, over summer time too', () => {
    expect(new Date(parseTime('2026-07-01 00:00:00', 'from', NOW, 'Europe/Tallinn') ?? 0).toISOString()).toBe('2026-06-30T21:00:00.000Z')
    expect(new Date(parseTime('now/d', 'from', NOW, 'Europe/Tallinn') ?? 0).toISOString()).toBe('2026-11-22T22:00:00.000Z')
    expect(formatDateTime(NOW, 'Asia/Tokyo')).toBe('2026-11-24 05:47:05')
  })

  test('an empty range is none', () => expect(resolveRange({ from: 'now', to: 'now-1h' }, NOW, 'utc')).toBeUndefined())

  test('ranges have names', () => {
    const say = (from: string, to: string) => describeRange({ from, to }, (ms) => formatDateTime(ms, 'utc'), 'utc', NOW)
    expect(say('now-1h', 'now')).toBe('Last 1 hour')
    expect(say('now-42m', 'now')).toBe('Last 42 minutes')
    expect(say('1700000000000', '1700000060000')).toBe('2023-11-14 22:13:20 to 2023-11-14 22:14:20')
  })

  test('nanoseconds keep their digits', () => expect(formatNanos('1700000000123456789', 'utc')).toBe('2023-11-14 22:13:20.123456789'))
  test('patterns', () => expect(formatPattern(NOW, '[at] YYYY/M/D hh:mm A ddd', 'utc')).toBe('at 2026/11/23 08:47 PM Mon'))
})

describe('durations', () => {
  test.each([['30s', 30_000], ['1h30m', 5_400_000], ['500ms', 500], ['1d', 86_400_000], ['x', undefined], ['', undefined], ['5', undefined]])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })
  test('printed', () => {
    expect(formatDuration(90_000)).toBe('1m30s')
    expect(formatDuration(2000)).toBe('2s')
    expect(formatDuration(0)).toBe('0s')
  })
})
