import type { ComponentType } from 'preact'
import type { Annotation, Datasource } from '../api/grafana.ts'
import type { Frame } from '../frames/frame.ts'
import type { Reader } from '../json/reader.ts'
import type { RowActions } from '../logs/details.tsx'
import type { LogRow } from '../logs/row.ts'
import type { Range, RawRange } from '../time/range.ts'
import type { Zone } from '../time/zone.ts'
import type { Theme } from '../units/colors.ts'

/** All that a panel's drawing may depend on. */
export type PanelProps = {
  readonly id: number
  readonly title: string
  readonly options: Reader
  /** Transformed and configured data; of log queries one frame per query. */
  readonly frames: readonly Frame[]
  readonly rows: readonly LogRow[]
  readonly range: Range
  readonly rawRange: RawRange
  readonly zone: Zone
  readonly theme: Theme
  readonly annotations: readonly Annotation[]
  /** Replaces variables in a text. */
  readonly text: (text: string) => string
  readonly onZoom: (range: Range) => void
  readonly onZoomOut: () => void
  readonly syncKey: string | undefined
  readonly actions: RowActions
  readonly terms: readonly string[]
  readonly datasource: Datasource | undefined
  /** The log queries behind the rows, variables filled in. */
  readonly logQueries: readonly string[]
  readonly height: number
  readonly width: number
}

/** One kind of panel: a folder that exports one of these, listed in `registry.ts`. */
export type PanelType = {
  readonly id: string
  readonly name: string
  /** Draws without asking any query. */
  readonly standalone?: boolean
  readonly View: ComponentType<PanelProps>
}
