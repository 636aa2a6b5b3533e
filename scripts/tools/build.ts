/**
 * Builds the tools that the suites run, so that no suite waits for them: `npm run tools`. cosign is for releases alone,
 * Prometheus for a picture.
 */
import { tool, toolNames } from './tool.ts';

const others = ['cosign', 'prometheus'];

for (const name of toolNames) if (!others.includes(name)) tool(name);
