import { join } from 'node:path'

/** Where the systemd unit keeps the agent's data. */
export const DEFAULT_DATA_FOLDER = '/var/lib/eyenet-agent'

/** The outbox in a data folder. */
export const outboxIn = (folder: string): string => join(folder, 'outbox.db')
