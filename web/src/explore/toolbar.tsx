import { Dropdown, MenuItem } from '../ui/dropdown.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { downloadUrl } from './download.ts'
import { changePrefs, prefs, type Prefs } from './prefs.ts'
import type { ExploreRun } from './run.ts'

/** How the list looks, and what to do with all of it. */
export function ListToolbar({ run, oldestFirst, onOrder, live }: { run: ExploreRun | undefined; oldestFirst: boolean; onOrder: () => void; live: boolean }) {
  const now = prefs.value
  return (
    <div class="list-tools" role="toolbar" aria-label="Log list">
      <Toggle icon="filter" text="Fields" on={now.facets} onClick={() => changePrefs({ facets: !now.facets })} />
      {!live && <Toggle icon="chart" text="Volume" on={now.volume} onClick={() => changePrefs({ volume: !now.volume })} />}
      <Toggle icon="wrap" text="Wrap" on={now.wrap} onClick={() => changePrefs({ wrap: !now.wrap })} />
      <Dropdown label="View settings" icon="settings" text="View" class="button is-small is-quiet">
        {() => (
          <>
            <Choices title="Time" now={now.time} choices={[['auto', 'Date where needed'], ['ms', 'Date and milliseconds'], ['ns', 'Nanoseconds'], ['relative', 'Relative'], ['none', 'Hidden']]} onChoose={(time) => changePrefs({ time })} />
            <Choices title="Alike lines" now={now.dedup} choices={[['none', 'Show all'], ['exact', 'Fold exact'], ['numbers', 'Fold but for numbers'], ['signature', 'Fold by signature']]} onChoose={(dedup) => changePrefs({ dedup })} />
            <div class="menu-separator" />
            <Check text="Message first" name="messageFirst" />
            <Check text="Labels" name="labels" />
            <Check text="Pretty JSON" name="prettify" />
            <Check text="Small text" name="small" />
            <Check text="Mark silences" name="gaps" />
          </>
        )}
      </Dropdown>
      {!live && (
        <button type="button" class="button is-small is-quiet" onClick={onOrder}>
          <Icon name="sort" />
          {oldestFirst ? 'Oldest first' : 'Newest first'}
        </button>
      )}
      {!live && run?.isLogs && <Download run={run} />}
    </div>
  )
}

function Toggle({ icon, text, on, onClick }: { icon: IconName; text: string; on: boolean; onClick: () => void }) {
  return (
    <button type="button" class="button is-small is-quiet" aria-pressed={on} onClick={onClick}>
      <Icon name={icon} />
      {text}
    </button>
  )
}

function Choices<T extends string>({ title, now, choices, onChoose }: { title: string; now: T; choices: readonly (readonly [T, string])[]; onChoose: (choice: T) => void }) {
  return (
    <div role="group" aria-label={title}>
      <div class="combo-note">{title}</div>
      {choices.map(([choice, text]) => (
        <MenuItem key={choice} checked={choice === now} onChoose={() => onChoose(choice)}>
          {text}
        </MenuItem>
      ))}
    </div>
  )
}

function Check({ text, name }: { text: string; name: 'labels' | 'messageFirst' | 'prettify' | 'small' | 'gaps' }) {
  const on = prefs.value[name]
  return (
    <button type="button" class={`menu-item ${on ? 'is-active' : ''}`} role="menuitemcheckbox" aria-checked={on} onClick={() => changePrefs({ [name]: !on } as Partial<Prefs>)}>
      <span>{text}</span>
      <span class="is-end">{on ? 'on' : 'off'}</span>
    </button>
  )
}

function Download({ run }: { run: ExploreRun }) {
  return (
    <Dropdown label="Download the whole range" icon="download" text="Download" class="button is-small is-quiet">
      {(close) =>
        (
          [
            ['txt', 'Text'],
            ['ndjson', 'JSON lines'],
            ['csv', 'CSV'],
          ] as const
        ).map(([format, text]) => (
          <MenuItem key={format} hint={`.${format}`} href={downloadUrl(run, format)} onChoose={close}>
            {text}
          </MenuItem>
        ))
      }
    </Dropdown>
  )
}
