import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { applyFieldConfig } from '../frames/config.ts'
import { isKnownTransformation, transform } from '../frames/transform/index.ts'
import { loadPanel, isKnownPanel } from '../panels/registry.ts'
import type { PanelType } from '../panels/panel.ts'
import { timeField, type Frame } from '../frames/frame.ts'
import { joinByField } from '../frames/transform/shape.ts'
import { read } from '../json/reader.ts'
import { formatDateTime } from '../time/format.ts'
import { absolute, zoomOut } from '../time/range.ts'
import { Dropdown, MenuItem } from '../ui/dropdown.tsx'
import { Icon } from '../ui/icon.tsx'
import { href, setQuery } from '../ui/router.ts'
import { theme } from '../ui/theme.ts'
import { errorText } from '../api/http.ts'
import { dashboardLink, exploreUrl } from './links.ts'
import type { Placed } from './layout.ts'
import type { DashboardModel } from './model.ts'
import { PanelQuery, type PanelData } from './panel-query.ts'
import { highlightTerms } from '../logs/terms.ts'
import type { RowActions } from '../logs/details.tsx'
import { linksOf } from '../logs/links.ts'

export type PanelFrameProps = {
  readonly model: DashboardModel
  readonly placed: Placed
  /** Shown alone, in all the room. */
  readonly alone: boolean
  readonly menu?: (close: () => void, data: PanelData) => ComponentChildren
}

/** A panel on the page: title, state, menu, and the drawing once it is in view. */
export function PanelFrame({ model, placed, alone, menu }: PanelFrameProps) {
  const { panel, scoped, id } = placed
  const box = useRef<HTMLElement>(null)
  const latestPanel = useRef(panel)
  latestPanel.current = panel
  const query = useMemo(() => new PanelQuery(model, () => latestPanel.current, scoped), [model, placed.key, JSON.stringify(scoped), JSON.stringify(panel.value)])
  const [size, setSize] = useState({ width: 0, height: 0 })
  const [seen, setSeen] = useState(false)
  const type = panel.at('type').str('')
  const [loaded, setLoaded] = useState<{ readonly type?: PanelType; readonly problem?: string }>({})

  useEffect(() => query.start(), [query])
  useEffect(() => {
    loadPanel(type).then(
      (found) => setLoaded({ type: found }),
      (error: unknown) => setLoaded({ problem: errorText(error) }),
    )
  }, [type])
  useLayoutEffect(() => {
    const element = box.current?.querySelector<HTMLElement>('.panel-body')
    if (!element) {
      return
    }
    const observer = new ResizeObserver(() => setSize(roomIn(element)))
    observer.observe(element)
    const view = new IntersectionObserver((entries) => setSeen(entries.some((entry) => entry.isIntersecting)), { rootMargin: '300px' })
    view.observe(element)
    return () => {
      observer.disconnect()
      view.disconnect()
    }
  }, [])
  useEffect(() => {
    query.width.value = size.width
    query.visible.value = (seen || model.dashboard.at('preload').bool(false)) && loaded.type?.standalone !== true
  }, [query, size.width, seen, loaded.type])

  const data = query.data.value
  const title = model.text(panel.at('title').str(''), scoped)
  const description = model.text(panel.at('description').str(''), scoped)
  const unknown = !isKnownPanel(type)
  const links = panel.at('links').list().flatMap((link) => dashboardLink(link, model) ?? [])
  const foreign = panel.at('transformations').list().map((one) => one.at('id').str('')).filter((one) => !isKnownTransformation(one))
  const notices = [...data.notices, ...foreign.map((one) => `The transformation "${one}" is not known here; the data passes unchanged.`), ...(unknown ? [`Panels of type "${type}" are not drawn here; their data is shown as a table.`] : [])]
  return (
    <section class={`panel ${panel.at('transparent').bool(false) ? 'is-transparent' : ''} ${alone ? 'is-alone' : ''}`} aria-label={title === '' ? `Panel ${id}` : title} ref={box} data-panel-id={id} data-panel-key={placed.key} {...(data.requests.length > 0 ? { 'data-explore': exploreUrl(data.requests, model.rawRange.value).slice(href('').length) } : {})} tabIndex={-1}>
      <header class="panel-head">
        {data.state === 'loading' && <span class="panel-loading" role="progressbar" aria-label="Loading" />}
        <h2 class="panel-title">{title}</h2>
        {description !== '' && <Hint icon="info" label={description} />}
        {notices.length > 0 && <Hint icon="warning" label={notices.join('\n')} />}
        {links.map((link) => (
          <a class="button is-quiet is-icon is-small" key={link.title + link.url} href={link.url} aria-label={link.title} title={link.title} target={link.newTab ? '_blank' : undefined} rel="noopener noreferrer">
            <Icon name="external" />
          </a>
        ))}
        <PanelTime model={model} placed={placed} data={data} />
        {!alone && !model.dashboard.at('hideMenu').bool(false) && (
          <Dropdown label={`Menu of ${title === '' ? `panel ${id}` : title}`} icon="more" arrow={false} class="button is-quiet is-icon is-small panel-menu">
            {(close) => (
              <>
                <MenuItem
                  icon="full"
                  hint="v"
                  onChoose={() => {
                    close()
                    setQuery({ viewPanel: placed.key })
                  }}
                >
                  View
                </MenuItem>
                {data.requests.length > 0 && (
                  <MenuItem icon="compass" hint="p x" href={exploreUrl(data.requests, model.rawRange.value)}>
                    Explore
                  </MenuItem>
                )}
                {menu?.(close, data)}
              </>
            )}
          </Dropdown>
        )}
      </header>
      <div class="panel-body">
        {data.problem !== undefined && (
          <div class="notice is-error panel-problem" role="alert">
            <Icon name="warning" />
            <span>{data.problem}</span>
          </div>
        )}
        {loaded.problem !== undefined && <div class="notice is-error">{loaded.problem}</div>}
        {loaded.type && size.width > 0 && (seen || alone) && (data.state !== 'waiting' || loaded.type.standalone) && !(data.problem !== undefined && data.frames.length === 0 && data.rows.length === 0) && (data.frames.length > 0 || data.rows.length > 0 || data.state === 'done' || loaded.type.standalone) && (
          <Drawing model={model} placed={placed} type={loaded.type} data={data} width={size.width} height={size.height} />
        )}
      </div>
    </section>
  )
}

