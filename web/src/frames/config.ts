import { read, type Reader } from '../json/reader.ts'
import { displayName, type Field, type Frame } from './frame.ts'

export type ColorConfig = { readonly mode: string; readonly fixed: string | undefined; readonly seriesBy: 'last' | 'min' | 'max' }
export type Threshold = { readonly value: number; readonly color: string }
export type Thresholds = { readonly mode: 'absolute' | 'percentage'; readonly steps: readonly Threshold[] }
export type MappingResult = { readonly text: string | undefined; readonly color: string | undefined }
export type Mapping =
  | { readonly kind: 'value'; readonly options: Readonly<Record<string, MappingResult>> }
  | { readonly kind: 'range'; readonly from: number; readonly to: number; readonly result: MappingResult }
  | { readonly kind: 'regex'; readonly pattern: RegExp; readonly result: MappingResult }
  | { readonly kind: 'special'; readonly match: string; readonly result: MappingResult }
export type Link = { readonly title: string; readonly url: string; readonly newTab: boolean }

/** How a field is shown. `custom` holds what only one panel type understands. */
export type FieldConfig = {
  readonly displayName?: string
  readonly unit?: string
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  readonly noValue?: string
  readonly color?: ColorConfig
  readonly thresholds?: Thresholds
  readonly mappings?: readonly Mapping[]
  readonly links?: readonly Link[]
  readonly filterable?: boolean
  readonly custom: Readonly<Record<string, unknown>>
}

const NO_CUSTOM: Readonly<Record<string, unknown>> = {}
export const EMPTY_CONFIG: FieldConfig = { custom: NO_CUSTOM }

/** What one panel-type-specific option of a field is, as something readable. */
export function custom(field: Field | undefined, ...path: readonly string[]): Reader {
  return read(field?.config?.custom).at(...path)
}

export function parseThresholds(json: Reader): Thresholds | undefined {
  if (!json.present) {
    return undefined
  }
  const steps = json
    .at('steps')
    .list()
    .map((step) => ({ value: step.at('value').num(Number.NEGATIVE_INFINITY), color: step.at('color').str('green') }))
    .sort((a, b) => a.value - b.value)
  return { mode: json.at('mode').oneOf(['absolute', 'percentage'], 'absolute'), steps }
}

export function parseMappings(json: Reader): readonly Mapping[] {
  return json.list().flatMap((mapping): readonly Mapping[] => {
    const options = mapping.at('options')
    const result = (at: Reader): MappingResult => ({ text: at.at('text').str(), color: at.at('color').str() })
    switch (mapping.at('type').text('')) {
      case 'value':
        return [{ kind: 'value', options: Object.fromEntries(options.entries().map(([key, value]) => [key, result(value)])) }]
      case 'range':
        return [{ kind: 'range', from: options.at('from').num(Number.NEGATIVE_INFINITY), to: options.at('to').num(Number.POSITIVE_INFINITY), result: result(options.at('result')) }]
      case 'regex': {
        const pattern = patternOf(options.at('pattern').str(''))
        return pattern ? [{ kind: 'regex', pattern, result: result(options.at('result')) }] : []
      }
      case 'special':
        return [{ kind: 'special', match: options.at('match').str('null'), result: result(options.at('result')) }]
      case '1':
        return [{ kind: 'value', options: { [mapping.at('value').text('')]: result(mapping) } }]
      case '2':
        return [{ kind: 'range', from: mapping.at('from').num(Number.NEGATIVE_INFINITY), to: mapping.at('to').num(Number.POSITIVE_INFINITY), result: result(mapping) }]
      default:
        return []
    }
  })
}

/** A regular expression from `/…/flags` or plain text; undefined when it does not compile. */
export function patternOf(text: string): RegExp | undefined {
  const slashed = /^\/(.*)\/([a-z]*)$/s.exec(text)
  try {
    return slashed ? new RegExp(slashed[1] ?? '', (slashed[2] ?? '').replace('g', '')) : new RegExp(text)
  } catch {
    return undefined
  }
}

