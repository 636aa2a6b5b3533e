import { type Warning, warning } from '../injection/reason.ts';
import { shownName } from '../injection/shown-value.ts';
import { oneLine } from '../shown-text.ts';
import type { ComingSidecar } from './judge-annotations.ts';
import { withCommand } from './with-command.ts';

type Coming = ReadonlyMap<string, ComingSidecar>;

export interface NewPods {
  /** Of the namespace. */
  readonly name: string;
  /** Whether there can be no pods yet. */
  readonly isNew: boolean;
  /** Where each annotation comes from. */
  readonly origins: ReadonlyMap<string, string>;
  /** What pods get that say nothing themselves, now and before. */
  readonly coming: Coming;
  readonly known: Coming;
  /** Whether they are refused, for which others have the words. */
  readonly isOpen: boolean;
}

/** Says which sidecars new pods will get, or will no longer get, and that those that run keep as they are. */
export function previewNewPods({ name, isNew, origins, coming, known, isOpen }: NewPods): readonly Warning[] {
  const pods = `new pods in ${oneLine(name, maxNameLength)}`;
  const changed = [...coming].filter(([sidecar, { hash }]) => known.get(sidecar)?.hash !== hash);
  const gone = isOpen ? [] : [...known.keys()].filter(sidecar => !coming.has(sidecar));
  const news = [
    ...changed.map(([sidecar, { key }]) => {
      const how = known.has(sidecar) ? ' as it is asked for now' : '';
      return { sidecar, text: `${pods} will get ${shownName(sidecar)}${how}${originIn(origins, key)}` };
    }),
    ...gone.map(sidecar => ({ sidecar, text: `${pods} will no longer get ${shownName(sidecar)}` })),
  ];
  const [only, ...others] = news;
  const command = `kubectl rollout restart deployment -n ${name}`;
  const told = (where: string, text: string) => warning('pods-change', where, () => text);
  if (only === undefined) return [];
  if (isNew) return news.map(({ sidecar, text }) => told(shownName(sidecar), text));
  if (others.length === 0)
    return withCommand(`${only.text}; those that run keep as they are`, command).map(text =>
      told(shownName(only.sidecar), text),
    );
  return [
    ...news.map(({ sidecar, text }) => told(shownName(sidecar), text)),
    ...withCommand('those that run keep as they are', command).map(text =>
      told('metadata.annotations', text),
    ),
  ];
}

/** What the namespace itself says needs no word. */
function originIn(origins: ReadonlyMap<string, string>, key: string): string {
  const from = origins.get(key);
  return from?.startsWith('rule ') ? ` (${from})` : '';
}

/** Names may have 63 characters, and a warning should end with its point. */
const maxNameLength = 40;
