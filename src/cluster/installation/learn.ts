import { type Fact, known, unknown } from '../../diagnosis/fact.ts';
import { MalformedObjectError } from '../../kubernetes/malformed-object-error.ts';
import { oneLine } from '../../shown-text.ts';
import { ApiError, lacksRight, rightsPage } from '../api-error.ts';

/** What a question to the API server brings: its answer, or why there is none. */
export async function learn<T>(answer: Promise<T>): Promise<Fact<T>> {
  try {
    return known(await answer);
  } catch (error) {
    if (error instanceof MalformedObjectError) return unknown(oneLine(error.message, maxLength));
    if (!(error instanceof ApiError)) throw error;
    const isForbidden = error.status === 401 || error.status === 403;
    const answer = oneLine(`${isForbidden ? 'forbidden: ' : ''}${error.answer}`, maxLength);
    return unknown(lacksRight(error) ? `${answer}; the rights: ${rightsPage}` : answer, isForbidden);
  }
}

const maxLength = 400;
