import { useId } from 'preact/hooks'
import type { Reader } from '../../json/reader.ts'

/** Where in a panel's JSON something stands. */
export type Path = readonly (string | number)[]

export type Setter = { readonly panel: Reader; readonly path: Path; readonly label: string; readonly set: (path: Path, value: unknown) => void }

export function at(panel: Reader, path: Path): Reader {
  return panel.at(...path.map(String))
}

export function Text({ panel, path, label, set }: Setter) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} class="input" value={at(panel, path).str('')} onInput={(event) => set(path, event.currentTarget.value === '' ? undefined : event.currentTarget.value)} />
    </div>
  )
}

export function Num({ panel, path, label, set }: Setter) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} class="input" type="number" step="any" value={at(panel, path).num() ?? ''} onInput={(event) => set(path, event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))} />
    </div>
  )
}

export function Check({ panel, path, label, set, otherwise = false }: Setter & { readonly otherwise?: boolean }) {
  return (
    <label class="check">
      <input type="checkbox" checked={at(panel, path).bool(otherwise)} onChange={(event) => set(path, event.currentTarget.checked)} />
      {label}
    </label>
  )
}

export function Select({ panel, path, label, set, choices }: Setter & { readonly choices: readonly (readonly [value: string, text: string])[] }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="select" value={at(panel, path).str(choices[0]?.[0] ?? '')} onChange={(event) => set(path, event.currentTarget.value)}>
        {choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}
