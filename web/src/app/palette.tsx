import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import './palette.css'
import { search, type SearchHit } from '../api/grafana.ts'
import { commands, type Command } from '../ui/commands.ts'
import { Dialog } from '../ui/dialog.tsx'
import { navigate } from '../ui/router.ts'

/** Keys of the log list, which takes them itself while one of its lines has the focus. */
const LIST_KEYS: readonly (readonly [keys: string, title: string])[] = [
  ['j k', 'Next and previous line'],
  ['Enter', 'Open or close a line'],
  ['x', 'Lines around this one'],
  ['c', 'Copy the line'],
  ['Home End', 'First and last line'],
]

/** Every command and every dashboard, found by typing. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [active, setActive] = useState(0)
  const [boards, setBoards] = useState<readonly SearchHit[]>([])
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    search({ limit: '5000' }).then(
      (hits) => setBoards(hits.filter((hit) => hit.kind === 'dashboard')),
      () => undefined,
    )
  }, [])
  const all = useMemo<readonly Command[]>(
    () => [
      ...commands.value,
      ...boards.map((hit) => ({
        title: hit.title,
        group: hit.folderTitle === '' ? 'Dashboards' : hit.folderTitle,
        run: () => navigate(hit.url.slice(new URL(document.baseURI).pathname.length - 1)),
      })),
    ],
    [commands.value, boards],
  )
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = all.filter((command) => words.every((word) => `${command.group} ${command.title}`.toLowerCase().includes(word))).slice(0, 60)
  const at = Math.min(active, Math.max(0, found.length - 1))
  useEffect(() => list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }), [at, text])
  const run = (command: Command | undefined) => {
    if (command) {
      onClose()
      command.run()
    }
  }
  return (
    <Dialog title="Go to or do" onClose={onClose}>
      <input
        class="input"
        role="combobox"
        aria-label="Command or dashboard"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        placeholder="A page, a dashboard, something to do"
        value={text}
        autofocus
        onInput={(event) => {
          setText(event.currentTarget.value)
          setActive(0)
        }}
        onKeyDown={(event) => {
          const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
          if (move !== 0) {
            event.preventDefault()
            setActive((at + move + found.length) % Math.max(1, found.length))
          } else if (event.key === 'Enter') {
            event.preventDefault()
            run(found[at])
          }
        }}
      />
      <ul class="palette" id="palette-list" role="listbox" aria-label="Commands" ref={list}>
        {found.map((command, index) => (
          <li key={`${command.group} ${command.title}`} id={`palette-${index}`} role="option" aria-selected={index === at} class={index === at ? 'is-active' : ''} onPointerMove={() => setActive(index)} onClick={() => run(command)}>
            <span class="palette-group">{command.group}</span>
            <span>{command.title}</span>
            {command.keys !== undefined && <Keys keys={command.keys} />}
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="combo-note">Nothing of that name.</p>}
    </Dialog>
  )
}

/** All keys that do something here. */
export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const groups = new Map<string, (readonly [string, string])[]>()
  for (const command of commands.value) {
    if (command.keys !== undefined) {
      groups.set(command.group, [...(groups.get(command.group) ?? []), [command.keys, command.title]])
    }
  }
  return (
    <Dialog title="Keyboard" wide onClose={onClose}>
      <div class="key-help">
        {[...groups, ['Log lines', LIST_KEYS] as const].map(([group, list]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>
              {list.map(([keys, title]) => (
                <div key={keys}>
                  <dt>
                    <Keys keys={keys} />
                  </dt>
                  <dd>{title}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function Keys({ keys }: { keys: string }) {
  return (
    <span class="keys">
      {keys.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  )
}
