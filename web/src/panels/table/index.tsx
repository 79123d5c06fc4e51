import { useMemo, useState } from 'preact/hooks'
import './table.css'
import { custom } from '../../frames/config.ts'
import { displayName, rowCount, timeField, type Field, type Frame } from '../../frames/frame.ts'
import { reduce, reducerName } from '../../frames/reduce.ts'
import { textOn } from '../../units/colors.ts'
import { displayOf, shownText, type Shown } from '../../units/display.ts'
import { Icon } from '../../ui/icon.tsx'
import type { PanelProps, PanelType } from '../panel.ts'
import { safeUrl } from '../../ui/safe-url.ts'

/** Rows drawn at once; a page holds as many. */
const PAGE = 200

function TablePanel({ frames, options, theme, zone, text }: PanelProps) {
  const tables = useMemo(() => asTables(frames), [frames])
  const [chosen, setChosen] = useState<number | undefined>(undefined)
  const [page, setPage] = useState(0)
  const saved = options.at('sortBy').list()[0]
  const [sort, setSort] = useState<{ readonly name: string; readonly desc: boolean } | undefined>(saved ? { name: saved.at('displayName').str(''), desc: saved.at('desc').bool(false) } : undefined)
  const frame = tables[chosen ?? options.at('frameIndex').num(0)] ?? tables[0]
  const fields = useMemo(() => frame?.fields.filter((field) => !custom(field, 'hidden').bool(false) && !custom(field, 'hideFrom', 'viz').bool(false)) ?? [], [frame])
  const columns = useMemo(() => fields.map((field, at) => ({ field, name: displayName(field, frame), show: displayOf(field, { theme, zone }, at) })), [fields, frame, theme, zone])
  const order = useMemo(() => (frame ? sortedRows(frame, sort) : []), [frame, sort])
  if (!frame || columns.length === 0) {
    return <div class="empty">No data</div>
  }
  const pages = Math.max(1, Math.ceil(order.length / PAGE))
  const shownPage = Math.min(page, pages - 1)
  const footer = options.at('footer', 'show').bool(false)
  const reducers = options.at('footer', 'reducer').strings()
  return (
    <div class={`table-panel is-${options.at('cellHeight').oneOf(['sm', 'md', 'lg'], 'sm')}`}>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Table">
        <table>
          {options.at('showHeader').bool(true) && (
            <thead>
              <tr>
                {columns.map(({ field, name }) => (
                  <th key={name} scope="col" class={alignment(field)} aria-sort={sort?.name === name ? (sort.desc ? 'descending' : 'ascending') : 'none'}>
                    <button type="button" onClick={() => setSort(nextSort(sort, name))}>
                      {name}
                      {sort?.name === name && <Icon name={sort.desc ? 'down' : 'up'} />}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {order.slice(shownPage * PAGE, (shownPage + 1) * PAGE).map((row) => (
              <tr key={row}>
                {columns.map(({ field, name, show }) => (
                  <Cell key={name} field={field} shown={show(field.values[row])} link={linkOf(field, row, columns, text)} />
                ))}
              </tr>
            ))}
          </tbody>
          {footer && (
            <tfoot>
              <tr>
                {columns.map(({ field, name, show }, at) => (
                  <td key={name} class={alignment(field)}>
                    {field.type === 'number' && reducers[0] !== undefined ? shownText(show(reduce(field.values, reducers[0]))) : at === 0 && reducers[0] !== undefined ? reducerName(reducers[0]) : ''}
                  </td>
                ))}
              </tr>
            </tfoot>
          )}
        </table>
      </div>
      {(pages > 1 || tables.length > 1) && (
        <div class="table-foot">
          {tables.length > 1 && (
            <select class="select" aria-label="Series" value={chosen ?? 0} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
              {tables.map((table, at) => (
                <option key={at} value={at}>
                  {table.name ?? table.refId}
                </option>
              ))}
            </select>
          )}
          {pages > 1 && (
            <>
              <span>
                {shownPage * PAGE + 1} to {Math.min(order.length, (shownPage + 1) * PAGE)} of {order.length}
              </span>
              <button type="button" class="button is-small is-icon" aria-label="Previous page" disabled={shownPage === 0} onClick={() => setPage(shownPage - 1)}>
                <Icon name="left" />
              </button>
              <button type="button" class="button is-small is-icon" aria-label="Next page" disabled={shownPage === pages - 1} onClick={() => setPage(shownPage + 1)}>
                <Icon name="right" />
              </button>
            </>
          )}
        </div>
      )}
    </div>
  )
}

/** Single-sample series become one table with a column per label; other frames stay as they are. */
export function asTables(frames: readonly Frame[]): readonly Frame[] {
  const instant = frames.length > 1 && frames.every((frame) => rowCount(frame) === 1 && timeField(frame) && frame.fields.length === 2 && frame.fields[1]?.labels)
  if (!instant) {
    return frames
  }
  const names = [...new Set(frames.flatMap((frame) => Object.keys(frame.fields[1]?.labels ?? {})))].sort()
  const value = frames[0]?.fields[1]
  return [
    {
      refId: frames[0]?.refId ?? 'A',
      fields: [
        { name: 'Time', type: 'time', values: frames.map((frame) => frame.fields[0]?.values[0]) },
        ...names.map((name): Field => ({ name, type: 'string', values: frames.map((frame) => frame.fields[1]?.labels?.[name] ?? '') })),
        { name: `Value #${frames[0]?.refId ?? 'A'}`, type: 'number', values: frames.map((frame) => frame.fields[1]?.values[0]), ...(value?.config ? { config: value.config } : {}) },
      ],
    },
  ]
}

function sortedRows(frame: Frame, sort: { readonly name: string; readonly desc: boolean } | undefined): readonly number[] {
  const order = Array.from({ length: rowCount(frame) }, (_, at) => at)
  const field = sort && frame.fields.find((one) => displayName(one, frame) === sort.name)
  if (!field || !sort) {
    return order
  }
  const sign = sort.desc ? -1 : 1
  const collator = new Intl.Collator('en', { numeric: true })
  return order.sort((a, b) => {
    const [left, right] = [field.values[a], field.values[b]]
    return sign * (typeof left === 'number' && typeof right === 'number' ? left - right : collator.compare(String(left ?? ''), String(right ?? '')))
  })
}

function nextSort(sort: { readonly name: string; readonly desc: boolean } | undefined, name: string): { readonly name: string; readonly desc: boolean } | undefined {
  return sort?.name !== name ? { name, desc: false } : sort.desc ? undefined : { name, desc: true }
}

function alignment(field: Field): string {
  const align = custom(field, 'align').oneOf(['auto', 'left', 'center', 'right'], 'auto')
  return `is-${align === 'auto' ? (field.type === 'number' ? 'right' : 'left') : align}`
}

function linkOf(field: Field, row: number, columns: readonly { readonly field: Field; readonly name: string }[], text: (text: string) => string): { readonly url: string; readonly newTab: boolean; readonly title: string } | undefined {
  const link = field.config?.links?.[0]
  if (!link) {
    return undefined
  }
  const value = field.values[row]
  const filled = text(
    link.url.replace(/\$\{__value\.(raw|text|numeric)\}|\$\{__data\.fields(?:\.([^}["]+)|\["([^"]+)"\]|\[(\d+)\])\}/g, (_, part?: string, dotted?: string, keyed?: string, index?: string) => {
      const other = index === undefined ? columns.find(({ name }) => name === (dotted ?? keyed)) : columns[Number(index)]
      return encodeURIComponent(String((part === undefined ? other?.field.values[row] : value) ?? ''))
    }),
  )
  const url = safeUrl(filled)
  return url === undefined ? undefined : { url, newTab: link.newTab, title: link.title }
}

function Cell({ field, shown, link }: { field: Field; shown: Shown; link: ReturnType<typeof linkOf> }) {
  const type = custom(field, 'cellOptions', 'type').str('auto')
  const width = custom(field, 'width').num()
  const color = shown.color
  const numeric = typeof shown.value === 'number'
  const style: Record<string, string> = {
    ...(width === undefined ? {} : { minWidth: `${width}px`, maxWidth: `${width}px` }),
    ...(type === 'color-background' && color !== undefined ? { background: color, color: textOn(color) } : {}),
  }
  const body = type === 'gauge' && numeric ? <GaugeCell field={field} value={shown.value as number} color={color ?? 'var(--accent)'} text={shownText(shown)} /> : shownText(shown)
  return (
    <td class={`${alignment(field)} ${type === 'color-text' ? 'is-colored' : ''} ${custom(field, 'wrapText').bool(false) || custom(field, 'cellOptions', 'wrapText').bool(false) ? 'is-wrapped' : ''}`} style={type === 'color-text' && color !== undefined ? { ...style, '--cell-color': color } : style} title={shownText(shown).slice(0, 1000)}>
      {link ? (
        <a href={link.url} title={link.title} target={link.newTab ? '_blank' : undefined} rel="noopener noreferrer">
          {body}
        </a>
      ) : (
        body
      )}
    </td>
  )
}

function GaugeCell({ field, value, color, text }: { field: Field; value: number; color: string; text: string }) {
  const min = field.config?.min ?? Math.min(0, Number(reduce(field.values, 'min') ?? 0))
  const max = field.config?.max ?? Number(reduce(field.values, 'max') ?? 100)
  const share = max === min ? 0 : Math.min(1, Math.max(0, (value - min) / (max - min)))
  return (
    <span class="cell-gauge">
      <span class="cell-gauge-track">
        <span style={{ width: `${share * 100}%`, background: color }} />
      </span>
      {text}
    </span>
  )
}

export const tablePanel: PanelType = { id: 'table', name: 'Table', View: TablePanel }
