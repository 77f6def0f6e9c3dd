import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { put } from '../live/put.ts'
import { Segments } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { hrefOf } from '../router/router.ts'
import { logout, serverVersion, user } from '../session/session.ts'
import { overlay } from './overlay-state.ts'
import { chooseScheme, SCHEMES, scheme } from './scheme.ts'

const WORDS = { system: 'System', light: 'Light', dark: 'Dark' } as const

export function PersonMenu(): JSX.Element {
  const open = useSignal(false)
  const anchor = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open.value) return
    const close = (event: Event): void => {
      const inside = event.target instanceof Node && anchor.current?.contains(event.target) === true
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !inside) open.value = false
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('keydown', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('keydown', close)
    }
  }, [open.value, open])
  const name = user.value?.username ?? ''
  return (
    <div class="menu-anchor" ref={anchor}>
      <button
        type="button"
        class="icon-button"
        aria-label={`${name}: menu`}
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value
        }}
      >
        <Icon name="person" />
      </button>
      {open.value && <Menu close={() => put(open)(false)} />}
    </div>
  )
}

function Menu({ close }: { close: () => void }): JSX.Element {
  const who = user.value
  return (
    <div class="menu">
      <div class="menu-head">
        <strong class="cut">{who?.username}</strong>
        <div class="faint">{`${who?.role}${serverVersion.value === undefined ? '' : ` · EyeNet ${serverVersion.value}`}`}</div>
      </div>
      <Segments
        label="Colour scheme"
        value={scheme.value}
        onValue={(value) => chooseScheme(SCHEMES.find((one) => one === value) ?? 'system')}
        options={SCHEMES.map((one) => [one, WORDS[one]] as const)}
      />
      <hr />
      <a class="menu-item" href={hrefOf({ kind: 'settings', section: 'account' })} onClick={close}>
        <Icon name="settings" /> Account and settings
      </a>
      <button
        type="button"
        class="menu-item"
        onClick={() => {
          close()
          overlay.value = 'help'
        }}
      >
        <Icon name="info" /> Keyboard <kbd>?</kbd>
      </button>
      <button type="button" class="menu-item" onClick={() => void logout()}>
        <Icon name="logout" /> Log out
      </button>
    </div>
  )
}
