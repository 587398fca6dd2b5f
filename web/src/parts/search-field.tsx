import { Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './icon-button.tsx';
import styles from './search-field.module.css';

interface SearchFieldProps {
  label: string;
  /** What was searched for. */
  words: string;
  /** An empty text: for nothing. */
  onSearch: (words: string) => void;
}

/** Asked by Enter and not by every letter, because each question is embedded. */
export function SearchField({ label, words, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(words);
  useEffect(() => setText(words), [words]);
  return (
    <search>
      <form
        className={styles.field}
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(text.trim());
        }}
      >
        <Search size={17} aria-hidden="true" />
        <input
          type="search"
          enterKeyHint="search"
          aria-label={label}
          placeholder={label}
          maxLength={2000}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        {text.trim() !== '' && text.trim() !== words && (
          <span className="wide-only" aria-hidden="true">
            <kbd>Enter</kbd>
          </span>
        )}
        {(text || words) && (
          <IconButton
            label="Clear the search"
            icon={X}
            onClick={({ currentTarget }) => {
              currentTarget.form?.querySelector('input')?.focus();
              setText('');
              onSearch('');
            }}
          />
        )}
      </form>
    </search>
  );
}
