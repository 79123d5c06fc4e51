import { signal } from '@preact/signals'
import { currentUser, settings, type Settings, type User } from '../api/grafana.ts'
import { HttpError, errorText, whenUnauthorized } from '../api/http.ts'

export type Session =
  | { readonly state: 'starting' }
  | { readonly state: 'anonymous' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly state: 'in'; readonly user: User; readonly settings: Settings }

export const session = signal<Session>({ state: 'starting' })

/** Asks the server who we are and what it offers. */
export async function startSession(): Promise<void> {
  try {
    const [user, bag] = await Promise.all([currentUser(), settings()])
    session.value = { state: 'in', user, settings: bag }
  } catch (error) {
    session.value = error instanceof HttpError && error.status === 401 ? { state: 'anonymous' } : { state: 'failed', message: errorText(error) }
  }
}

whenUnauthorized(() => {
  session.value = { state: 'anonymous' }
})
