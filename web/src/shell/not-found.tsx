import { Link } from 'wouter';
import { Column, Page } from './page.tsx';

export function NotFound() {
  return (
    <Page title="Nothing here">
      <Column label="Nothing here">
        <p>
          There is no page at this address. <Link href="/">Begin a session</Link>, or choose one from the list.
        </p>
      </Column>
    </Page>
  );
}
