import { Column, Page } from '../shell/page.tsx';

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Settings() {
  return (
    <Page title="Settings">
      <Column label="Settings">
        <p>Settings</p>
      </Column>
    </Page>
  );
}
