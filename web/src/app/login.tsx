import { useEffect, useState } from 'preact/hooks'
import { login, loginWays, type LoginWays } from '../api/grafana.ts'
import { errorText } from '../api/http.ts'
import { Icon } from '../ui/icon.tsx'
import { href, navigate, route } from '../ui/router.ts'
import { Logo } from './logo.tsx'
import { startSession } from './session.ts'

/** Only paths of this application are followed after the login, never another site. */
function target(): string {
  const wanted = route.value.search.get('redirectTo') ?? '/'
  return wanted.startsWith('/') && !wanted.startsWith('//') && !wanted.startsWith('/login') ? wanted : '/'
}

/** Why a login elsewhere did not happen, by the server's word for it. */
const FAILURES: Readonly<Record<string, string>> = {
  denied: 'The login was not allowed there.',
  expired: 'That login took too long or was begun in another window. Try again.',
  failed: 'The login service could not be reached or trusted. The server’s log says why.',
  unknown: 'There is no account for you here. Ask an admin for one.',
  taken: 'Your name or mail address already belongs to another account here. Ask an admin.',
  disabled: 'Your account is disabled.',
}

export function LoginPage() {
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState(FAILURES[route.value.search.get('loginError') ?? ''] ?? '')
  const [ways, setWays] = useState<LoginWays>({ form: true, elsewhere: '' })
  useEffect(() => {
    loginWays().then(setWays, () => undefined)
  }, [])
  const submit = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setProblem('')
    try {
      await login(user, password)
      await startSession()
      navigate(target(), { replace: true })
    } catch (error) {
      setProblem(errorText(error))
      setPassword('')
    } finally {
      setBusy(false)
    }
  }
  return (
    <main class="login">
      <form class="login-card" onSubmit={submit}>
        <div class="login-brand">
          <Logo size={40} />
          <h1>Sigyn</h1>
        </div>
        {problem !== '' && (
          <div class="notice is-error" role="alert">
            <Icon name="warning" />
            <span>{problem}</span>
          </div>
        )}
        {ways.form && (
          <>
            <div class="field">
              <label for="user">Email or username</label>
              <input class="input" id="user" name="user" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus value={user} onInput={(event) => setUser(event.currentTarget.value)} />
            </div>
            <div class="field">
              <label for="password">Password</label>
              <input class="input" id="password" name="password" type="password" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
            </div>
            <button type="submit" class="button is-primary" disabled={busy}>
              {busy && <span class="spinner" />}
              Log in
            </button>
          </>
        )}
        {ways.elsewhere !== '' && (
          <a class="button" href={href(`/login/generic_oauth?redirectTo=${encodeURIComponent(target())}`)}>
            Log in with {ways.elsewhere}
          </a>
        )}
      </form>
    </main>
  )
}
