import type { FieldConfig, Thresholds } from '../frames/config.ts'
import { reduce } from '../frames/reduce.ts'

const DARK: Readonly<Record<string, string>> = {
  red: '#F2495C', 'super-light-red': '#FFA6B0', 'light-red': '#FF7383', 'semi-dark-red': '#E02F44', 'dark-red': '#C4162A',
  orange: '#FF9830', 'super-light-orange': '#FFCB7D', 'light-orange': '#FFB357', 'semi-dark-orange': '#FF780A', 'dark-orange': '#FA6400',
  yellow: '#FADE2A', 'super-light-yellow': '#FFF899', 'light-yellow': '#FFEE52', 'semi-dark-yellow': '#F2CC0C', 'dark-yellow': '#E0B400',
  green: '#73BF69', 'super-light-green': '#C8F2C2', 'light-green': '#96D98D', 'semi-dark-green': '#56A64B', 'dark-green': '#37872D',
  blue: '#5794F2', 'super-light-blue': '#C0D8FF', 'light-blue': '#8AB8FF', 'semi-dark-blue': '#3274D9', 'dark-blue': '#1F60C4',
  purple: '#B877D9', 'super-light-purple': '#DEB6F2', 'light-purple': '#CA95E5', 'semi-dark-purple': '#A352CC', 'dark-purple': '#8F3BB8',
}

/** Light themes take the next darker shade. */
const DARKER: readonly (readonly [string, string])[] = [
  ['super-light-', 'light-'],
  ['light-', ''],
  ['', 'semi-dark-'],
  ['semi-dark-', 'dark-'],
  ['dark-', 'dark-'],
]

const CLASSIC: readonly string[] = [
  'green', 'semi-dark-yellow', 'blue', 'orange', 'red', 'purple',
  'dark-green', 'dark-yellow', 'dark-blue', 'dark-orange', 'dark-red', 'dark-purple',
  'super-light-green', 'super-light-yellow', 'super-light-blue', 'super-light-orange', 'super-light-red', 'super-light-purple',
  '#447EBC', '#C15C17', '#890F02', '#0A437C', '#6D1F62', '#584477', '#B7DBAB', '#F4D598', '#70DBED', '#F9BA8F', '#F29191', '#82B5D8',
  '#E5A8E2', '#AEA2E0', '#629E51', '#E5AC0E', '#64B0C8', '#E0752D', '#BF1B00', '#0A50A1', '#962D82', '#614D93', '#9AC48A', '#F2C96D',
  '#65C5DB', '#F9934E', '#EA6460', '#5195CE', '#D683CE', '#806EB7', '#3F6833', '#967302', '#2F575E', '#99440A', '#58140C', '#052B51',
  '#511749', '#3F2B5B',
]

export type Theme = 'light' | 'dark'

