/** The way that a body takes in earnest: over a socket into the app of the admission server, and its answer back. */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReviewRecord } from '../../src/admission/review-record.ts';
import { createAdmissionApp } from '../../src/http/admission-app.ts';
import { unfinishedBounds } from '../../src/http/admission-server.ts';
import { UnfinishedRequests } from '../../src/http/unfinished-requests.ts';
import { holdsMarker, problemsOfAnswer } from './check-answer.ts';
import type { Node } from './mutate-review.ts';
import type { Setting } from './settings.ts';
import { type Finding, findingOf } from './trial.ts';

export interface BodyPath {
  /** The findings of one body. */
  readonly send: (body: Buffer) => Promise<readonly Finding[]>;
  readonly close: () => void;
}

const answerWithinMs = 10_000;

/** Opens the way, on loopback and without TLS. */
export async function openBodyPath({ core }: Setting): Promise<BodyPath> {
  let record: ReviewRecord | undefined;
  let failure = '';
  const app = createAdmissionApp({
    ...core,
    unfinished: new UnfinishedRequests(
      unfinishedBounds,
      () => performance.now(),
      () => {},
    ),
    onDecision: decided => {
      record = decided;
    },
    onFailure: (_status, message, error) => {
      failure = `${message} ${error instanceof Error ? error.stack : ''}`;
    },
    isDraining: () => false,
  });
  // Rounds under other settings may take long in between: no connection is closed because it is idle.
  const server = createServer({ keepAliveTimeout: 0 }, app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async (body: Buffer): Promise<readonly Finding[]> => {
    record = undefined;
    failure = '';
    const answer = await post({ port, agent, body }).catch((error: Error) => error);
    if (answer instanceof Error) return [{ promise: 'answer', what: answer.message }];
    if (answer.status !== 200 && holdsMarker(answer.text))
      return [{ promise: 'credential', what: `comes back with status ${answer.status}` }];
    if (answer.status !== 200) return statusProblems(answer, failure);
    if (record === undefined) return [{ promise: 'record', what: 'there is none' }];
    const review = readReview(body.toString('utf8'));
    if (review === undefined) return [{ promise: 'status', what: '200 for what is no JSON' }];
    return problemsOfAnswer({ review, answer: JSON.parse(answer.text), record, core }).map(findingOf);
  };
  return {
    send,
    close: () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What is wrong only within the managed fields of a pod is not seen where nobody reads them, and they are none here. */
function readReview(text: string): Node | undefined {
  for (const read of [text, text.replace(/"managedFields":\[[^\]]*\]/, '"managedFields":[]')]) {
    try {
      return JSON.parse(read) as Node;
    } catch {
      // The next one is tried.
    }
  }
  return undefined;
}

function statusProblems({ status, text }: Answer, failure: string): readonly Finding[] {
  if (![400, 413].includes(status))
    return [{ promise: 'status', what: `${status}: ${failure || text}`.slice(0, 600) }];
  return text.length > 4096 ? [{ promise: 'message', what: `${text.length} characters in a ${status}` }] : [];
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Sending {
  readonly port: number;
  readonly agent: Agent;
  readonly body: Buffer;
}

function post({ port, agent, body }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const call = request(
      { host: '127.0.0.1', port, path: '/mutate', method: 'POST', agent, headers },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    const timer = setTimeout(() => call.destroy(new Error('no answer in 10 s')), answerWithinMs);
    call.once('close', () => clearTimeout(timer));
    call.once('error', reject);
    call.end(body);
  });
}
