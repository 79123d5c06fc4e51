import { useState } from 'preact/hooks'
import { login } from '../api/grafana.ts'
import { errorText } from '../api/http.ts'
import { Icon } from '../ui/icon.tsx'
import { navigate, route } from '../ui/router.ts'
import { Logo } from './logo.tsx'
import { startSession } from './session.ts'

/** Only paths of this application are followed after the login, never another site. */
function target(): string {
  const wanted = route.value.search.get('redirectTo') ?? '/'
  return wanted.startsWith('/') && !wanted.startsWith('//') && !wanted.startsWith('/login') ? wanted : '/'
}

export function LoginPage() {
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
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
        <div class="field">
          <label for="user">Email or username</label>
          <input class="input" id="user" name="user" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus value={user} onInput={(event) => setUser(event.currentTarget.value)} />
        </div>
        <div class="field">
          <label for="password">Password</label>
          <input class="input" id="password" name="password" type="password" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />
        </div>
        {problem !== '' && (
          <div class="notice is-error" role="alert">
            <Icon name="warning" />
            <span>{problem}</span>
          </div>
        )}
        <button type="submit" class="button is-primary" disabled={busy}>
          {busy && <span class="spinner" />}
          Log in
        </button>
      </form>
    </main>
  )
}
