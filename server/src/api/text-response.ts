/**
 * A response of known length: so the compressor sees what is too small to be worth it, and the server sends it in one
 * piece.
 */
export function textResponse(
  text: string,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return new Response(text, { status, headers: { ...headers, 'content-length': String(Buffer.byteLength(text)) } })
}

export function jsonResponse(
  value: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return textResponse(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } })
}
