import { expect, it } from 'vitest';
import { splitImage } from '../../src/image-registry.ts';

it.each([
  ['nginx:1.29', undefined, 'nginx:1.29'],
  ['library/nginx', undefined, 'library/nginx'],
  ['registry.k8s.io/git-sync/git-sync:v4.7.1', 'registry.k8s.io', 'git-sync/git-sync:v4.7.1'],
  ['localhost/nginx', 'localhost', 'nginx'],
  ['host:5000/nginx', 'host:5000', 'nginx'],
  ['.', undefined, '.'],
  ['', undefined, ''],
  ['/nginx', undefined, '/nginx'],
])('%s is of the registry %s', (image, registry, path) => {
  expect(splitImage(image)).toEqual({ registry, path });
});
