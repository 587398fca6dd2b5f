/** The address at which a message is shown where it was said. */
export const placeOf = ({ id, session }: { id: string; session: { id: string } }): string =>
  `/s/${session.id}?at=${id}`;
