import { shownList, shownName } from '../../injection/shown-value.ts';
import type { JsonObject } from '../../kubernetes/json.ts';
import type { Engine } from './engine.ts';
import { judgeManifest, judgeNewWorkload, judgeTemplate } from './explain-manifest.ts';
import type { Told } from './explanation.ts';
import type { Judgement } from './judgement.ts';
import type { ObjectRole } from './object-role.ts';

type MakerRole = ObjectRole & { readonly role: 'workload' | 'unwatched' };

/** What the pods get that an object makes from now on, as it is stored. */
export function judgeStoredTemplates(object: JsonObject, role: MakerRole, engine: Engine): Judgement {
  if (role.role === 'unwatched') return judgeManifest(object, role, engine);
  const now = judgeTemplate(role.workload, engine);
  const next = judgeNewWorkload(role, engine);
  // What was told when it was written is no news.
  const warnings = next.warnings.filter(({ code }) => code !== 'pods-change');
  if (now.problems.length > 0) return { ...now, warnings };
  const known = new Set(now.sidecars.map(({ container }) => container));
  const missing = next.sidecars.filter(({ container }) => !known.has(container));
  if (missing.length === 0) return { ...now, problems: next.problems, warnings };
  return {
    ...next,
    reason: 'annotation-not-carried',
    problems: [
      notCarried(
        role,
        missing.map(({ container }) => container),
      ),
      ...next.problems,
    ],
    warnings,
  };
}

/** It was annotated while nobody asked the injector, and nothing has changed since that would have made somebody ask. */
function notCarried(
  { workload: { kind, metadata, isTemplateFixed, templatePath } }: MakerRole & { readonly role: 'workload' },
  missing: readonly string[],
): Told {
  const name = shownName(metadata.name ?? '');
  const template = templatePath.join('.');
  return {
    code: 'annotation-not-carried',
    where: `${kind} ${name}`,
    message: isTemplateFixed
      ? `the ${kind} asks for ${shownList(missing)}, and ${template}, which cannot change, does not`
      : `the ${kind} asks for ${shownList(missing)}, and ${template} has nothing of it: the injector was not asked when it was annotated`,
    advice: isTemplateFixed
      ? `delete ${kind} "${name}" and create it again`
      : `change anything in its spec, as by kubectl rollout restart ${kind.toLowerCase()}/${name}`,
  };
}
