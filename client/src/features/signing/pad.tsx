import { Eraser } from 'lucide-react';
import SignaturePad from 'signature_pad';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import type { Strokes } from './api/sign';
import styles from './signing.module.css';
import { strokesOf } from './strokes';

/** Where one signs with a finger; ink in the colour of the page's ink. */
export function Pad({ empty, onChange }: { empty: boolean; onChange: (strokes: Strokes) => void }) {
  const { t } = useLocale();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<SignaturePad>(null);
  const drawn = useEffectEvent(() => {
    const sheet = canvas.current;
    if (sheet && pad.current)
      onChange(strokesOf(pad.current.toData(), sheet.clientWidth, sheet.clientHeight));
  });
  useEffect(() => {
    const sheet = canvas.current;
    if (!sheet) return;
    const one = new SignaturePad(sheet, {
      penColor: getComputedStyle(sheet).color,
      minWidth: 1,
      maxWidth: 3,
    });
    pad.current = one;
    // As sharp as the screen; a screen that is turned begins anew, or lines would be where no finger was.
    const fit = () => {
      const ratio = Math.min(window.devicePixelRatio || 1, 3);
      sheet.width = sheet.clientWidth * ratio;
      sheet.height = sheet.clientHeight * ratio;
      sheet.getContext('2d')?.scale(ratio, ratio);
      one.clear();
      drawn();
    };
    fit();
    let width = sheet.clientWidth;
    const watch = new ResizeObserver(() => {
      if (sheet.clientWidth === width) return;
      width = sheet.clientWidth;
      fit();
    });
    watch.observe(sheet);
    const end = () => drawn();
    one.addEventListener('endStroke', end);
    return () => {
      watch.disconnect();
      one.removeEventListener('endStroke', end);
      one.off();
    };
  }, []);
  return (
    <div className={styles.pad}>
      <p className="hidden-visually">
        {t('sign.pad')}. {t('sign.padAlt')}
      </p>
      <canvas ref={canvas} className={styles.sheet} aria-hidden />
      {empty ? (
        <span className={styles.padHint} aria-hidden>
          {t('sign.padHint')}
        </span>
      ) : (
        <Button
          small
          look="quiet"
          className={styles.wipe}
          onClick={() => {
            pad.current?.clear();
            onChange([]);
          }}
        >
          <Eraser size={16} aria-hidden />
          {t('sign.clear')}
        </Button>
      )}
    </div>
  );
}
