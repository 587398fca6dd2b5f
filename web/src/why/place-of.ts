import type { SourceFieldsFragment } from '../../../client/generated/graphql.ts';

/** A message, or a passage of a document. */
export type Source = SourceFieldsFragment;

/** The address at which a message is shown where it was said: the conversation looks for what stands behind the #. */
export const placeOf = ({ id, session }: { id: string; session: { id: string } }): string => `/s/${session.id}#m-${id}`;

/** The address at which a passage is shown in its document. @param position from 0 */
export const placeOfPassage = (documentId: string, position: number): string =>
  `/documents?open=${documentId}&passage=${position}`;

/** The address at which a source is shown where it stands. */
export const placeOfSource = (source: Source): string =>
  source.__typename === 'ChatMessage' ? placeOf(source) : placeOfPassage(source.document.id, source.position);
