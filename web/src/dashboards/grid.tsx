import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'
import { arrange, type Placed } from './layout.ts'
import type { DashboardModel } from './model.ts'
import { PanelFrame } from './panel-frame.tsx'
import type { PanelData } from './panel-query.ts'

export type GridProps = {
  readonly model: DashboardModel
  readonly menu: (placed: Placed) => (close: () => void, data: PanelData) => ComponentChildren
  /** Extra things on every panel, such as handles while editing. */
  readonly overlay?: (placed: Placed) => ComponentChildren
}

/** All panels in the 24-column grid; below 769 px one under the other. */
export function Grid({ model, menu, overlay }: GridProps) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const json = model.json.value
  const variables = model.variables.value
  const sections = useMemo(() => arrange(model.dashboard.at('panels'), (name) => model.repeatValues(name), toggled), [json, variables, toggled])
  const toggle = (key: string) => {
    const next = new Set(toggled)
    if (!next.delete(key)) {
      next.add(key)
    }
    setToggled(next)
  }
  return (
    <div class="grid">
      {sections.flatMap((section) => [
        section.row && (
          <button key={section.key} type="button" class="grid-row" aria-expanded={!section.row.collapsed} style={{ gridRow: `${section.row.y + 1} / span 1` }} onClick={() => toggle(section.key)}>
            <Icon name={section.row.collapsed ? 'right' : 'down'} />
            <h2>{model.text(section.row.title, section.row.scoped)}</h2>
          </button>
        ),
        ...section.panels.map((placed) => (
          <div
            key={placed.key}
            class="grid-cell"
            style={{
              gridColumn: `${placed.box.x + 1} / span ${placed.box.w}`,
              gridRow: `${placed.box.y + 1} / span ${placed.box.h}`,
              '--cell-height': String(placed.box.h),
            }}
          >
            <PanelFrame model={model} placed={placed} alone={false} menu={menu(placed)} />
            {overlay?.(placed)}
          </div>
        )),
      ])}
    </div>
  )
}
