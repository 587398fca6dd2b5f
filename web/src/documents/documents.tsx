import { Column, Page } from '../shell/page.tsx';

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Documents() {
  return (
    <Page title="Documents">
      <Column label="Documents">
        <p>Documents</p>
      </Column>
    </Page>
  );
}
