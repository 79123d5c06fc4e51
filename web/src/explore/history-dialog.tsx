import { useState } from 'preact/hooks'
import { fromNow } from '../time/format.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { changeRemembered, forgetQuery, queryHistory } from './history.ts'

/** The queries of this browser: search, star, run again, forget. */
export function HistoryDialog({ onChoose, onClose }: { onChoose: (query: string) => void; onClose: () => void }) {
  const [list, setList] = useState(queryHistory)
  const [text, setText] = useState('')
  const [onlyStarred, setOnlyStarred] = useState(false)
  const change = (edit: () => void) => {
    edit()
    setList(queryHistory())
  }
  const shown = list.filter((item) => (!onlyStarred || item.starred) && `${item.query} ${item.name}`.toLowerCase().includes(text.toLowerCase()))
  return (
    <Dialog title="Queries" wide onClose={onClose}>
      <div class="history-head">
        <input class="input" type="search" aria-label="Search queries" placeholder="Search queries" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <label class="check">
          <input type="checkbox" checked={onlyStarred} onChange={(event) => setOnlyStarred(event.currentTarget.checked)} />
          Starred only
        </label>
      </div>
      <ul class="history-list">
        {shown.map((item) => (
          <li key={item.query}>
            <button type="button" class={`button is-quiet is-icon is-small ${item.starred ? 'is-starred' : ''}`} aria-label={item.starred ? 'Remove star' : 'Star'} aria-pressed={item.starred} onClick={() => change(() => changeRemembered(item.query, { starred: !item.starred }))}>
              <Icon name="star" />
            </button>
            <button type="button" class="history-query" onClick={() => onChoose(item.query)}>
              {item.query}
            </button>
            <span class="history-when">{fromNow(item.at, Date.now())}</span>
            <button type="button" class="button is-quiet is-icon is-small" aria-label="Forget this query" onClick={() => change(() => forgetQuery(item.query))}>
              <Icon name="trash" />
            </button>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p class="combo-note">Nothing here yet. Every query you run is kept in this browser.</p>}
    </Dialog>
  )
}
