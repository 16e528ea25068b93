import { useMemo } from 'react';
import { spokenWords } from '@/shared/audio/words';
import { useLocale } from '@/shared/i18n/use-locale';
import styles from './conversation.module.css';

interface Props {
  text: string;
  durationS: number;
  /** Seconds from the beginning at which the word was said. */
  onWord: (at: number) => void;
}

/** What was heard; a word that is pressed plays the sound from there. */
export function Transcript({ text, durationS, onWord }: Props) {
  const { t } = useLocale();
  const words = useMemo(() => spokenWords(text, durationS), [text, durationS]);
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the pointer's way; the keyboard's is the slider of the player below
    <p
      dir="auto"
      className={styles.words}
      title={t('call.wordSeeks')}
      onClick={(event) => {
        const at = (event.target as HTMLElement).dataset.at;
        if (at !== undefined && !window.getSelection()?.toString()) onWord(Number(at));
      }}
    >
      {words.map((word, index) => (
        <span key={index} data-at={word.at}>
          {word.text}{' '}
        </span>
      ))}
    </p>
  );
}
