import { Document, visit } from 'yaml';
import type { JsonObject } from '../../kubernetes/json.ts';

/**
 * Writes admission policies as one stream of YAML documents. Long expressions are folded at their spaces, and read back as
 * the very same text: CEL has no blocks that a person could read, and one line of 20,000 characters none can.
 */
export function policiesYaml(objects: readonly JsonObject[]): string {
  return objects.map(documentText).join('---\n');
}

function documentText(object: JsonObject): string {
  const document = new Document(object, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (key, node) => {
      if (key === 'key' || typeof node.value !== 'string') return;
      if (hidden.test(node.value)) node.type = 'QUOTE_DOUBLE';
      else if (isLong(node.value)) node.type = 'BLOCK_FOLDED';
    },
  });
  return document.toString({ lineWidth, minContentWidth: lineWidth / 2 });
}

/** What breaks a line or cannot be seen stands as an escape: a block of nothing but spaces and breaks is read as less. */
const hidden = /[\p{C}\p{Zl}\p{Zp}]/u;

/** Short texts stay where their key is; with a space at an end a block would have to say more than the text. */
function isLong(text: string): boolean {
  return text.length > maxTextLength && text.trim() === text;
}

const maxTextLength = 90;

const lineWidth = 120;
