/** Hands a text to the browser as a file. */
export function downloadText(name: string, mediaType: string, text: string): void {
  downloadBlob(name, new Blob([text], { type: `${mediaType};charset=utf-8` }))
}

/** Hands octets to the browser as a file. */
export function downloadBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken the blob once the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 1_000)
}