function Drawing({ model, placed, type, data, width, height }: { model: DashboardModel; placed: Placed; type: PanelType; data: PanelData; width: number; height: number }) {
  const { panel, scoped, id } = placed
  const transformed = useTransformed(model, placed, data)
  const shared = model.dashboard.at('graphTooltip').num(0)
  const source = data.requests[0]?.datasource
  const actions = useMemo<RowActions>(
    () => ({
      onFilter: (filter) => model.addFilter(filter),
      links: (row) => linksOf(row, source),
    }),
    [model, source],
  )
  const terms = useMemo(() => data.requests.flatMap((request) => (request.logs ? highlightTerms(request.expr) : [])), [data.requests])
  return (
    <type.View
      id={id}
      title={model.text(panel.at('title').str(''), scoped)}
      options={panel.at('options')}
      frames={transformed}
      rows={data.rows}
      range={type.standalone ? model.range.value : data.range}
      rawRange={model.rawRange.value}
      zone={model.zone.value}
      theme={theme.value}
      annotations={model.annotationsFor(id)}
      text={(text) => model.text(text, scoped)}
      onZoom={(range) => model.setRange(absolute(range))}
      onZoomOut={() => model.setRange(zoomOut(model.range.value))}
      syncKey={shared > 0 ? 'dashboard' : undefined}
      actions={actions}
      terms={terms}
      datasource={data.requests[0]?.datasource}
      logQueries={data.requests.filter((request) => request.logs).map((request) => request.expr)}
      width={width}
      height={height}
    />
  )
}

/** The panel's frames after its transformations, with its field configuration. */
function useTransformed(model: DashboardModel, { panel, scoped }: Placed, data: PanelData): readonly Frame[] {
  const json = JSON.stringify([panel.at('fieldConfig').value ?? null, panel.at('transformations').value ?? null])
  return useMemo(() => {
    const shaped = transform(data.frames, panel.at('transformations'))
    const transformed = isKnownPanel(panel.at('type').str('')) ? shaped : asOneTable(shaped)
    return applyFieldConfig(transformed, panel.at('fieldConfig'), (text, field) =>
      model.text(
        text.replace(/\$\{__field\.labels\.([^}]+)\}|\$\{__field\.name\}|\$\{__series\.name\}/g, (_, label?: string) => (label === undefined ? (field.legend ?? field.name) : (field.labels?.[label.replace(/^["']|["']$/g, '')] ?? ''))),
        scoped,
      ),
    )
  }, [data.frames, json])
}

/** All series side by side in one table, where they share their times. */
function asOneTable(frames: readonly Frame[]): readonly Frame[] {
  return frames.length > 1 && frames.every((frame) => timeField(frame)) ? joinByField(frames, read({})) : frames
}

/** The room inside a box's padding, px. */
function roomIn(element: HTMLElement): { readonly width: number; readonly height: number } {
  const { paddingLeft, paddingRight, paddingTop, paddingBottom } = getComputedStyle(element)
  return {
    width: Math.max(0, element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)),
    height: Math.max(0, element.clientHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom)),
  }
}

/** Says when a panel's time is not the dashboard's. */
function PanelTime({ model, placed, data }: { model: DashboardModel; placed: Placed; data: PanelData }) {
  const { panel } = placed
  const from = panel.at('timeFrom').str('')
  const shift = panel.at('timeShift').str('')
  if ((from === '' && shift === '') || panel.at('hideTimeOverride').bool(false)) {
    return null
  }
  const zone = model.zone.value
  return (
    <span class="panel-time" title={`${formatDateTime(data.range.from, zone)} to ${formatDateTime(data.range.to, zone)}`}>
      <Icon name="clock" />
      {from !== '' && `Last ${from.replace(/^now-/, '')}`} {shift !== '' && `shifted ${shift}`}
    </span>
  )
}

function Hint({ icon, label }: { icon: 'info' | 'warning'; label: string }) {
  return (
    <Dropdown label={icon === 'info' ? 'Description' : 'Notices'} icon={icon} arrow={false} class={`button is-quiet is-icon is-small hint-${icon}`} pop="dialog" popClass="hint-pop">
      {() => <p>{label}</p>}
    </Dropdown>
  )
}
