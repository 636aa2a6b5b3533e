import type { Json, JsonObject } from '../../src/kubernetes/json.ts';

/** Parameters that any definition may name; those that it names are declared. */
export const parameters: Readonly<Record<string, JsonObject>> = {
  text: { type: 'string' },
  word: { type: 'name' },
  number: { type: 'integer', minimum: 1, maximum: 100 },
  port: { type: 'port' },
  flag: { type: 'boolean' },
  secret: { type: 'secret' },
  config: { type: 'config-map', or: ['off'] },
  words: { type: 'name', list: true },
  ports: { type: 'port', list: true },
  pairs: { type: 'string', map: true },
  amount: { type: 'quantity' },
  path: { type: 'path' },
  segment: { type: 'path-segment' },
  period: { type: 'duration' },
  level: { type: 'enum', values: ['low', 'high'] },
};

/** The values that some of them have by default. */
export const defaults: Readonly<Record<string, Json>> = {
  text: 'hello',
  word: 'hello',
  number: 7,
  port: 9000,
  flag: false,
  secret: 'hello',
  words: 'a,b',
  ports: '7000,7001',
  pairs: 'a=1',
  amount: '64Mi',
  path: '/hello',
  segment: 'hello',
  period: '90s',
  level: 'high',
};

/** What conditions may ask of them. */
export const facts = [
  'text',
  'secret',
  'flag.true',
  '!flag.true',
  'config.off',
  'level.low',
  'run.once',
  'words',
  '!port',
];
