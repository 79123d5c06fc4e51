import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { mayEdit } from '../api/grafana.ts'
import { session } from '../app/session.ts'
import type { AlertFrom } from './dialog.tsx'

type Props = { readonly from: AlertFrom; readonly onClose: () => void }

/** Whether who is here may make alerts. */
export function mayAlert(): boolean {
  const now = session.value
  return now.state === 'in' && mayEdit(now.user)
}

/** The dialog that makes an alert, whose code is fetched when it is first opened. */
export function LazyAlert(props: Props) {
  const [loaded, setLoaded] = useState<{ readonly View?: ComponentType<Props> }>({})
  useEffect(() => {
    import('./dialog.tsx').then(
      (module) => setLoaded({ View: module.AlertDialog }),
      () => props.onClose(),
    )
  }, [])
  return loaded.View ? <loaded.View {...props} /> : null
}
