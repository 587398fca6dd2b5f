import { useDocumentsQuery } from '../../../client/generated/hooks.ts';
import styles from './report-dialog.module.css';

/** As many as a report takes. */
const MOST = 50;

interface ChooseDocumentsProps {
  chosen: readonly string[];
  onChoose: (documentIds: readonly string[]) => void;
}

/** Documents to draw on besides those of the session, of which it draws anyway. */
export function ChooseDocuments({ chosen, onChoose }: ChooseDocumentsProps) {
  const { data } = useDocumentsQuery({ variables: { first: MOST } });
  const documents = data?.documents.nodes.filter(({ status }) => status === 'READY') ?? [];
  if (documents.length === 0) return null;
  return (
    <fieldset className={styles.documents}>
      <legend>
        Documents to draw on <small>besides those of the session</small>
      </legend>
      <ul>
        {documents.map(({ id, filename }) => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={({ target }) =>
                  onChoose(target.checked ? [...chosen, id] : chosen.filter((other) => other !== id))
                }
              />
              <span>{filename}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
