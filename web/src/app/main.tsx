import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/ui.css'
import './app.css'
import { render } from 'preact'
import { lookAhead } from './ahead.ts'
import { App } from './app.tsx'
import { startSession } from './session.ts'

const host = document.getElementById('app')
if (host) {
  lookAhead()
  render(<App />, host)
  void startSession()
}
