import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../docs/troubleshooting.md', import.meta.url), 'utf8');
const [others = '', running = ''] = page.split(/^## The pod stays in Init$/m);

/** The messages that docs/troubleshooting.md is about, in its words, but for those that only a pod that runs can say. */
export const messages = headingsOf(others);

/** Those that only a pod that runs can say. */
export const messagesOfRunningPods = headingsOf(running);

/** What is said, with anything where the page has an ellipsis. */
export function patternOf(message: string): RegExp {
  return new RegExp(message.split('…').map(literal).join('[^]*?'));
}

function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^### `(.+)`$/gm)].map(([, message = '']) => message);
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
