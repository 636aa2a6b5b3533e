import { describe, expect, it } from 'vitest';
import { readValue, useInstead } from '../read-value.ts';

describe('an endpoint', () => {
  it.each([
    ['collector:4317', 'address', { host: 'collector' }],
    ['Collector.ns.svc.cluster.local:4317', 'address', { host: 'Collector.ns.svc.cluster.local' }],
    ['10.0.0.1:1', 'address', { host: '10.0.0.1' }],
    ['[::1]:65535', 'address', { host: '[::1]' }],
    ['999.1.1.1:4317', 'address', { host: '999.1.1.1' }],
    ['http://collector:4318', 'http', { scheme: 'http', host: 'collector' }],
    ['https://example.com/otlp', 'https', { scheme: 'https', host: 'example.com' }],
  ])('%s is of the kind %s', (text, fact, origin) => {
    expect(readValue('endpoint', text).value).toEqual({
      text,
      value: text,
      facts: [fact],
      origins: [origin],
    });
  });

  it.each([
    'collector',
    'collector:0',
    'collector:65536',
    ':4317',
    'a/b:1',
    'user@host:1',
    'grpc://a:1',
    'http://',
    '::1:80',
  ])('%s is none', text => {
    expect(useInstead('endpoint', text)).toBe('host:port, or a URL that begins with http:// or https://');
  });

  it('shows no user info', () => {
    expect(useInstead('endpoint', 'https://user:secret@example.com')).toBe('a URL without user info');
  });
});
