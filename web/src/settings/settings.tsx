import { Column, Page } from '../shell/page.tsx';
import { AccountSection } from './account-section.tsx';
import { DeletedSessions } from './deleted-sessions.tsx';
import { EraseSection } from './erase-section.tsx';
import { ExportSection } from './export-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { ModelSection } from './model-section.tsx';
import { Section } from './section.tsx';
import { ThemeSection } from './theme-section.tsx';

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Settings() {
  return (
    <Page title="Settings">
      <Column label="Settings">
        <Section name="Model, and where your words go">
          <ModelSection />
        </Section>
        <Section name="Appearance">
          <ThemeSection />
        </Section>
        <Section name="Keys and reading out">
          <KeysSection />
        </Section>
        <Section name="Deleted sessions">
          <DeletedSessions />
        </Section>
        <Section name="Export">
          <ExportSection />
        </Section>
        <AccountSection />
        <Section name="Erase everything">
          <EraseSection />
        </Section>
      </Column>
    </Page>
  );
}
