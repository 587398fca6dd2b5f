import { useSearchParams } from 'wouter';
import { DocumentLibrary } from './library/document-library.tsx';
import { DocumentReader } from './reader/document-reader.tsx';

/** All documents, or the one that the address names, at the passage that it names. */
// biome-ignore lint/style/noDefaultExport: React's `lazy` takes the default of a module
export default function Documents() {
  const [search] = useSearchParams();
  const id = search.get('open');
  const passage = search.get('passage');
  if (id === null) return <DocumentLibrary />;
  return <DocumentReader key={id} id={id} passage={passage === null ? null : Math.max(0, Number(passage) || 0)} />;
}
