import { Ban, FileText, LoaderCircle, MapPin } from 'lucide-react';
import type { MessageMedia, WhatsAppMessage } from '@/shared/api/whatsapp';
import { Player } from '@/shared/audio/player';
import { useLocale } from '@/shared/i18n/use-locale';
import { Ltr, Said } from '@/shared/ui/text';
import styles from './chat.module.css';
import { kindWords, refusedWords, sizeText } from './words';

/** A file of a message: shown, played, or led to; what was refused says why. */
export function Media({ message, media }: { message: WhatsAppMessage; media: MessageMedia }) {
  const { t } = useLocale();
  const name = media.name || kindWords(t, message);
  if (media.state === 'refused')
    return (
      <p className={styles.refused}>
        <Ban size={18} aria-hidden />
        <span>
          <Said>{name}</Said>
          <br />
          {refusedWords(t, media)}
        </span>
      </p>
    );
  if (!media.url)
    return (
      <p className={styles.file}>
        <LoaderCircle size={18} aria-hidden />
        <span>
          <Said>{name}</Said>
          <br />
          <small>{t(media.state === 'fetching' ? 'whatsapp.fetching' : 'whatsapp.onItsWay')}</small>
        </span>
      </p>
    );
  const away = { href: media.url, target: '_blank', rel: 'noopener noreferrer' };
  switch (message.kind) {
    case 'image':
    case 'sticker':
      return (
        <a {...away} className={styles.picture} data-sticker={message.kind === 'sticker' || undefined}>
          <img src={media.thumbnail_url ?? media.url} alt={name} loading="lazy" />
        </a>
      );
    case 'audio':
      return (
        <div className={styles.voice}>
          <Player compact address={media.url} label={t('whatsapp.kind.audio')} />
          {media.transcript && (
            <p className={styles.transcript}>
              <span className="hidden-visually">{t('whatsapp.transcript')}</span>
              <Said>{media.transcript}</Said>
            </p>
          )}
        </div>
      );
    case 'video':
      return (
        // eslint-disable-next-line jsx-a11y/media-has-caption -- a customer's own film has none
        <video className={styles.film} src={media.url} controls preload="metadata" aria-label={name} />
      );
    default:
      return (
        <a {...away} className={styles.file}>
          <FileText size={24} aria-hidden />
          <span>
            <Said>{name}</Said>
            <br />
            <small>{media.size != null && <Ltr>{sizeText(media.size)}</Ltr>}</small>
          </span>
        </a>
      );
  }
}

export function Place({ location }: { location: NonNullable<WhatsAppMessage['location']> }) {
  const { t } = useLocale();
  const where = `${location.latitude},${location.longitude}`;
  return (
    <a
      className={styles.file}
      href={`https://www.google.com/maps?q=${encodeURIComponent(where)}`}
      target="_blank"
      rel="noopener noreferrer"
    >
      <MapPin size={24} aria-hidden />
      <span>
        <Said>{location.name || t('whatsapp.kind.location')}</Said>
        <br />
        <small>{location.address ? <Said>{location.address}</Said> : <Ltr>{where}</Ltr>}</small>
      </span>
    </a>
  );
}
