import { Sheet } from '../parts/sheet.tsx';

export function ReportDialog({ onClose }: { sessionId: string; onClose: () => void }) {
  return (
    <Sheet label="Report" side="centre" onClose={onClose}>
      <h2>Report</h2>
    </Sheet>
  );
}
