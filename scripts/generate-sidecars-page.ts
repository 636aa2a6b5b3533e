/** docs/sidecars.md: how to write a sidecar, and the reference of the language, made from what the reader checks. */
import { readFileSync } from 'node:fs';
import { injectParameter, versionParameter } from '../src/injection/request/annotation-keys.ts';
import { findings } from '../src/sidecars/finding.ts';
import { commonParameters } from '../src/sidecars/parameters/common-parameters.ts';
import { parameterTypes } from '../src/sidecars/parameters/types/parameter-types.ts';
import { specShape } from '../src/sidecars/schema/definition-shape.ts';
import type { Shape } from '../src/sidecars/shape.ts';
import { runFacts } from '../src/sidecars/template/conditions.ts';

export function sidecarsPage(notice: string): string {
  const spec = fieldsOf(specShape);
  const parameter = fieldsOf(spec['parameters']);
  const volume = fieldsOf(spec['volumes']);
  const parts = ['sidecars-head.md', 'sidecars-recipes.md', 'sidecars-reference.md'].map(part =>
    readFileSync(new URL(part, import.meta.url), 'utf8').trimEnd(),
  );
  return `${parts.join('\n\n').replace('{notice}', notice)}

## The keys of \`spec\`

| key | meaning |
|---|---|
${rows(spec)}

A volume is what Kubernetes takes, and has two keys more:

| key | meaning |
|---|---|
${rows({ shared: volume['shared'], at: volume['at'] })}

## The keys of a parameter

| key | meaning |
|---|---|
${rows(parameter)}

## Types

| type | takes | characters | keys | facts |
|---|---|---|---|---|
${[...parameterTypes].map(([name, type]) => `| \`${name}\` | ${cell(type.expects)} | ${type.maximumLength} | ${type.constraints.map(inCode).join(', ')} | ${factsOf(type.facts)} |`).join('\n')}

\`characters\` is the greatest length of a value. A longer one is refused before anything looks at it.
Each value of an enum and each literal of \`or\` is a fact too. A list has the facts of its values.

## Facts of the run

| fact | meaning |
|---|---|
${Object.entries(runFacts)
  .map(([fact, sentence]) => `| \`${fact}\` | ${sentence} |`)
  .join('\n')}

## Findings

What \`validate\` finds in a definition that works. A finding that is meant to be is accepted in the file, with a reason, and
then counts for no exit code: \`accept: {capabilities: "it changes the routes of the pod"}\`. What is accepted is no part of
the version of a definition: no running pod is outdated by it.

| finding | meaning |
|---|---|
${Object.entries(findings)
  .map(([finding, sentence]) => `| \`${finding}\` | ${cell(sentence)} |`)
  .join('\n')}

## What every sidecar understands

These names are the engine's in every definition.

| annotation | where | meaning |
|---|---|---|
${commonRows()}
`;
}

type Fields = Readonly<Record<string, Shape | undefined>>;

/** The keys that may stand in a shape, or in the entries of a list or map of it. */
function fieldsOf(shape: Shape | undefined): Fields {
  if (shape === undefined) return {};
  if (shape.kind === 'object') return shape.fields;
  return 'of' in shape ? fieldsOf(shape.of) : {};
}

function rows(fields: Fields): string {
  return Object.entries(fields)
    .map(([key, shape]) => `| \`${key}\` | ${cell(meaningOf(shape))} |`)
    .join('\n');
}

function meaningOf(shape: Shape | undefined): string {
  if (shape?.description !== undefined) return shape.description;
  if (shape?.kind === 'template') return meaningOf(shape.of);
  const inner = shape?.kind === 'object' ? Object.entries(shape.fields) : [];
  return inner.map(([key, field]) => `\`${key}\`: ${meaningOf(field)}`).join(' ');
}

function factsOf(facts: Readonly<Record<string, string>>): string {
  return Object.entries(facts)
    .map(([fact, sentence]) => `\`${fact}\`: ${sentence}`)
    .join('; ');
}

function commonRows(): string {
  const none = {
    modes: ['native', 'classic', 'init'],
    hasReady: false,
    hasSharedVolume: false,
    hasAppEnvironment: false,
  } as const;
  const causes = [
    { trait: 'hasReady', where: '`ready`' },
    { trait: 'hasSharedVolume', where: 'a shared volume' },
    { trait: 'hasAppEnvironment', where: '`app.env`' },
  ] as const;
  const namesWith = (traits: Parameters<typeof commonParameters>[0]) =>
    new Set(commonParameters(traits).map(({ name }) => name));
  const everywhere = namesWith(none);
  const withCause = causes.map(({ trait, where }) => ({
    where,
    names: namesWith({ ...none, [trait]: true }),
  }));
  const whereOf = (name: string) => {
    if (everywhere.has(name)) return 'always';
    return `with ${withCause.flatMap(({ where, names }) => (names.has(name) ? where : [])).join(' or ')}`;
  };
  // No value of a definition, but a word about it: nothing else is read of what it leaves out.
  const inject = `| \`.${injectParameter}\` | always | ${leaveOut} |`;
  const others = commonParameters({
    ...none,
    hasReady: true,
    hasSharedVolume: true,
    hasAppEnvironment: true,
  });
  return [
    inject,
    `| \`.${versionParameter}\` | always | ${versions} |`,
    ...others.map(({ name, description }) => `| \`.${name}\` | ${whereOf(name)} | ${cell(description)} |`),
  ].join('\n');
}

const versions =
  '`next` or `current`: which version of the definition counts where there are two ([versions.md](versions.md)).';

const leaveOut =
  '`"false"` leaves the sidecar out, whoever asks for it, and may stand alone; `"true"` is as if it were absent.';

function inCode(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
