import { useMemo, useState } from 'preact/hooks'
import { Combobox, type Choice } from '../ui/combobox.tsx'
import { Icon } from '../ui/icon.tsx'
import { ALL, choose, shownChoice, type VariableState } from '../vars/variable.ts'
import type { DashboardModel } from './model.ts'

/** The dashboard's variables and the filters added by clicking fields. */
export function Controls({ model }: { model: DashboardModel }) {
  const shown = model.variables.value.filter(({ def }) => !def.hidden && def.kind !== 'other' && def.kind !== 'adhoc')
  const filters = model.filters.value
  const adhoc = model.variables.value.filter(({ def }) => def.kind === 'adhoc' && !def.hidden)
  if (shown.length === 0 && filters.length === 0 && adhoc.length === 0) {
    return null
  }
  return (
    <div class="controls">
      {shown.map((state) => (
        <Variable key={state.def.name} model={model} state={state} />
      ))}
      {adhoc.map((state) => (
        <AdhocVariable key={state.def.name} model={model} state={state} />
      ))}
      {filters.map((filter) => (
        <span class="chip is-filter" key={JSON.stringify(filter)}>
          {filter.field} {filter.op} {filter.value}
          <button type="button" class="chip-close" aria-label={`Remove filter ${filter.field} ${filter.op} ${filter.value}`} onClick={() => model.removeFilter(filter)}>
            <Icon name="close" />
          </button>
        </span>
      ))}
    </div>
  )
}

function Variable({ model, state }: { model: DashboardModel; state: VariableState }) {
  const { def } = state
  const choices = useMemo<readonly Choice[]>(() => (def.includeAll ? [{ value: ALL, text: 'All' }, ...state.options] : state.options), [def, state.options])
  const label = (
    <span class="control-label" title={def.description === '' ? undefined : def.description} aria-hidden="true">
      {def.label}
    </span>
  )
  return (
    <div class="control">
      {!def.labelHidden && label}
      {def.kind === 'textbox' ? (
        <TextVariable model={model} state={state} />
      ) : (
        <Combobox
          label={def.label}
          choices={choices}
          chosen={state.values}
          shown={shownChoice(state)}
          multi={def.multi}
          custom={def.allowCustom && (def.kind === 'query' || def.kind === 'custom')}
          busy={state.loading}
          note={state.problem === undefined ? undefined : `The values could not be loaded: ${state.problem}`}
          {...(def.kind === 'query' && JSON.stringify(def.query).includes('__searchFilter') ? { onSearch: (text: string) => void model.loadVariable(def, text) } : {})}
          onChoose={(values) => model.setVariable(def.name, def.multi ? choose(state.values, values) : values)}
        />
      )}
    </div>
  )
}

function TextVariable({ model, state }: { model: DashboardModel; state: VariableState }) {
  const [text, setText] = useState<string | undefined>(undefined)
  const apply = () => {
    if (text !== undefined && text !== state.values[0]) {
      model.setVariable(state.def.name, [text])
    }
    setText(undefined)
  }
  return (
    <input
      class="input"
      aria-label={state.def.label}
      value={text ?? state.values[0] ?? ''}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          apply()
        }
      }}
    />
  )
}

/** Filters of an ad-hoc variable as one text each: `label|=|value`. */
function AdhocVariable({ model, state }: { model: DashboardModel; state: VariableState }) {
  const [text, setText] = useState('')
  const values = state.values.filter((value) => value.includes('|'))
  const add = (event: Event) => {
    event.preventDefault()
    const match = /^\s*([\w.:-]+)\s*(=~|!=|!~|=)\s*(.*?)\s*$/.exec(text)
    if (match) {
      model.setVariable(state.def.name, [...values, [match[1], match[2], match[3]].join('|')])
      setText('')
    }
  }
  return (
    <form class="control" onSubmit={add}>
      <span class="control-label" aria-hidden="true">
        {state.def.label}
      </span>
      {values.map((value) => (
        <span class="chip is-filter" key={value}>
          {value.replaceAll('|', ' ')}
          <button type="button" class="chip-close" aria-label={`Remove filter ${value.replaceAll('|', ' ')}`} onClick={() => model.setVariable(state.def.name, values.filter((other) => other !== value))}>
            <Icon name="close" />
          </button>
        </span>
      ))}
      <input class="input" aria-label={`Add to ${state.def.label}`} placeholder="label = value" value={text} onInput={(event) => setText(event.currentTarget.value)} />
    </form>
  )
}
