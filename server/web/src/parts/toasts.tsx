import { signal } from '@preact/signals'
import type { JSX } from 'preact'

type Toast = { readonly id: number; readonly text: string; readonly undo?: () => void }

const toasts = signal<readonly Toast[]>([])
/** Long enough to read and to reach the button (WCAG 2.2.1); the action stays possible elsewhere. */
const SHOWN_MS = 10_000
const MOST_SHOWN = 3
let count = 0

/** Says what was done, and offers to take it back. */
export function toast(text: string, undo?: () => void): void {
  count += 1
  const id = count
  toasts.value = [...toasts.peek(), { id, text, ...(undo && { undo }) }].slice(-MOST_SHOWN)
  setTimeout(() => dismiss(id), SHOWN_MS)
}

function dismiss(id: number): void {
  toasts.value = toasts.peek().filter((one) => one.id !== id)
}

export function Toasts(): JSX.Element {
  return (
    <div class="toasts" role="status">
      {toasts.value.map((one) => (
        <div class="toast" key={one.id}>
          <span>{one.text}</span>
          <ToastButton one={one} />
        </div>
      ))}
    </div>
  )
}

function ToastButton({ one }: { one: Toast }): JSX.Element {
  const act = (): void => {
    one.undo?.()
    dismiss(one.id)
  }
  return (
    <button type="button" class="button small" onClick={act}>
      {one.undo === undefined ? 'Close' : 'Undo'}
    </button>
  )
}
