import { useId, useState } from 'preact/hooks'
import { read, type Reader } from '../../json/reader.ts'
import { Icon } from '../../ui/icon.tsx'
import { shownChoice } from '../../vars/variable.ts'
import type { DashboardModel } from '../model.ts'
import { Check, Select, Text, type Path } from './fields.tsx'

const TYPES = [
  ['query', 'Query'],
  ['custom', 'Own values'],
  ['textbox', 'Text box'],
  ['interval', 'Interval'],
  ['datasource', 'Datasource'],
  ['constant', 'Constant'],
  ['adhoc', 'Ad hoc filters'],
  ['switch', 'Switch'],
] as const

/** What the query of each type is. */
const QUERIES: Readonly<Record<string, readonly [label: string, example: string]>> = {
  query: ['Query', 'label_values({service="api"}, pod)'],
  custom: ['Values', 'ERROR, INFO, text : value'],
  textbox: ['Text at first', ''],
  interval: ['Intervals', '1m,10m,1h'],
  datasource: ['Kind of datasource', 'loki'],
  constant: ['Value', ''],
}

const SORTS = [['0', 'As they come'], ['1', 'A to Z'], ['2', 'Z to A'], ['3', 'By number'], ['4', 'By number, greatest first'], ['5', 'A to Z, case aside'], ['7', 'Natural']] as const
const HIDES = [['0', 'Shown'], ['1', 'Without its label'], ['2', 'Hidden']] as const

/** The variables of a dashboard: added, changed, ordered and removed; their values are there at once. */
export function VariablesEditor({ model, change }: { model: DashboardModel; change: (path: Path, value: unknown) => void }) {
  const list = model.dashboard.at('templating', 'list').list()
  const [open, setOpen] = useState<number | undefined>(undefined)
  const path = ['templating', 'list']
  const store = (next: readonly unknown[]) => change(path, next)
  return (
    <section aria-label="Variables" class="edit-list">
      {list.map((variable, index) => {
        const name = variable.at('name').str('')
        return (
          <div class="target" key={index}>
            <div class="inspect-bar">
              <button type="button" class="facet-name" aria-expanded={open === index} onClick={() => setOpen(open === index ? undefined : index)}>
                <Icon name={open === index ? 'down' : 'right'} />
                <strong>${name}</strong>
                <span class="combo-note">{TYPES.find(([type]) => type === variable.at('type').str(''))?.[1] ?? variable.at('type').str('')}</span>
              </button>
              <span class="is-spread" />
              <button type="button" class="button is-quiet is-icon is-small" aria-label={`Move ${name} up`} disabled={index === 0} onClick={() => store(list.map((_, other) => list[other === index ? index - 1 : other === index - 1 ? index : other]?.value))}>
                <Icon name="up" />
              </button>
              <button type="button" class="button is-quiet is-icon is-small" aria-label={`Remove ${name}`} onClick={() => store(list.filter((_, other) => other !== index).map((one) => one.value))}>
                <Icon name="trash" />
              </button>
            </div>
            {open === index && <VariableForm model={model} variable={variable} set={(at, value) => change([...path, index, ...at], value)} />}
          </div>
        )
      })}
      <button
        type="button"
        class="button is-small"
        onClick={() => {
          store([...list.map((one) => one.value), { name: freeName(list), type: 'query', datasource: model.settings.datasources.find((ds) => ds.isDefault)?.uid ?? null, query: 'label_values(service_name)', refresh: 1, multi: true, includeAll: true, current: { text: 'All', value: '$__all' }, options: [] }])
          setOpen(list.length)
        }}
      >
        <Icon name="plus" />
        Add variable
      </button>
    </section>
  )
}

function freeName(list: readonly Reader[]): string {
  const taken = new Set(list.map((one) => one.at('name').str('')))
  for (let at = 1; ; at++) {
    if (!taken.has(`variable${at}`)) {
      return `variable${at}`
    }
  }
}

function VariableForm({ model, variable, set }: { model: DashboardModel; variable: Reader; set: (path: Path, value: unknown) => void }) {
  const type = variable.at('type').str('query')
  const query = variable.at('query')
  const [label, example] = QUERIES[type] ?? []
  const state = model.variables.value.find(({ def }) => def.name === variable.at('name').str(''))
  const form = { panel: variable, set }
  const id = useId()
  const isObject = query.present && query.str() === undefined
  return (
    <div class="edit-form">
      <Text label="Name" path={['name']} {...form} />
      <Text label="Label" path={['label']} {...form} />
      <Select label="Type" path={['type']} choices={TYPES} {...form} />
      <Text label="Description" path={['description']} {...form} />
      {label !== undefined && (
        <div class="field is-wide">
          <label for={id}>{label}</label>
          <input id={id} class="input" placeholder={example} value={isObject ? objectQuery(query) : query.str('')} onInput={(event) => set(['query'], event.currentTarget.value)} />
        </div>
      )}
      {type === 'query' && (
        <>
          <Text label="Keep or cut by expression" path={['regex']} {...form} />
          <NumberChoice label="Order" path={['sort']} choices={SORTS} {...form} />
          <NumberChoice label="Ask again" path={['refresh']} choices={[['1', 'When the dashboard opens'], ['2', 'When the time range changes']]} {...form} />
        </>
      )}
      <NumberChoice label="Control" path={['hide']} choices={HIDES} {...form} />
      {(type === 'query' || type === 'custom' || type === 'datasource') && (
        <>
          <Check label="Several values" path={['multi']} {...form} />
          <Check label="All" path={['includeAll']} {...form} />
          <Text label="Value of All" path={['allValue']} {...form} />
        </>
      )}
      <div class="field is-wide">
        <span class="field-label">Values now</span>
        {state?.problem !== undefined ? (
          <p class="notice is-error">{state.problem}</p>
        ) : (
          <p class="combo-note">{state === undefined ? '' : [shownChoice(state), state.options.slice(0, 20).map((option) => option.text).join(', ')].filter((part) => part !== '').join(' · ')}</p>
        )}
      </div>
    </div>
  )
}

/** A choice that files keep as a number. */
function NumberChoice({ label, path, panel, set, choices }: { label: string; path: Path; panel: Reader; set: (path: Path, value: unknown) => void; choices: readonly (readonly [string, string])[] }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="select" value={String(panel.at(...path.map(String)).num(0))} onChange={(event) => set(path, Number(event.currentTarget.value))}>
        {choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}

/** The text form of a label query that a file holds as an object. */
function objectQuery(query: Reader): string {
  const json = read(query.value)
  if (json.at('type').num(1) === 0) {
    return 'label_names()'
  }
  const stream = json.at('stream').str('')
  return `label_values(${stream === '' ? '' : `${stream}, `}${json.at('label').str('')})`
}
