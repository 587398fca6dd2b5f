import { useSearchParams } from 'wouter';
import { SearchField } from '../../parts/search-field.tsx';
import { Column, Page } from '../../shell/page.tsx';
import { AddDocuments } from '../uploads/add-documents.tsx';
import { DocumentHits } from './document-hits.tsx';
import { DocumentList } from './document-list.tsx';

export function DocumentLibrary() {
  const [search, setSearch] = useSearchParams();
  const words = search.get('find') ?? '';
  return (
    <Page title="Documents" actions={<AddDocuments />}>
      <Column label="Documents">
        <SearchField
          label="Search in all documents"
          words={words}
          onSearch={(find) => setSearch(find ? { find } : {})}
        />
        {words ? <DocumentHits words={words} /> : <DocumentList />}
      </Column>
    </Page>
  );
}
