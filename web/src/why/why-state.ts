/** Something written and not sent. */
export interface Draft {
  sessionId: string;
  content: string;
}

/** What the browser keeps with an address: a draft is too long to stand in it. */
export interface WhyState {
  draft?: Draft;
  isOpenedHere?: boolean;
}

/** @param state what the browser kept; of another page, anything */
export function draftOf(state: unknown): Draft | null {
  const draft = memberOf(state, 'draft');
  const [sessionId, content] = [memberOf(draft, 'sessionId'), memberOf(draft, 'content')];
  return typeof sessionId === 'string' && typeof content === 'string' ? { sessionId, content } : null;
}

/** Whether Back leads to where the panel was not shown yet. */
export const wasOpenedHere = (state: unknown): boolean => memberOf(state, 'isOpenedHere') === true;

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
