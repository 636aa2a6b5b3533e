import { Option } from '@commander-js/extra-typings';
import { UsageError } from './usage-error.ts';

/** The option `-o, --output`, the first of whose forms is its default. */
export function outputOption<const Form extends string>(forms: readonly [Form, ...Form[]]) {
  return new Option('-o, --output <form>', 'form of the output')
    .choices(forms)
    .default(forms[0])
    .argParser<Form>(text => {
      const form = forms.find(known => known === text);
      if (form === undefined) throw new UsageError(`--output: got "${text}"; use ${inWords(forms)}`);
      return form;
    });
}

function inWords(forms: readonly string[]): string {
  return [forms.slice(0, -1).join(', '), forms.at(-1)].filter(Boolean).join(' or ');
}