/** Sets one property by the id that `defaults` and overrides share, such as `unit` or `custom.lineWidth`. */
function withProperty(config: FieldConfig, id: string, value: Reader): FieldConfig {
  const text = value.text('')
  const number = value.num()
  switch (id) {
    case 'displayName':
      return text === '' ? config : { ...config, displayName: text }
    case 'unit':
      return text === '' ? config : { ...config, unit: text }
    case 'noValue':
      return text === '' ? config : { ...config, noValue: text }
    case 'decimals':
      return number === undefined ? config : { ...config, decimals: number }
    case 'min':
      return number === undefined ? config : { ...config, min: number }
    case 'max':
      return number === undefined ? config : { ...config, max: number }
    case 'filterable':
      return { ...config, filterable: value.bool(false) }
    case 'color':
      return { ...config, color: { mode: value.at('mode').str('fixed'), fixed: value.at('fixedColor').str(), seriesBy: value.at('seriesBy').oneOf(['last', 'min', 'max'], 'last') } }
    case 'thresholds': {
      const thresholds = parseThresholds(value)
      return thresholds ? { ...config, thresholds } : config
    }
    case 'mappings':
      return { ...config, mappings: parseMappings(value) }
    case 'links':
      return {
        ...config,
        links: value.list().map((link) => ({ title: link.at('title').str('Open'), url: link.at('url').str(''), newTab: link.at('targetBlank').bool(false) })),
      }
    default:
      return id.startsWith('custom.') ? { ...config, custom: withCustom(config.custom, id.slice(7).split('.'), value.value) } : config
  }
}

function withCustom(custom: Readonly<Record<string, unknown>>, path: readonly string[], value: unknown): Readonly<Record<string, unknown>> {
  const [key = '', ...rest] = path
  const below = custom[key]
  return { ...custom, [key]: rest.length === 0 ? value : withCustom(typeof below === 'object' && below !== null ? { ...below } : {}, rest, value) }
}

const PROPERTIES = ['displayName', 'unit', 'noValue', 'decimals', 'min', 'max', 'filterable', 'color', 'thresholds', 'mappings', 'links']

/** The frames with `fieldConfig` (defaults, then the overrides that match) on every field. */
export function applyFieldConfig(frames: readonly Frame[], fieldConfig: Reader, text: (text: string, field: Field) => string): readonly Frame[] {
  const defaults = fieldConfig.at('defaults')
  let base: FieldConfig = { custom: { ...(defaults.at('custom').value as Record<string, unknown> | undefined) } }
  for (const id of PROPERTIES) {
    const value = defaults.at(id)
    if (value.present) {
      base = withProperty(base, id, value)
    }
  }
  const overrides = fieldConfig
    .at('overrides')
    .list()
    .map((override) => ({ matches: matcher(override.at('matcher')), properties: override.at('properties').list() }))
  return frames.map((frame) => ({
    ...frame,
    fields: frame.fields.map((field) => {
      let config: FieldConfig = field.config ? { ...base, ...field.config, custom: { ...base.custom, ...field.config.custom } } : base
      for (const { matches, properties } of overrides) {
        if (matches(field, frame)) {
          for (const property of properties) {
            config = withProperty(config, property.at('id').str(''), property.at('value'))
          }
        }
      }
      if (config.displayName?.includes('$')) {
        config = { ...config, displayName: text(config.displayName, field) }
      }
      return { ...field, config }
    }),
  }))
}

type FieldMatcher = (field: Field, frame: Frame) => boolean

/** What a field matcher of an override or a transformation selects; an unknown one selects nothing. */
export function matcher(json: Reader): FieldMatcher {
  const options = json.at('options')
  const named = (name: string): FieldMatcher => (field, frame) => field.name === name || displayName(field, frame) === name
  switch (json.at('id').str('')) {
    case 'byName':
      return named(options.text(''))
    case 'byNames': {
      const names = new Set(options.at('names').present ? options.at('names').strings() : options.strings())
      const exclude = options.at('mode').str('') === 'exclude'
      return (field, frame) => field.type !== 'time' && (names.has(displayName(field, frame)) || names.has(field.name)) !== exclude
    }
    case 'byRegexp': {
      const pattern = patternOf(options.str(''))
      return (field, frame) => pattern !== undefined && (pattern.test(displayName(field, frame)) || pattern.test(field.name))
    }
    case 'byType':
      return (field) => field.type === options.str('')
    case 'byTypes': {
      const types = new Set(options.strings())
      return (field) => types.has(field.type)
    }
    case 'byFrameRefID':
      return (_, frame) => frame.refId === options.str('')
    case 'numeric':
      return (field) => field.type === 'number'
    case 'time':
      return (field) => field.type === 'time'
    case 'anyOf': {
      const any = options.list().map(matcher)
      return (field, frame) => any.some((matches) => matches(field, frame))
    }
    case 'allOf': {
      const all = options.list().map(matcher)
      return (field, frame) => all.every((matches) => matches(field, frame))
    }
    case 'invert': {
      const inner = matcher(options)
      return (field, frame) => !inner(field, frame)
    }
    default:
      return () => false
  }
}
