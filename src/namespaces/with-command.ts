/** A sentence and the command that goes with it: in one line where that is not cut, in two where it would be. */
export function withCommand(sentence: string, command: string): readonly string[] {
  const line = `${sentence}: ${command}`;
  return line.length <= maxLine ? [line] : [sentence, command];
}

/** No warning is shown longer. */
const maxLine = 120;
