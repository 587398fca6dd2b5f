export function SessionHeading({ session }: { session: { title: string } }) {
  return <h1>{session.title}</h1>;
}
