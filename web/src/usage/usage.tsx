import { Column, Page } from '../shell/page.tsx';

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Usage() {
  return (
    <Page title="Usage">
      <Column label="Usage">
        <p>Usage</p>
      </Column>
    </Page>
  );
}
