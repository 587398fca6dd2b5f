import type { Metrics } from '../metrics.ts';
import { type ChatEvent, type ChatModel, type ChatProvider, type ChatRequest, ModelError } from './chat-model.ts';
import type { Embedder } from './embedder.ts';

type Calls = Metrics['modelCalls'];

/** The same models, every call counted. */
export function meteredChat(provider: ChatProvider, calls: Calls): ChatProvider {
  return {
    kind: provider.kind,
    problem: (signal) => provider.problem(signal),
    models: provider.models.map((model) => meteredModel(model, calls)),
  };
}

function meteredModel(model: ChatModel, calls: Calls): ChatModel {
  const { id, contextWindowTokens } = model;
  return { id, contextWindowTokens, stream: (request, signal) => counted(model, request, signal, calls) };
}

async function* counted(
  model: ChatModel,
  request: ChatRequest,
  signal: AbortSignal,
  calls: Calls,
): AsyncGenerator<ChatEvent, void, undefined> {
  // Whoever leaves before the end leaves it at that.
  let outcome = 'ABORTED';
  try {
    for await (const event of model.stream(request, signal)) {
      if (event.type === 'end') outcome = 'OK';
      yield event;
    }
    if (outcome !== 'OK' && !signal.aborted) outcome = 'MODEL_UNAVAILABLE';
  } catch (error) {
    outcome = outcomeOf(error, signal);
    throw error;
  } finally {
    calls.inc({ model: model.id, purpose: request.purpose, outcome });
  }
}

export function meteredEmbedder(embedder: Embedder, calls: Calls): Embedder {
  const { model, maxTokens } = embedder;
  const count = (outcome: string) => calls.inc({ model, purpose: 'EMBEDDING', outcome });
  return {
    model,
    maxTokens,
    async embed(texts, signal) {
      try {
        const embeddings = await embedder.embed(texts, signal);
        count('OK');
        return embeddings;
      } catch (error) {
        count(outcomeOf(error, signal));
        throw error;
      }
    },
    warm: async () => embedder.warm?.(),
    close: () => embedder.close(),
  };
}

function outcomeOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'ABORTED';
  return error instanceof ModelError ? error.code : 'UNEXPECTED';
}
