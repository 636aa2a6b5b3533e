/** What somebody meant who wrote a condition as other languages have it; completes a message, and may be empty. */
export function conditionAdvice(text: string): string {
  if (/&&|\band\b/.test(text)) return '; a list means that all must hold: [secret, "!repo.ssh"]';
  if (/\|\||\bor\b/.test(text)) return '; there is no "or": write an entry for each';
  const [subject = '', fact = ''] = text.split(/==|!=/, 2).map(part => part.trim().replaceAll(/["']/g, ''));
  if (isName(subject) && isName(fact)) return `; write "${text.includes('!=') ? '!' : ''}${subject}.${fact}"`;
  const negated = /^(?:not |! )(.*)$/.exec(text)?.[1]?.trim() ?? '';
  return isName(negated) ? `; write "!${negated}"` : '';
}

function isName(text: string): boolean {
  return /^[a-z0-9][-a-z0-9.]{0,62}$/.test(text);
}
