import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { closeOverlay } from './overlay-state.ts'

type OverlayProps = {
  readonly label: string
  readonly children: ComponentChildren
  readonly onClose?: () => void
  readonly wide?: boolean
}

/** A panel over the page: the native dialog keeps the focus inside, closes on Esc and gives the focus back. */
export function Overlay({ label, children, onClose = closeOverlay, wide = false }: OverlayProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      class={`overlay${wide ? ' wide' : ''}`}
      aria-label={label}
      onClose={onClose}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <div class="palette">{children}</div>
    </dialog>
  )
}
