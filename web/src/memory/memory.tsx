import { useSearchParams } from 'wouter';
import { SearchField } from '../parts/search-field.tsx';
import { Column, Page } from '../shell/page.tsx';
import { MemoryHits } from './memory-hits.tsx';
import { SessionMemories } from './session-memories.tsx';

// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Memory() {
  const [search, setSearch] = useSearchParams();
  const words = search.get('find') ?? '';
  return (
    <Page title="Memory">
      <Column label="Memory">
        <SearchField
          label="What do you remember about…"
          words={words}
          onSearch={(find) => setSearch(find ? { find } : {})}
        />
        {words ? <MemoryHits key={words} words={words} /> : <SessionMemories />}
      </Column>
    </Page>
  );
}
