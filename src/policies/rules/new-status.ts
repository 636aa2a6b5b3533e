/** The status annotation of an injected pod: patch/write-status.ts in CEL. */
import type { SidecarDefinition } from '../../sidecars/definition.ts';
import {
  and,
  at,
  binary,
  bind,
  concat,
  conditional,
  each,
  equals,
  field,
  integer,
  isIn,
  list,
  literal,
  mapWhere,
  method,
  name,
  not,
  optionalAt,
  or,
  orValue,
  size,
  variable,
} from '../cel/build-expression.ts';
import type { Expression } from '../cel/expression.ts';
import { jsonText } from '../template/json-text.ts';
import { broughtKeys } from './added-annotations.ts';
import { requestKey } from './instance-keys.ts';
import { appendedNames, isUsers, listAnnotations, needsNames } from './list-annotations.ts';
import { allContainersOf, ownVolumes, parts } from './rendered-sidecar.ts';
import { requestKeys } from './requests.ts';

/** The status with an entry for each sidecar behind what is there. */
export function newStatus(definition: SidecarDefinition): Expression {
  const added = each(variable('sidecars'), 'map', 'sidecar', sidecar => statusEntry(sidecar, definition));
  const before = method(
    method(variable('status'), 'find', literal('(?s)^.*[}]\\s*[}]')),
    'find',
    literal('(?s)^.*[}]'),
  );
  const inner = conditional(
    equals(size(variable('statusEntries')), 0),
    literal('{'),
    concat(method(before, 'substring', integer(0), binary('-', size(before), integer(1))), ','),
  );
  return concat(inner, method(added, 'join', literal(',')), '}');
}

function statusEntry(sidecar: Expression, definition: SidecarDefinition): Expression {
  const instance = at(sidecar, parts.instance);
  const request = at(instance, requestKey);
  const own = at(instance, 'name');
  const added = each(ownVolumes(sidecar), 'map', 'volume', volume => at(at(volume, 'volume'), 'name'));
  const keys = concat(
    ...listAnnotations.map(listed =>
      conditional(and(not(isUsers(listed.key)), needsNames(listed, own)), list(literal(listed.key)), list()),
    ),
    broughtKeys(sidecar),
  );
  const appended = concat(...listAnnotations.map(listed => appendedNames(listed, own)));
  const mounts = namesInApp('wantedMounts', 'addedMounts', own, wanted =>
    at(at(wanted, 'mount'), 'mountPath'),
  );
  const variables = namesInApp('wantedVariables', 'addedVariables', own, wanted =>
    at(at(wanted, 'variable'), 'name'),
  );
  const content = optionalAt(sidecar, parts.content);
  const rest = concat(
    conditional(
      method(content, 'hasValue'),
      concat(',"content":', jsonText(orValue(content, ''))),
      literal(''),
    ),
    listField('mounts', mounts),
    listField('env', variables),
    listField('annotations', keys),
    listField('appended', appended),
    listField('imagePullSecrets', variable('pullSecrets')),
  );
  const from = conditional(
    orValue(optionalAt(request, requestKeys.isInherited), literal(false)),
    concat(',"from":', jsonText(concat('namespace ', field(name('request'), 'namespace')))),
    literal(''),
  );
  const inherited = bind(orValue(optionalAt(request, requestKeys.inherited), '[]'), 'inherited', text =>
    conditional(equals(text, '[]'), literal(''), concat(',"inherited":', jsonText(text))),
  );
  return concat(
    jsonText(own),
    ':{"definition":',
    jsonText(literal(definition.hash)),
    ',"parameters":',
    jsonText(at(request, requestKeys.parameters)),
    ',"mode":',
    jsonText(at(sidecar, parts.mode)),
    ',"containers":',
    quotedList(each(allContainersOf(sidecar), 'map', 'own', container => at(container, 'name'))),
    ',"volumes":',
    quotedList(added),
    rest,
    from,
    inherited,
    ',"by":"policy"}',
  );
}

function quotedList(values: Expression): Expression {
  return concat('[', method(each(values, 'map', 'name', jsonText), 'join', literal(',')), ']');
}

/** A field that is left out where its list is empty. */
function listField(key: string, values: Expression): Expression {
  return bind(values, 'values', found =>
    conditional(equals(size(found), 0), literal(''), concat(`,"${key}":`, quotedList(found))),
  );
}

/** What was added to containers of the app, as `app:/site`; what another one of this pass added counts for both. */
function namesInApp(
  wantedName: string,
  addedName: string,
  instance: Expression,
  what: (wanted: Expression) => Expression,
): Expression {
  const told = (found: Expression) =>
    concat(at(at(at(at(found, 'wanted'), 'place'), 'container'), 'name'), ':', what(at(found, 'wanted')));
  const now = each(variable(addedName), 'map', 'added', told);
  return bind(now, 'now', added =>
    mapWhere(
      variable(wantedName),
      'wanted',
      wanted =>
        and(
          equals(at(at(at(wanted, 'wanted'), 'instance'), 'name'), instance),
          or(
            isIn(told(wanted), added),
            method(variable('status'), 'contains', concat('"', told(wanted), '"')),
          ),
        ),
      told,
    ),
  );
}
