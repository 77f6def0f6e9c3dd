/** An IPv4 or IPv6 address of 4 or 16 octets as text; empty where they are another number. */
export function ipText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.')
  if (octets.length !== 16) return ''
  const words = Array.from({ length: 8 }, (_, at) =>
    (((octets[at * 2] ?? 0) << 8) | (octets[at * 2 + 1] ?? 0)).toString(16),
  )
  // The URL parser writes it as RFC 5952 has it.
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1)
}
