import type { Socket, SocketEvents } from './live-feed.ts'

/** The browser's WebSocket to this server's live feed. */
export function openSocket(events: SocketEvents): Socket {
  const url = new URL('/api/v1/live', window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  socket.addEventListener('open', () => events.opened())
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') events.message(data)
  })
  socket.addEventListener('close', () => events.closed())
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text)
    },
    close: () => socket.close(),
  }
}
