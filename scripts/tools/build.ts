/** Builds the tools that the suites run, so that no suite waits for them: `npm run tools`. cosign is for releases alone. */
import { tool, toolNames } from './tool.ts';

for (const name of toolNames) if (name !== 'cosign') tool(name);
