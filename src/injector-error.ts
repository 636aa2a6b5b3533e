/** The base of every error this program throws on purpose: its message is fit to be shown to a person. */
export class InjectorError extends Error {
  override name = 'InjectorError';
}
