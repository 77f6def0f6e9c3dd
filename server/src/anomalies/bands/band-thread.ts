// A thread that judges history, one question at a time.
import { parentPort } from 'node:worker_threads'
import { serve } from '../../calls/calls.ts'
import type { BandCalls } from './band-calls.ts'
import { bandWork } from './band-work.ts'

const port = parentPort
if (port === null) throw new Error('this file is the body of a thread')
serve<BandCalls>(
  port,
  bandWork(() => performance.now()),
)
