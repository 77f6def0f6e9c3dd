import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { startLive, stopLive } from '../live/site.ts'
import { LoginPage } from '../pages/entrance/login-page.tsx'
import { SetupPage } from '../pages/entrance/setup-page.tsx'
import { Unreachable } from '../pages/entrance/unreachable.tsx'
import { HintLayer } from '../parts/hint.tsx'
import { Toasts } from '../parts/toasts.tsx'
import { session } from '../session/session.ts'
import './scheme.ts'
import { Shell } from './shell.tsx'

/** What is shown at all: set-up, login, or the page itself. */
export function App(): JSX.Element {
  return (
    <>
      <Place />
      <Toasts />
      <HintLayer />
    </>
  )
}

function Place(): JSX.Element {
  const state = session.value
  switch (state.kind) {
    case 'starting':
      return (
        <div role="status" class="hidden-text">
          Loading
        </div>
      )
    case 'unreachable':
      return <Unreachable failure={state.failure} />
    case 'setup':
      return <SetupPage />
    case 'anonymous':
      return <LoginPage expired={state.expired} />
    case 'here':
      return <Inside key={state.user.id} />
  }
}

function Inside(): JSX.Element {
  useEffect(() => {
    startLive()
    return stopLive
  }, [])
  return <Shell />
}
