import { type Conversation, getAll } from './conversation.ts'

/** The same conversation, in turn and size, with its questions put in another way. Closing it closes nothing. */
export function askedThrough(conversation: Conversation, ask: Conversation['ask']): Conversation {
  return {
    get hasBulk() {
      return conversation.hasBulk
    },
    get learnt() {
      return conversation.learnt
    },
    maxRepetitions: conversation.maxRepetitions,
    counters: conversation.counters,
    nowMs: () => conversation.nowMs(),
    ask,
    getAll: (names, take) => getAll(ask, names, take),
    close: () => undefined,
  }
}
