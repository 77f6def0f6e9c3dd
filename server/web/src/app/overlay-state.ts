import { signal } from '@preact/signals'

/** What lies over the page, one at a time. */
export const overlay = signal<'none' | 'search' | 'help'>('none')

export function closeOverlay(): void {
  overlay.value = 'none'
}
