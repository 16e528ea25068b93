import * as Radix from '@radix-ui/react-dialog';
import { Search } from 'lucide-react';
import { useId, useState } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { isKey } from '@/shared/keys/shortcuts';
import { cx } from '@/shared/ui/cx';
import styles from './command-palette.module.css';
import { useCommands } from './use-commands';

interface Props {
  open: boolean;
  onClose: () => void;
  onSheet: () => void;
}

/** One field that leads everywhere: pages, calls, businesses, actions. */
export function CommandPalette({ open, onClose, onSheet }: Props) {
  const { t, dir } = useLocale();
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className={styles.veil} data-modal="">
          <Radix.Content className={styles.palette} dir={dir} aria-describedby={undefined}>
            <Radix.Title className="hidden-visually">{t('palette.open')}</Radix.Title>
            <Finder onClose={onClose} onSheet={onSheet} />
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Finder({ onClose, onSheet }: Omit<Props, 'open'>) {
  const { t } = useLocale();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const groups = useCommands(typed, onSheet);
  const all = groups.flatMap((group) => group.commands);
  const current = Math.min(at, all.length - 1);

  const run = (index: number) => {
    const command = all[index];
    if (!command) return;
    onClose();
    command.run();
  };
  const move = (to: number) => {
    const next = (to + all.length) % Math.max(all.length, 1);
    setAt(next);
    document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
  };

  const starts = groups.map((_, g) => groups.slice(0, g).reduce((sum, one) => sum + one.commands.length, 0));
  return (
    <>
      <div className={styles.field}>
        <Search size={20} aria-hidden />
        <input
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={current >= 0 ? `${id}-${current}` : undefined}
          aria-autocomplete="list"
          aria-label={t('palette.open')}
          placeholder={t('palette.placeholder')}
          dir="auto"
          value={typed}
          onChange={(change) => {
            setTyped(change.target.value);
            setAt(0);
          }}
          onKeyDown={(press) => {
            if (isKey(press, 'ArrowDown')) move(current + 1);
            else if (isKey(press, 'ArrowUp')) move(current - 1);
            else if (isKey(press, 'Enter') && !press.nativeEvent.isComposing) run(current);
            else return;
            press.preventDefault();
          }}
        />
      </div>
      <div className={styles.list} id={`${id}-list`} role="listbox" aria-label={t('palette.open')}>
        {groups.map((group, g) => (
          <div key={group.title} role="group" aria-label={t(group.title)}>
            <p className={styles.heading} aria-hidden>
              {t(group.title)}
            </p>
            {group.commands.map((command, c) => {
              const mine = (starts[g] ?? 0) + c;
              return (
                // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field keeps the focus and the keys; an option is only for the pointer
                <div
                  key={command.id}
                  id={`${id}-${mine}`}
                  role="option"
                  aria-selected={mine === current}
                  className={cx(styles.option, mine === current && styles.current)}
                  onClick={() => run(mine)}
                  onPointerMove={() => setAt(mine)}
                >
                  <command.icon size={18} aria-hidden />
                  <bdi dir={command.ltr ? 'ltr' : 'auto'}>{command.text}</bdi>
                  {command.beside && <span className={styles.beside}>{command.beside}</span>}
                </div>
              );
            })}
          </div>
        ))}
        {all.length === 0 && <p className={styles.none}>{t('palette.none')}</p>}
      </div>
      <p className={styles.hint}>{t('palette.hint')}</p>
    </>
  );
}
