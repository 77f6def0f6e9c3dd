/** Whether a host name or address, an IPv6 one in brackets or not, is this machine itself. */
export function isLoopback(name: string): boolean {
  const plain = name.replace(/^\[|\]$/g, '').replace(/^::ffff:/, '')
  return plain === '::1' || plain === 'localhost' || plain.endsWith('.localhost') || /^127(?:\.\d{1,3}){3}$/.test(plain)
}
