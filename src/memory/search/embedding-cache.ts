import { LRUCache } from 'lru-cache';
import type { Em } from '../../db/orm.ts';
import { type QuestionEmbedding, readEmbeddings } from './nearest.ts';
import type { Scope } from './scope-cache.ts';

/** Those of one scope and model. Within a version of the scope, an embedding that is there stays as it is. */
interface Held {
  version: number;
  /** Of the chunks that have one, as their embeddings lie in `vectors`. */
  ids: number[];
  placeOf: Map<number, number>;
  /** One after the other, with room for more. */
  vectors: Float32Array<ArrayBuffer>;
}

/** The embeddings of the sessions searched lately: to compare with them here takes a tenth of what it takes to read them. */
export class EmbeddingCache {
  readonly #held: LRUCache<string, Held>;

  constructor(maxBytes = 128 * 1024 * 1024) {
    this.#held = new LRUCache({ maxSize: maxBytes, sizeCalculation: bytesOf });
  }

  clear(): void {
    this.#held.clear();
  }

  /**
   * How like the question each chunk is, exactly.
   *
   * @returns in the order of the scopes' chunks, in [-1, 1]; NaN where this model has not embedded the chunk
   */
  async cosinesTo(
    em: Em,
    userId: string,
    question: QuestionEmbedding,
    scopes: readonly Scope[],
  ): Promise<Float64Array> {
    // What a transaction has written may be rolled back: it neither adds to what others see, nor relies on it.
    const isShared = !em.isInTransaction();
    const held = scopes.map((scope) => (isShared ? this.#heldOf(scope, question) : nothingOf(scope)));
    const missing = scopes.flatMap((scope, at) => missingIds(scope, held[at]));
    const found = await readEmbeddings(em, userId, question, missing);
    const cosines: Float64Array[] = [];
    for (const [at, scope] of scopes.entries()) {
      const own = held[at] ?? nothingOf(scope);
      if (add(own, scope, found) && isShared) this.#hold(keyOf(scope, question), own);
      cosines.push(compare(own, scope, question.vector));
    }
    return joined(cosines);
  }

  /** Others may be adding to it too, so it stays the one it is; set again where it stands, it would keep its first size. */
  #hold(key: string, held: Held): void {
    this.#held.delete(key);
    this.#held.set(key, held);
  }

  #heldOf(scope: Scope, question: QuestionEmbedding): Held {
    const held = this.#held.get(keyOf(scope, question));
    return held?.version === scope.version ? held : nothingOf(scope);
  }
}

/** About what the place of a chunk takes beside its embedding. */
const PLACE_BYTES = 64;

const bytesOf = ({ vectors, ids }: Held): number => vectors.byteLength + ids.length * PLACE_BYTES + 1;

const keyOf = (scope: Scope, { model, vector }: QuestionEmbedding) => `${scope.id} ${vector.length} ${model}`;

const nothingOf = ({ version }: Scope): Held => ({
  version,
  ids: [],
  placeOf: new Map(),
  vectors: new Float32Array(),
});

/** Where each chunk's embedding lies; -1 where there is none. Mostly they lie in the order of the chunks. */
function placesOf({ chunks }: Scope, { ids, placeOf }: Held): Int32Array {
  const places = new Int32Array(chunks.length);
  let next = 0;
  for (let index = 0; index < chunks.length; index++) {
    const id = chunks[index]?.id ?? -1;
    const place = ids[next] === id ? next : (placeOf.get(id) ?? -1);
    places[index] = place;
    if (place >= 0) next = place + 1;
  }
  return places;
}

function missingIds(scope: Scope, held: Held = nothingOf(scope)): number[] {
  const places = placesOf(scope, held);
  return scope.chunks.filter((_, index) => places[index] === -1).map(({ id }) => id);
}

/** @returns whether there was anything to add */
function add(held: Held, { chunks }: Scope, found: ReadonlyMap<number, Uint8Array>): boolean {
  if (found.size === 0) return false;
  const added = chunks.flatMap(({ id }) => {
    const bytes = held.placeOf.has(id) ? undefined : found.get(id);
    return bytes ? [{ id, bytes }] : [];
  });
  const [first] = added;
  if (!first) return false;
  const length = first.bytes.byteLength;
  held.vectors = withRoom(held.vectors, (held.ids.length + added.length) * length);
  const lying = new Uint8Array(held.vectors.buffer);
  for (const { id, bytes } of added) {
    const place = held.ids.length;
    lying.set(bytes, place * length);
    held.ids.push(id);
    held.placeOf.set(id, place);
  }
  return true;
}

/** Larger by a quarter than what is needed: messages come one by one. */
function withRoom(vectors: Float32Array<ArrayBuffer>, bytes: number): Float32Array<ArrayBuffer> {
  if (vectors.byteLength >= bytes) return vectors;
  const larger = new Float32Array(Math.ceil((bytes / vectors.BYTES_PER_ELEMENT) * 1.25));
  larger.set(vectors);
  return larger;
}

function compare(held: Held, scope: Scope, vector: Float32Array): Float64Array {
  const places = placesOf(scope, held);
  const cosines = new Float64Array(places.length);
  for (let index = 0; index < places.length; index++) {
    const place = places[index] ?? -1;
    cosines[index] = place < 0 ? Number.NaN : dotProduct(held.vectors, place * vector.length, vector);
  }
  return cosines;
}

/** Four sums at a time: each addition would else wait for the one before. */
function dotProduct(vectors: Float32Array, from: number, vector: Float32Array): number {
  const own = vectors.subarray(from, from + vector.length);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let at = 0; at < vector.length; at += 4) {
    a += (own[at] ?? 0) * (vector[at] ?? 0);
    b += (own[at + 1] ?? 0) * (vector[at + 1] ?? 0);
    c += (own[at + 2] ?? 0) * (vector[at + 2] ?? 0);
    d += (own[at + 3] ?? 0) * (vector[at + 3] ?? 0);
  }
  return a + b + c + d;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const [first = new Float64Array()] = parts;
  if (parts.length === 1) return first;
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let from = 0;
  for (const part of parts) {
    whole.set(part, from);
    from += part.length;
  }
  return whole;
}
