import { signal } from '@preact/signals'
import type { JSX, TargetedFocusEvent, TargetedMouseEvent } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

type Shown = { readonly text: string; readonly left: number; readonly top: number; readonly bottom: number }

const shown = signal<Shown | undefined>(undefined)
const GAP_PX = 6

export type HintProps = {
  readonly onMouseEnter: (event: TargetedMouseEvent<HTMLElement>) => void
  readonly onMouseLeave: () => void
  readonly onFocus: (event: TargetedFocusEvent<HTMLElement>) => void
  readonly onBlur: () => void
  readonly 'aria-description': string
}

/** Words that are shown beside an element while the pointer or the keyboard's focus is on it; read out with it. */
export function hintOn(text: string): HintProps {
  const show = (element: HTMLElement): void => {
    const { left, top, bottom } = element.getBoundingClientRect()
    shown.value = { text, left, top, bottom }
  }
  return {
    onMouseEnter: (event) => show(event.currentTarget),
    onMouseLeave: hide,
    onFocus: (event) => {
      if (event.currentTarget.matches(':focus-visible')) show(event.currentTarget)
    },
    onBlur: hide,
    'aria-description': text,
  }
}

function hide(): void {
  shown.value = undefined
}

/** Draws the hint, once for the whole page; Esc and scrolling put it away (WCAG 1.4.13). */
export function HintLayer(): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null)
  const hint = shown.value
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide()
    }
    document.addEventListener('keydown', onKey)
    document.addEventListener('scroll', hide, { capture: true, passive: true })
    window.addEventListener('popstate', hide)
    return () => {
      document.removeEventListener('keydown', onKey)
      document.removeEventListener('scroll', hide, { capture: true })
      window.removeEventListener('popstate', hide)
    }
  }, [])
  useLayoutEffect(() => {
    const element = box.current
    if (element === null || hint === undefined) return
    const { width, height } = element.getBoundingClientRect()
    const below = hint.bottom + GAP_PX
    const top = below + height > window.innerHeight ? hint.top - GAP_PX - height : below
    element.style.left = `${Math.max(8, Math.min(hint.left, window.innerWidth - width - 8))}px`
    element.style.top = `${Math.max(8, top)}px`
  }, [hint])
  if (hint === undefined) return null
  return (
    <div class="hint-box" ref={box} aria-hidden="true">
      {hint.text}
    </div>
  )
}
