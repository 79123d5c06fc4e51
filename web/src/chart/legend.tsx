import './chart.css'

export type LegendItem = { readonly name: string; readonly color: string; readonly visible: boolean; readonly calcs: readonly { readonly name: string; readonly text: string; readonly value: number }[] }

export type LegendProps = {
  readonly items: readonly LegendItem[]
  readonly mode: 'list' | 'table'
  readonly sortBy?: string
  readonly sortDesc?: boolean
  /** A plain click shows one series alone (or all again); with ctrl it switches one. */
  readonly onToggle: (name: string, alone: boolean) => void
}

/** The names of a chart's series with their reduced values; buttons that show and hide. */
export function Legend({ items, mode, sortBy, sortDesc = true, onToggle }: LegendProps) {
  const calcs = items[0]?.calcs.map((calc) => calc.name) ?? []
  const button = (item: LegendItem) => (
    <button
      type="button"
      class={`legend-item ${item.visible ? '' : 'is-off'}`}
      aria-pressed={item.visible}
      title={`${item.name}\nClick: only this one. Ctrl-click: show or hide.`}
      onClick={(event) => onToggle(item.name, !(event.ctrlKey || event.metaKey || event.shiftKey))}
    >
      <span class="swatch" style={{ background: item.color }} />
      <span class="legend-name">{item.name}</span>
    </button>
  )
  if (mode === 'table') {
    const at = calcs.indexOf(sortBy ?? '')
    const sorted = at < 0 ? items : [...items].sort((a, b) => ((a.calcs[at]?.value ?? 0) - (b.calcs[at]?.value ?? 0)) * (sortDesc ? -1 : 1))
    return (
      <div class="legend is-table" tabIndex={0} role="region" aria-label="Legend">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              {calcs.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((item) => (
              <tr key={item.name}>
                <td>{button(item)}</td>
                {item.calcs.map((calc) => (
                  <td key={calc.name}>{calc.text}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    )
  }
  return (
    <ul class="legend" aria-label="Legend">
      {items.map((item) => (
        <li key={item.name}>
          {button(item)}
          {item.calcs.map((calc) => (
            <span class="legend-calc" key={calc.name}>
              {calc.name}: <b>{calc.text}</b>
            </span>
          ))}
        </li>
      ))}
    </ul>
  )
}
