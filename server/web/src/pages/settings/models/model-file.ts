/** Octets at a time: a call takes no more arguments than this. */
const CHUNK = 8_192

export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}

/** A name for a model out of the name of its file; empty when nothing of it can be kept. */
export function nameFrom(fileName: string): string {
  return fileName
    .toLowerCase()
    .replace(/\.onnx$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63)
}
