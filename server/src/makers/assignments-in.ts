const [QUOTE, BACKSLASH] = [0x22, 0x5c]
/** The holder's postal address follows in further lines: as JSON has it, a backslash and an n. */
const NEXT_LINE = Buffer.from('\\n')

/**
 * Keys and first lines of the values of a JSON object whose values are all texts, one after the other out of its bytes.
 * To parse it as a whole takes 80 MB and four times as long, for addresses of which nothing is kept.
 */
export function* assignmentsIn(json: Uint8Array): Generator<readonly [prefix: string, maker: string]> {
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength)
  let at = bytes.indexOf(QUOTE)
  while (at !== -1) {
    const keyEnd = endOf(QUOTE, bytes, at)
    const valueAt = bytes.indexOf(QUOTE, keyEnd + 1)
    if (valueAt === -1) return
    const valueEnd = endOf(QUOTE, bytes, valueAt)
    const end = Math.min(valueEnd, endOf(NEXT_LINE, bytes, valueAt))
    yield [bytes.toString('latin1', at + 1, keyEnd), plainText(bytes.toString('utf8', valueAt + 1, end))]
    at = bytes.indexOf(QUOTE, valueEnd + 1)
  }
}

/** Where the mark is that comes next and is not escaped itself; the end of all where none is. */
function endOf(mark: number | Buffer, bytes: Buffer, begin: number): number {
  let end = begin
  for (;;) {
    end = bytes.indexOf(mark, end + 1)
    if (end === -1) return bytes.length
    let escapes = 0
    while (bytes[end - 1 - escapes] === BACKSLASH) escapes++
    if (escapes % 2 === 0) return end
  }
}

function plainText(escaped: string): string {
  return escaped.includes('\\') ? JSON.parse(`"${escaped}"`) : escaped
}
