import { fileURLToPath } from 'node:url';

/**
 * An admission review to try the webhook with. It stands here, two folders below the project, because the files of a
 * bundle do too.
 */
export const exampleReviewFile = fileURLToPath(new URL('../../docs/examples/review.json', import.meta.url));
