import { EMPTY_CONFIG, type Mapping, type MappingResult } from '../frames/config.ts'
import type { Field } from '../frames/frame.ts'
import { reduce } from '../frames/reduce.ts'
import { formatDateTime } from '../time/format.ts'
import type { Zone } from '../time/zone.ts'
import { colorOf, valueColor, type Theme } from './colors.ts'
import { printValue } from './units.ts'

/** A value ready to be shown. */
export type Shown = { readonly text: string; readonly prefix: string; readonly suffix: string; readonly color: string | undefined; readonly value: unknown }

export type DisplayContext = { readonly theme: Theme; readonly zone: Zone }

/** How the values of one field are shown: mapping first, then unit and decimals, `noValue` for what is missing. */
export function displayOf(field: Field, context: DisplayContext, seriesIndex = 0): (value: unknown) => Shown {
  const config = field.config ?? EMPTY_CONFIG
  const min = config.min ?? numberOr(reduce(field.values, 'min'), 0)
  const max = config.max ?? numberOr(reduce(field.values, 'max'), 100)
  return (value) => {
    const mapped = mappingOf(value, config.mappings ?? [])
    const numeric = typeof value === 'number' ? value : undefined
    const ownColor = numeric === undefined ? undefined : valueColor(numeric, config, min, max, context.theme, seriesIndex)
    const color = mapped?.color === undefined ? ownColor : colorOf(mapped.color, context.theme)
    if (mapped?.text !== undefined && mapped.text !== '') {
      return { text: mapped.text, prefix: '', suffix: '', color, value }
    }
    if (value === null || value === undefined || value === '') {
      return { text: config.noValue ?? (value === '' ? '' : '-'), prefix: '', suffix: '', color, value }
    }
    if (field.type === 'time' && numeric !== undefined && config.unit === undefined) {
      return { text: formatDateTime(numeric, context.zone), prefix: '', suffix: '', color: undefined, value }
    }
    if (numeric !== undefined) {
      return { ...printValue(numeric, config.unit, config.decimals), color, value }
    }
    return { text: typeof value === 'object' ? JSON.stringify(value) : String(value), prefix: '', suffix: '', color, value }
  }
}

export function shownText(shown: Shown): string {
  return shown.prefix + shown.text + shown.suffix
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

function mappingOf(value: unknown, mappings: readonly Mapping[]): MappingResult | undefined {
  for (const mapping of mappings) {
    switch (mapping.kind) {
      case 'value': {
        const result = value === null || value === undefined ? mapping.options['null'] : mapping.options[String(value)]
        if (result) {
          return result
        }
        break
      }
      case 'range':
        if (typeof value === 'number' && value >= mapping.from && value <= mapping.to) {
          return mapping.result
        }
        break
      case 'regex': {
        const match = value === null || value === undefined ? null : mapping.pattern.exec(String(value))
        if (match) {
          const text = mapping.result.text?.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '')
          return { text, color: mapping.result.color }
        }
        break
      }
      case 'special':
        if (isSpecial(value, mapping.match)) {
          return mapping.result
        }
        break
    }
  }
  return undefined
}

function isSpecial(value: unknown, match: string): boolean {
  const missing = value === null || value === undefined
  const nan = typeof value === 'number' && Number.isNaN(value)
  switch (match) {
    case 'null':
      return missing
    case 'nan':
      return nan
    case 'null+nan':
      return missing || nan
    case 'true':
      return value === true
    case 'false':
      return value === false
    case 'empty':
      return value === ''
    default:
      return false
  }
}
