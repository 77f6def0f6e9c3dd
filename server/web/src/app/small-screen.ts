import { signal } from '@preact/signals'

/** Where what is beside the main thing is put before or after it; the same width as in the styles. */
const small = window.matchMedia('(max-width: 900px)')

export const isSmall = signal(small.matches)
small.addEventListener('change', (event) => {
  isSmall.value = event.matches
})
