/** The first of many things, and how many there are more: `a, b and 7 more`. */
export function inFewWords(things: readonly string[], last = 'and', most = 5): string {
  if (things.length > most) return `${things.slice(0, most).join(', ')} ${last} ${things.length - most} more`;
  return [things.slice(0, -1).join(', '), ...things.slice(-1)].filter(text => text !== '').join(` ${last} `);
}
