/**
 * A host in the one notation in which hosts are compared: as readers of URLs put it, in small letters, with addresses in
 * their usual form (`0x7f.1` is `127.0.0.1`), and without a dot at its end.
 */
export function normalHost(host: string): string {
  return (URL.parse(`http://${host}`)?.hostname ?? host.toLowerCase()).replace(/\.$/, '');
}
