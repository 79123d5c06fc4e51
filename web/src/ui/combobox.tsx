import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks'
import { Pop, useDismiss } from './dropdown.tsx'
import { Icon } from './icon.tsx'

export type Choice = { readonly value: string; readonly text: string }

export type ComboboxProps = {
  readonly label: string
  readonly choices: readonly Choice[]
  readonly chosen: readonly string[]
  /** What the closed control shows. */
  readonly shown: string
  readonly multi?: boolean
  /** Offer the typed text itself when it is no choice. */
  readonly custom?: boolean
  readonly note?: string | undefined
  readonly busy?: boolean
  readonly onOpen?: () => void
  readonly onSearch?: (text: string) => void
  /** Gives the new choice; of a multiple one every step, `done` with the last. */
  readonly onChoose: (values: readonly string[]) => void
}

/** Only so many options are drawn; typing narrows the rest. */
const MOST_SHOWN = 500

/** A value picker with a filter, single or multiple, after the select-only combobox pattern with a search field inside. */
export function Combobox({ label, choices, chosen, shown, multi = false, custom = false, note, busy = false, onOpen, onSearch, onChoose }: ComboboxProps) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const root = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const id = useId()

  const options = useMemo(() => {
    const wanted = text.trim().toLowerCase()
    const found = wanted === '' ? choices : choices.filter((choice) => choice.text.toLowerCase().includes(wanted))
    const own = custom && text.trim() !== '' && !choices.some((choice) => choice.value === text.trim()) ? [{ value: text.trim(), text: text.trim() }] : []
    return [...found.slice(0, MOST_SHOWN), ...own]
  }, [choices, text, custom])

  const close = (focus: boolean) => {
    setOpen(false)
    setText('')
    if (focus) {
      root.current?.querySelector<HTMLElement>('.combo-trigger')?.focus()
    }
  }
  useDismiss(root, open, () => close(false))

  const choose = (value: string) => {
    if (!multi) {
      onChoose([value])
      close(true)
    } else {
      onChoose(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value])
    }
  }
  const start = () => {
    setOpen(true)
    setActive(Math.max(0, choices.findIndex((choice) => chosen.includes(choice.value))))
    onOpen?.()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && options.length > 0) {
      event.preventDefault()
      setActive((active + step + options.length) % options.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const option = options[active]
      if (option) {
        choose(option.value)
      }
    }
  }
  useEffect(() => {
    list.current?.querySelector('.is-active')?.scrollIntoView({ block: 'nearest' })
  }, [active, open])

  return (
    <div class="dropdown" ref={root}>
      <button
        type="button"
        class="combo-trigger"
        role="combobox"
        aria-label={label}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        title={shown}
        onClick={() => (open ? close(true) : start())}
        onKeyDown={(event) => {
          if (!open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
            event.preventDefault()
            start()
          }
        }}
      >
        <span>{shown === '' ? 'None' : shown}</span>
        {busy ? <span class="spinner" /> : <Icon name="down" />}
      </button>
      {open && (
        <Pop id={id} role="group" label={label} class="combo-pop" focusFirst onEscape={() => close(true)}>
          <input
            class="input"
            type="text"
            role="searchbox"
            aria-label={`Filter ${label}`}
            aria-controls={`${id}-list`}
            aria-activedescendant={options[active] ? `${id}-${active}` : undefined}
            placeholder="Type to filter"
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value)
              setActive(0)
              onSearch?.(event.currentTarget.value)
            }}
            onKeyDown={onKeyDown}
          />
          {note !== undefined && <div class="combo-note">{note}</div>}
          <ul class="combo-list" id={`${id}-list`} role="listbox" aria-label={label} aria-multiselectable={multi} ref={list} tabIndex={-1}>
            {options.map((option, at) => (
              <li
                key={option.value}
                id={`${id}-${at}`}
                role="option"
                aria-selected={chosen.includes(option.value)}
                class={`combo-option ${multi ? '' : 'is-single'} ${at === active ? 'is-active' : ''}`}
                onClick={() => choose(option.value)}
                onMouseMove={() => setActive(at)}
              >
                <span class="tick" aria-hidden="true">
                  {chosen.includes(option.value) ? '✓' : ''}
                </span>
                {option.text === '' ? '(empty)' : option.text}
              </li>
            ))}
          </ul>
          {options.length === 0 && note === undefined && <div class="combo-note">{busy ? 'Loading…' : 'Nothing found'}</div>}
        </Pop>
      )}
    </div>
  )
}
