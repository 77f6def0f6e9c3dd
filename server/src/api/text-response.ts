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

/** A file for a spreadsheet, to be saved under this name. */
export function csvResponse(name: string, csv: string): Response {
  const disposition = `attachment; filename="${name}"`
  return textResponse(csv, {
    headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': disposition },
  })
}
