/** What the engine has seen since it was made. Only ever grows. */
export type SnmpCounters = {
  requests: number
  retries: number
  answers: number
  timeouts: number
  /** Packets that are not SNMP or are damaged. */
  malformed: number
  /** Answers from another address or port than was asked. */
  wrongSource: number
  /** Answers with a request id that nobody waits for: late, repeated or forged. */
  unmatched: number
  tooBig: number
  /** Tables that went in circles or backwards. */
  notIncreasing: number
  sendErrors: number
  socketErrors: number
  wrongCredential: number
  /** Questions refused because too many waited for the same device. */
  refused: number
  bytesSent: number
  bytesReceived: number
}

export const noCounts = (): SnmpCounters => ({
  requests: 0,
  retries: 0,
  answers: 0,
  timeouts: 0,
  malformed: 0,
  wrongSource: 0,
  unmatched: 0,
  tooBig: 0,
  notIncreasing: 0,
  sendErrors: 0,
  socketErrors: 0,
  wrongCredential: 0,
  refused: 0,
  bytesSent: 0,
  bytesReceived: 0,
})
