import { addSettings } from './add-settings.ts';
import { kubectl } from './suite.ts';

/** Adds settings to the configuration that the next webhook starts with, until all is installed anew. */
export async function configure(settings: object): Promise<void> {
  await addSettings(kubectl, settings);
}
