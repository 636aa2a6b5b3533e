/**
 * Yields the lines of a text that comes in chunks, each without its line feed. What is not yet a line is kept in pieces,
 * so that the cost is linear however the text is cut.
 *
 * @throws Error where a line takes more bytes than it may, or where the text ends within one.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<string, void> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      bytes += end - start;
      if (bytes > maxBytes) throw tooLong(maxBytes);
      yield Buffer.concat([...pieces, chunk.subarray(start, end)]).toString('utf8');
      [pieces, bytes, start] = [[], 0, end + 1];
    }
    bytes += chunk.length - start;
    if (bytes > maxBytes) throw tooLong(maxBytes);
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
  if (bytes > 0) throw new Error('it ends within a line');
}

const lineFeed = 0x0a;

function tooLong(maxBytes: number): Error {
  return new Error(`a line has more than ${maxBytes} bytes`);
}