/** A CSS colour for a name of a dashboard file; unknown names pass as CSS if they look like a colour. */
export function colorOf(name: string, theme: Theme): string {
  if (name in DARK) {
    const [shade, hue] = splitShade(name)
    const shown = theme === 'light' ? `${DARKER.find(([from]) => from === shade)?.[1] ?? shade}${hue}` : name
    return DARK[shown] ?? DARK[name] ?? '#808080'
  }
  switch (name) {
    case 'text':
      return theme === 'light' ? '#1d2433' : '#dde3ee'
    case 'panel-bg':
      return theme === 'light' ? '#ffffff' : '#171b24'
    default:
      return /^(#[0-9a-f]{3,8}|[a-z]+|(rgb|hsl)a?\([\d\s.,%/]+\))$/i.test(name) ? name : '#808080'
  }
}

function splitShade(name: string): readonly [string, string] {
  const at = name.lastIndexOf('-')
  return at < 0 ? ['', name] : [name.slice(0, at + 1), name.slice(at + 1)]
}

export function paletteColor(index: number, theme: Theme): string {
  return colorOf(CLASSIC[((index % CLASSIC.length) + CLASSIC.length) % CLASSIC.length] ?? 'green', theme)
}

const GRADIENTS: Readonly<Record<string, readonly string[]>> = {
  'continuous-GrYlRd': ['green', 'yellow', 'red'],
  'continuous-RdYlGr': ['red', 'yellow', 'green'],
  'continuous-YlRd': ['yellow', 'red'],
  'continuous-BlPu': ['blue', 'purple'],
  'continuous-YlBl': ['yellow', 'blue'],
  'continuous-blues': ['super-light-blue', 'dark-blue'],
  'continuous-reds': ['super-light-red', 'dark-red'],
  'continuous-greens': ['super-light-green', 'dark-green'],
  'continuous-purples': ['super-light-purple', 'dark-purple'],
  'continuous-viridis': ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'],
  'continuous-magma': ['#000004', '#51127c', '#b73779', '#fc8961', '#fcfdbf'],
  'continuous-plasma': ['#0d0887', '#7e03a8', '#cc4778', '#f89540', '#f0f921'],
  'continuous-inferno': ['#000004', '#57106e', '#bc3754', '#f98e09', '#fcffa4'],
  'continuous-cividis': ['#00224e', '#434e6c', '#7d7c78', '#bcae6c', '#fee838'],
}

/** Colours of the heatmap schemes by name, light to strong. */
export const SCHEMES: Readonly<Record<string, readonly string[]>> = {
  Oranges: ['#fff5eb', '#fdd0a2', '#fd8d3c', '#d94801', '#7f2704'],
  Blues: ['#f7fbff', '#c6dbef', '#6baed6', '#2171b5', '#08306b'],
  Greens: ['#f7fcf5', '#c7e9c0', '#74c476', '#238b45', '#00441b'],
  Reds: ['#fff5f0', '#fcbba1', '#fb6a4a', '#cb181d', '#67000d'],
  Purples: ['#fcfbfd', '#dadaeb', '#9e9ac8', '#6a51a3', '#3f007d'],
  Greys: ['#ffffff', '#d9d9d9', '#969696', '#525252', '#000000'],
  Spectral: ['#9e0142', '#f46d43', '#ffffbf', '#66c2a5', '#5e4fa2'],
  RdYlGn: ['#a50026', '#f46d43', '#ffffbf', '#66bd63', '#006837'],
  Viridis: ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'],
  Magma: ['#000004', '#51127c', '#b73779', '#fc8961', '#fcfdbf'],
  Plasma: ['#0d0887', '#7e03a8', '#cc4778', '#f89540', '#f0f921'],
  Inferno: ['#000004', '#57106e', '#bc3754', '#f98e09', '#fcffa4'],
  Turbo: ['#30123b', '#28bceb', '#a4fc3c', '#fb7e21', '#7a0403'],
}

/** A colour `part` (0 to 1) of the way along stops given as `#rrggbb`. */
export function along(stops: readonly string[], part: number): string {
  const at = Math.min(1, Math.max(0, part)) * (stops.length - 1)
  const low = channels(stops[Math.floor(at)] ?? '#808080')
  const high = channels(stops[Math.ceil(at)] ?? '#808080')
  const share = at - Math.floor(at)
  return `rgb(${low.map((channel, i) => Math.round(channel + ((high[i] ?? 0) - channel) * share)).join(', ')})`
}

function channels(hex: string): readonly number[] {
  const short = hex.length === 4
  return [1, 2, 3].map((i) => (short ? Number.parseInt((hex[i] ?? '0').repeat(2), 16) : Number.parseInt(hex.slice(2 * i - 1, 2 * i + 1), 16)))
}

/** The colour of the highest threshold step a value reaches. */
export function thresholdColor(value: number, thresholds: Thresholds | undefined, min: number, max: number, theme: Theme): string {
  const steps = thresholds?.steps ?? [{ value: Number.NEGATIVE_INFINITY, color: 'green' }, { value: 80, color: 'red' }]
  const shown = thresholds?.mode === 'percentage' ? (max === min ? 0 : ((value - min) / (max - min)) * 100) : value
  const reached = steps.filter((step, at) => at === 0 || shown >= step.value).at(-1)
  return colorOf(reached?.color ?? 'green', theme)
}

/** The colour of one value under a field's configuration, mappings left aside. */
export function valueColor(value: number, config: FieldConfig, min: number, max: number, theme: Theme, seriesIndex: number): string {
  const mode = config.color?.mode ?? 'thresholds'
  const stops = GRADIENTS[mode]
  if (stops) {
    return along(stops.map((stop) => colorOf(stop, 'dark')), max === min ? 0 : (value - min) / (max - min))
  }
  return mode === 'thresholds' ? thresholdColor(value, config.thresholds, min, max, theme) : seriesColor(config, [value], seriesIndex, '', theme)
}

/** The one colour of a whole series. */
export function seriesColor(config: FieldConfig, values: readonly unknown[], index: number, name: string, theme: Theme): string {
  const color = config.color
  const mode = color?.mode ?? 'palette-classic'
  if ((mode === 'fixed' || mode === 'shades') && color?.fixed) {
    return colorOf(color.fixed, theme)
  }
  if (mode === 'thresholds' || mode in GRADIENTS) {
    const value = reduce(values, color?.seriesBy === 'min' ? 'min' : color?.seriesBy === 'max' ? 'max' : 'lastNotNull')
    const [min, max] = [config.min ?? Number(reduce(values, 'min') ?? 0), config.max ?? Number(reduce(values, 'max') ?? 1)]
    return valueColor(typeof value === 'number' ? value : 0, config, min, max, theme, index)
  }
  if (mode === 'palette-classic-by-name') {
    return paletteColor([...name].reduce((hash, c) => (hash * 31 + c.charCodeAt(0)) | 0, 7) & 0xffff, theme)
  }
  return paletteColor(index, theme)
}

/** Black or white, whichever reads better on the colour. */
export function textOn(color: string): string {
  const parts = color.startsWith('#') ? channels(color) : [...color.matchAll(/\d+/g)].slice(0, 3).map(([n]) => Number(n))
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4))
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return luminance > 0.183 ? '#0b0d10' : '#ffffff'
}
