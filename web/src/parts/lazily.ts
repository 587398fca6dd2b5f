import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

const loads: (() => Promise<unknown>)[] = [];
const failures = new Set<unknown>();

/** `lazy`, for what the first load does without. */
export function lazily<Props extends object>(load: Load<Props>): LazyExoticComponent<ComponentType<Props>> {
  loads.push(load);
  return lazy(async () => {
    try {
      return await load();
    } catch (error) {
      failures.add(error);
      throw error;
    }
  });
}

/** Fetches the rest while the server is there, so that a lost connection takes no part of the page away. */
export async function loadRest(): Promise<void> {
  // What is loaded may add to it.
  for (const load of loads) await load().catch(() => undefined);
}

/** Whether it broke since it could not be fetched. That lasts until the page is loaded anew. */
export const wasNotFetched = (error: unknown): boolean => failures.has(error);
