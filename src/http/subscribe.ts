import { createSourceEventStream, type ExecutionResult, execute } from 'graphql';
import { eventContext } from './create-context.ts';
import { mapEvents } from './map-events.ts';
import type { Operation } from './operation.ts';
import { projectionOf } from './project-event.ts';

export type Results = AsyncGenerator<ExecutionResult, void, void>;

/**
 * Like graphql's `subscribe`, but each event is executed with a context of its own, and what goes wrong before the first
 * event is thrown from the stream: transports then say `error` instead of `next`.
 */
export async function subscribe(operation: Operation): Promise<Results> {
  const source = await createSourceEventStream(operation);
  if (!(Symbol.asyncIterator in source)) return failing(source.errors?.[0]);
  const project = projectionOf(operation, 'ReplyDelta', 'ReplyEvent');
  return mapEvents(source[Symbol.asyncIterator](), (event) =>
    project && isDelta(event)
      ? project(event)
      : execute({ ...operation, rootValue: event, contextValue: eventContext(operation.contextValue) }),
  );
}

// biome-ignore lint/correctness/useYield: it fails before it would
async function* failing(error = new Error('The subscription did not start.')): Results {
  throw error;
}

const isDelta = (event: unknown): event is Readonly<Record<string, unknown>> =>
  typeof event === 'object' && event !== null && '__typename' in event && event.__typename === 'ReplyDelta';
