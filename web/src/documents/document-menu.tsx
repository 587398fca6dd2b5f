import { FileText, MessageSquare, MoreHorizontal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { DocumentFieldsFragment } from '../../../client/generated/graphql.ts';
import { IconButton } from '../parts/icon-button.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { DeleteDocument } from './delete-document.tsx';
import { useUploads } from './uploads/uploads.tsx';

interface DocumentMenuProps {
  document: DocumentFieldsFragment;
  /** Where it stands open already, it is not opened from here. */
  isOpen?: boolean;
  onDeleted: () => void;
}

export function DocumentMenu({ document, isOpen = false, onDeleted }: DocumentMenuProps) {
  const [, navigate] = useLocation();
  const talk = useTalkAbout();
  const [isDeleting, setDeleting] = useState(false);
  const { id, filename, status } = document;
  const open: MenuItem = { name: 'Open', icon: FileText, run: () => navigate(`/documents?open=${id}`) };
  const talkAbout: MenuItem = { name: 'Talk about this document', icon: MessageSquare, run: () => talk(id) };
  return (
    <>
      <Menu
        label={filename}
        trigger={(button) => <IconButton label={`More for ${filename}`} icon={MoreHorizontal} {...button} />}
        items={[
          ...(status === 'READY' && !isOpen ? [open] : []),
          ...(status === 'READY' ? [talkAbout] : []),
          { name: 'Delete…', icon: Trash2, isDangerous: true, run: () => setDeleting(true) },
        ]}
      />
      {isDeleting && <DeleteDocument document={document} onClose={() => setDeleting(false)} onDeleted={onDeleted} />}
    </>
  );
}

/** Goes to where a session begins, with the document at hand. */
export function useTalkAbout(): (documentId: string) => void {
  const { held } = useUploads();
  const [, navigate] = useLocation();
  return (documentId) => {
    held.hold(documentId);
    navigate('/');
  };
}
