import { type Conversation, getAll } from './conversation.ts'

/** The same conversation, in turn and size, about what the device has in another context. */
export function inContext(conversation: Conversation, context: string): Conversation {
  const ask: Conversation['ask'] = (plan) => conversation.ask((varbinds) => ({ ...plan(varbinds), context }))
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
