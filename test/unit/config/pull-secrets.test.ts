import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse-config.ts';

const problemsOf = (text: string) => {
  const reading = parseConfig({ flags: [], variables: {}, file: { path: 'config.yaml', text } });
  return 'problems' in reading ? reading.problems : [];
};

it('Secrets for pulling images are no use where pods may not get any', () => {
  const secrets = 'imagePullSecrets: [{name: mirror}]';
  expect(problemsOf(secrets)).toEqual([
    'imagePullSecrets: pods get none without allowImagePullSecrets: true; set it or leave them out',
  ]);
  expect(problemsOf(`${secrets}\nallowImagePullSecrets: true`)).toEqual([]);
  expect(problemsOf('allowImagePullSecrets: true')).toEqual([]);
});
