import { Column, Page } from '../shell/page.tsx';

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Memory() {
  return (
    <Page title="Memory">
      <Column label="Memory">
        <p>Memory</p>
      </Column>
    </Page>
  );
}
