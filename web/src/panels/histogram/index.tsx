import { useMemo } from 'preact/hooks'
import { read } from '../../json/reader.ts'
import type { Field, Frame } from '../../frames/frame.ts'
import { valueText } from '../../units/units.ts'
import { barChartPanel } from '../barchart/index.tsx'
import type { PanelProps, PanelType } from '../panel.ts'
import { histogram } from '../../frames/transform/histogram.ts'

function Histogram(props: PanelProps) {
  const { frames, options } = props
  const shown = useMemo(() => {
    const buckets = histogram(frames, options)
    return buckets ? [named(buckets)] : []
  }, [frames, options])
  return <barChartPanel.View {...props} frames={shown} options={read({ xField: 'Bucket', showValue: 'never', legend: options.at('legend').value, stacking: options.at('stacking').value })} />
}

/** The buckets' bounds as one text column. */
function named(frame: Frame): Frame {
  const [low, high, ...counts] = frame.fields
  const unit = counts[0]?.config?.unit
  const bucket: Field = { name: 'Bucket', type: 'string', values: (low?.values ?? []).map((value, at) => `${valueText(Number(value), unit)} to ${valueText(Number(high?.values[at]), unit)}`) }
  return { refId: frame.refId, fields: [bucket, ...counts.map((field) => ({ ...field, config: { custom: {}, ...(field.config?.color ? { color: field.config.color } : {}) } }))] }
}

export const histogramPanel: PanelType = { id: 'histogram', name: 'Histogram', View: Histogram }
