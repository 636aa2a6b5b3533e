import type { ParameterType } from './parameter-type.ts';
import { textType } from './parameter-type.ts';

/** A step that leads nowhere, or up. */
export const relativeSegment = /\/\.\.?(\/|$)/;

export const pathPattern = /^(\/[^/:]+)+$/;

/** An absolute path in normal form; a slash at its end is dropped. The kubelet forbids colons in mount paths. */
export const path: ParameterType = {
  expects: 'an absolute path such as /site, without . and .. segments or a colon',
  maximumLength: 4096,
  facts: {},
  constraints: ['pattern'],
  read: text => {
    const value = text.replace(/(?<=[^/])\/$/, '');
    const isNormal = pathPattern.test(value) && !relativeSegment.test(value);
    return isNormal ? { value } : { use: path.expects };
  },
};

/** One segment of a path: the name of a file or directory, never a way out of its parent. */
export const pathSegment: ParameterType = textType(
  /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*|\.(?:[A-Za-z0-9_-]|\.[A-Za-z0-9._-])[A-Za-z0-9._-]*)$/,
  'a single file name of letters, digits, ".", "_" and "-"',
  255,
);
