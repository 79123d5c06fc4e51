import { Check, Num, Select, Text, type Path, type Setter } from './fields.tsx'

type Choices = readonly (readonly [value: string, text: string])[]
type Option =
  | { readonly kind: 'check'; readonly label: string; readonly path: Path; readonly otherwise?: boolean }
  | { readonly kind: 'text' | 'number'; readonly label: string; readonly path: Path }
  | { readonly kind: 'choice'; readonly label: string; readonly path: Path; readonly choices: Choices }

const option = (...path: Path): Path => ['options', ...path]
const custom = (...path: Path): Path => ['fieldConfig', 'defaults', 'custom', ...path]
const check = (label: string, path: Path, otherwise = false): Option => ({ kind: 'check', label, path, otherwise })
const text = (label: string, path: Path): Option => ({ kind: 'text', label, path })
const number = (label: string, path: Path): Option => ({ kind: 'number', label, path })
const choice = (label: string, path: Path, choices: Choices): Option => ({ kind: 'choice', label, path, choices })

const CALCULATION = choice('Calculation', option('reduceOptions', 'calcs', 0), [['lastNotNull', 'Last value'], ['last', 'Last, even when empty'], ['firstNotNull', 'First value'], ['mean', 'Mean'], ['min', 'Smallest'], ['max', 'Greatest'], ['sum', 'Total'], ['count', 'Count'], ['range', 'Range'], ['diff', 'Difference']])
const ORIENTATION = choice('Orientation', option('orientation'), [['auto', 'Automatic'], ['horizontal', 'Horizontal'], ['vertical', 'Vertical']])
const LEGEND = [
  check('Legend', option('legend', 'showLegend'), true),
  choice('Legend as', option('legend', 'displayMode'), [['list', 'List'], ['table', 'Table']]),
  choice('Legend at', option('legend', 'placement'), [['bottom', 'Bottom'], ['right', 'Right']]),
]
const TOOLTIP = choice('Tooltip', option('tooltip', 'mode'), [['single', 'One series'], ['multi', 'All series'], ['none', 'Off']])
const STACKING: Choices = [['none', 'Off'], ['normal', 'Normal'], ['percent', 'To 100 percent']]

