import { Command } from 'commander'
import { migrateCommand } from './store-migrate.ts'

/** `store`: what can be done to the metrics on disk. */
export function storeCommand(): Command {
  return new Command('store').description('the metrics on disk').addCommand(migrateCommand())
}
