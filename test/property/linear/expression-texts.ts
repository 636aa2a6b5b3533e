/** The texts that make a regular expression work hardest, read from its syntax tree: each repetition is fed again and again. */
import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';

/** Makes texts of any length for an expression: what comes before a repetition, much of what it repeats, and an odd end. */
export function hardTexts(expression: RegExp): readonly ((length: number) => string)[] {
  const { source, flags } = expression;
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
  const texts: ((length: number) => string)[] = [];
  visitRegExpAST(pattern, {
    onQuantifierEnter(quantifier) {
      if (quantifier.max < 16) return;
      const before = textBefore(quantifier);
      for (const unit of unitsOf(quantifier.element)) {
        for (const end of ['', '\u0000', 'x', '=']) {
          texts.push(length => before + unit.repeat(length / unit.length) + end);
          texts.push(length => unit.repeat(length / unit.length) + end);
        }
      }
    },
  });
  return texts;
}

/** A text that matches all that stands before a node. */
function textBefore(node: AST.Node): string {
  const { parent } = node;
  if (parent === null || parent === undefined) return '';
  const siblings = parent.type === 'Alternative' ? parent.elements : [];
  const earlier = siblings.slice(0, siblings.indexOf(node as AST.Element));
  return textBefore(parent) + earlier.map(exampleOf).join('');
}

function exampleOf(node: AST.Node): string {
  return unitsOf(node)[0] ?? '';
}

/** Short texts that match a node, of different kinds where it matches several. */
function unitsOf(node: AST.Node): readonly string[] {
  switch (node.type) {
    case 'Character':
      return [String.fromCodePoint(node.value)];
    case 'CharacterSet':
    case 'CharacterClass':
    case 'ExpressionCharacterClass':
      return probes.filter(probe => new RegExp(`^(?:${node.raw})$`, 'u').test(probe)).slice(0, 6);
    case 'Quantifier':
      return unitsOf(node.element);
    case 'Group':
    case 'CapturingGroup':
      return node.alternatives.map(alternative => alternative.elements.map(exampleOf).join(''));
    default:
      return [];
  }
}

/** One of each kind of character that expressions tell apart. */
const probes: readonly string[] = [
  ...'1aZ-._/:@=+,;$({[#%?&! \n\t~\\"',
  'ё',
  '\u0000',
  '\u202e',
  '\u{1f600}',
];
