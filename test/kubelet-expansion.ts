/**
 * What the kubelet does to arguments, commands and variables before a program sees them, transcribed from
 * https://github.com/kubernetes/kubernetes/blob/v1.34.0/third_party/forked/golang/expansion/expand.go
 */
export function expand(input: string, valueFor: (name: string) => string): string {
  let output = '';
  let checkpoint = 0;
  for (let cursor = 0; cursor < input.length; cursor++) {
    if (input[cursor] !== '$' || cursor + 1 >= input.length) continue;
    output += input.slice(checkpoint, cursor);
    const { read, isVariable, advance } = tryReadVariableName(input.slice(cursor + 1));
    output += isVariable ? valueFor(read) : read;
    cursor += advance;
    checkpoint = cursor + 1;
  }
  return output + input.slice(checkpoint);
}

interface Reading {
  readonly read: string;
  readonly isVariable: boolean;
  readonly advance: number;
}

function tryReadVariableName(input: string): Reading {
  if (input[0] === '$') return { read: '$', isVariable: false, advance: 1 };
  // Not the beginning of a reference: operator and character stay as they are.
  if (input[0] !== '(') return { read: `$${input[0]}`, isVariable: false, advance: 1 };
  const end = input.indexOf(')', 1);
  if (end === -1) return { read: '$(', isVariable: false, advance: 1 };
  return { read: input.slice(1, end), isVariable: true, advance: end + 1 };
}
