import { signal } from '@preact/signals'

const KEY = 'eyenet.bands'

/** Whether charts show the usual range; the same for all charts, and remembered. */
export const bandsShown = signal(read())

function read(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true
  }
}

export function toggleBands(): void {
  bandsShown.value = !bandsShown.value
  try {
    localStorage.setItem(KEY, bandsShown.value ? 'on' : 'off')
  } catch {
    // Storage is refused: the choice holds until the page is closed.
  }
}
