import { signal } from '@preact/signals'

/** The present, once a second: durations on the page read it. Stands still while nobody looks. */
export const now = signal(Date.now())

setInterval(() => {
  if (document.visibilityState === 'visible') now.value = Date.now()
}, 1_000)
document.addEventListener('visibilitychange', () => {
  now.value = Date.now()
})
