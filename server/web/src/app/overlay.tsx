import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { closeOverlay } from './overlay-state.ts'

/** A panel over the page: the native dialog keeps the focus inside, closes on Esc and gives the focus back. */
export function Overlay({ label, children }: { label: string; children: ComponentChildren }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      class="overlay"
      aria-label={label}
      onClose={closeOverlay}
      onPointerDown={(event) => {
        if (event.target === dialog.current) closeOverlay()
      }}
    >
      <div class="palette">{children}</div>
    </dialog>
  )
}
