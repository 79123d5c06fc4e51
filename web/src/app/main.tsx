import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/ui.css'
import './app.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { startSession } from './session.ts'

const host = document.getElementById('app')
if (host) {
  render(<App />, host)
  void startSession()
}