/** What can be set for each panel type beside the fields' own settings. */
const OPTIONS: Readonly<Record<string, readonly Option[]>> = {
  timeseries: [
    choice('Style', custom('drawStyle'), [['line', 'Lines'], ['bars', 'Bars'], ['points', 'Points']]),
    choice('Between points', custom('lineInterpolation'), [['linear', 'Straight'], ['smooth', 'Smooth'], ['stepBefore', 'Step before'], ['stepAfter', 'Step after']]),
    number('Line width', custom('lineWidth')),
    number('Fill opacity', custom('fillOpacity')),
    choice('Stack', custom('stacking', 'mode'), STACKING),
    choice('Points', custom('showPoints'), [['auto', 'Automatic'], ['always', 'Always'], ['never', 'Never']]),
    check('Connect over gaps', custom('spanNulls')),
    text('Axis label', custom('axisLabel')),
    choice('Axis at', custom('axisPlacement'), [['auto', 'Automatic'], ['left', 'Left'], ['right', 'Right'], ['hidden', 'Hidden']]),
    choice('Scale', custom('scaleDistribution', 'type'), [['linear', 'Linear'], ['log', 'Logarithmic']]),
    choice('Thresholds as', custom('thresholdsStyle', 'mode'), [['off', 'Not shown'], ['line', 'Lines'], ['dashed', 'Dashed lines'], ['area', 'Areas'], ['line+area', 'Lines and areas']]),
    ...LEGEND,
    TOOLTIP,
  ],
  logs: [
    check('Time', option('showTime')),
    check('Labels', option('showLabels')),
    check('Labels common to all lines', option('showCommonLabels')),
    check('Wrap lines', option('wrapLogMessage')),
    check('Pretty JSON', option('prettifyLogMessage')),
    choice('Order', option('sortOrder'), [['Descending', 'Newest first'], ['Ascending', 'Oldest first']]),
    choice('Alike lines', option('dedupStrategy'), [['none', 'Show all'], ['exact', 'Fold exact'], ['numbers', 'Fold but for numbers'], ['signature', 'Fold by signature']]),
  ],
  stat: [
    CALCULATION,
    choice('Colour', option('colorMode'), [['value', 'Value'], ['background', 'Background'], ['none', 'None']]),
    choice('Graph', option('graphMode'), [['area', 'Area'], ['none', 'None']]),
    choice('Text', option('textMode'), [['auto', 'Automatic'], ['value', 'Value'], ['value_and_name', 'Value and name'], ['name', 'Name'], ['none', 'None']]),
    ORIENTATION,
  ],
  gauge: [CALCULATION, ORIENTATION, check('Threshold markers', option('showThresholdMarkers'), true)],
  bargauge: [CALCULATION, ORIENTATION, choice('Style', option('displayMode'), [['gradient', 'Gradient'], ['lcd', 'Blocks'], ['basic', 'Plain']]), check('Unfilled part', option('showUnfilled'), true)],
  table: [
    check('Header', option('showHeader'), true),
    choice('Row height', option('cellHeight'), [['sm', 'Small'], ['md', 'Middle'], ['lg', 'Large']]),
    choice('Cells', custom('cellOptions', 'type'), [['auto', 'Plain'], ['color-text', 'Coloured text'], ['color-background', 'Coloured background'], ['gauge', 'Bar']]),
    choice('Align', custom('align'), [['auto', 'Automatic'], ['left', 'Left'], ['center', 'Centre'], ['right', 'Right']]),
    check('Filter by column', custom('filterable')),
  ],
  barchart: [text('Names from the field', option('xField')), ORIENTATION, choice('Stack', option('stacking'), STACKING), choice('Values', option('showValue'), [['auto', 'Automatic'], ['always', 'Always'], ['never', 'Never']]), ...LEGEND],
  piechart: [CALCULATION, choice('Shape', option('pieType'), [['pie', 'Pie'], ['donut', 'Ring']]), choice('Order', option('sort'), [['desc', 'Greatest first'], ['asc', 'Smallest first'], ['none', 'As it comes']]), ...LEGEND],
  histogram: [number('Bucket size', option('bucketSize')), number('Buckets', option('bucketCount')), check('Combine all series', option('combine')), ...LEGEND],
  heatmap: [check('Calculate from data', option('calculate')), text('Colours', option('color', 'scheme')), check('Values in the cells', option('showValue'))],
  'state-timeline': [check('Join equal values', option('mergeValues'), true), choice('Values', option('showValue'), [['auto', 'Automatic'], ['always', 'Always'], ['never', 'Never']]), number('Row height', option('rowHeight'))],
  text: [choice('Written in', option('mode'), [['markdown', 'Markdown'], ['html', 'HTML'], ['code', 'Plain text']])],
  alertlist: [number('Most alerts', option('maxItems')), choice('View', option('viewMode'), [['list', 'List'], ['stat', 'Number']])],
  dashlist: [check('Starred', option('showStarred'), true), check('Viewed recently', option('showRecentlyViewed')), check('Found by a search', option('showSearch')), text('Search for', option('query')), number('Most dashboards', option('maxItems'))],
}

/** The settings of one panel type. */
export function Options({ type, panel, set }: Pick<Setter, 'panel' | 'set'> & { readonly type: string }) {
  return (
    <>
      {(OPTIONS[type] ?? []).map((one) => {
        const shared = { panel, set, path: one.path, label: one.label, key: one.label }
        switch (one.kind) {
          case 'check':
            return <Check {...shared} otherwise={one.otherwise ?? false} />
          case 'text':
            return <Text {...shared} />
          case 'number':
            return <Num {...shared} />
          case 'choice':
            return <Select {...shared} choices={one.choices} />
        }
      })}
    </>
  )
}
