/** Pictures as text: no fonts, no randomness and no sizes of the machine that draws them. */

/** What a picture says of itself, and what is in it. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Read out by screen readers, with the description. */
  readonly title: string;
  readonly description: string;
  /** What the picture was made from, for whoever asks whether it is stale. */
  readonly metadata?: string;
  readonly parts: readonly string[];
}

/**
 * An SVG file. Its colours follow `prefers-color-scheme`, and it has a ground of its own: a page that shows it need not know.
 */
export function svgFile({ width, height, title, description, metadata, parts }: Picture): string {
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    ...(metadata === undefined ? [] : [`<metadata>${escaped(metadata)}</metadata>`]),
    `<style>${style}</style>`,
    box({ x: 0.5, y: 0.5, width: width - 1, height: height - 1 }, 'ground'),
    ...parts,
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Place {
  readonly width: number;
  readonly height: number;
}

/** A text whose base line starts, or with the class `middle` or `end` has its middle or end, at a place. */
export function label({ x, y }: Place, text: string, classes: string): string {
  return `<text class="${classes}" x="${inShort(x)}" y="${inShort(y)}" xml:space="preserve">${escaped(text)}</text>`;
}

export function box({ x, y, width, height }: Rectangle, classes: string): string {
  return `<rect class="${classes}" x="${inShort(x)}" y="${inShort(y)}" width="${inShort(width)}" height="${inShort(height)}" rx="4"/>`;
}

/** A line through places. */
export function stroke(places: readonly Place[], classes: string): string {
  const points = places.map(({ x, y }) => `${inShort(x)},${inShort(y)}`).join(' ');
  return `<polyline class="${classes}" points="${points}"/>`;
}

/** A tenth of a pixel is nothing that anybody sees. */
function inShort(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Colours of text are at least 4.5 to 1 on their ground, in the light and in the dark. */
const style = `
svg{--ground:#fff;--edge:#d0d7de;--text:#1f2328;--quiet:#59636e;--added:#116329;--added-ground:#dafbe1;--added-edge:#4ac26b;--panel:#f6f8fa;
--line-0:#0969da;--line-1:#bc4c00;--line-2:#8250df;--line-3:#1a7f37;--line-4:#cf222e;--line-5:#59636e}
@media (prefers-color-scheme:dark){svg{--ground:#0d1117;--edge:#3d444d;--text:#f0f6fc;--quiet:#9198a1;--added:#7ee787;--added-ground:#12261e;--added-edge:#238636;--panel:#151b23;
--line-0:#58a6ff;--line-1:#f0883e;--line-2:#bc8cff;--line-3:#3fb950;--line-4:#ff7b72;--line-5:#9198a1}}
text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--text)}
.code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.small{font-size:11.5px}.quiet{fill:var(--quiet)}.heading{font-weight:600;font-size:14px}.large{font-weight:600;font-size:26px}
.added{fill:var(--added)}.middle{text-anchor:middle}.end{text-anchor:end}
.ground{fill:var(--ground);stroke:var(--edge)}.panel{fill:var(--panel);stroke:var(--edge)}.new{fill:var(--added-ground);stroke:var(--added-edge)}.band{fill:var(--added-ground);rx:0}
polyline{fill:none;stroke:var(--quiet)}.grid{stroke:var(--edge)}.new-line{stroke:var(--added-edge)}.curve{stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
${[0, 1, 2, 3, 4, 5].map(line => `.line-${line}{stroke:var(--line-${line})}.mark-${line}{fill:var(--line-${line})}`).join('')}
`;
