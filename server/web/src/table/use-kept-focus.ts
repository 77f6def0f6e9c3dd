import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/** A row that goes away with the focus in it leaves that to the box around it, not to the top of the page. */
export function useKeptFocus(box: RefObject<HTMLElement | null>): void {
  const focused = document.activeElement
  const wasInside = focused !== box.current && box.current?.contains(focused) === true
  useLayoutEffect(() => {
    if (wasInside && focused?.isConnected === false) box.current?.focus({ preventScroll: true })
  })
}
