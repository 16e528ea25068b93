import { Bot, MicOff, UserRound } from 'lucide-react';
import { useRef } from 'react';
import type { Turn } from '@/shared/api/types';
import { Player, type PlayerHandle } from '@/shared/audio/player';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { Ltr, Said } from '@/shared/ui/text';
import styles from './conversation.module.css';
import { Timings } from './timings';
import { Transcript } from './transcript';
import { isOver } from './turn-state';

interface Props {
  turns: readonly Turn[];
  live: boolean;
  /** Sounds and times belong to the call's page; the live page is to be read. */
  full?: boolean;
}

/** What was said, as a conversation: the caller at the start side, the answer at the end. */
export function Conversation({ turns, live, full }: Props) {
  return (
    <ol className={styles.turns}>
      {turns.map((turn) => (
        <li key={turn.turn} className={styles.turn}>
          <Heard turn={turn} full={full ?? false} />
          <Answered turn={turn} live={live} full={full ?? false} />
          {full && <Timings turn={turn} />}
        </li>
      ))}
    </ol>
  );
}

function Heard({ turn, full }: { turn: Turn; full: boolean }) {
  const { t, format } = useLocale();
  const player = useRef<PlayerHandle>(null);
  const waiting = turn.heard === null || turn.heard === undefined;
  return (
    <div className={styles.caller}>
      <span className={styles.face}>
        <UserRound size={16} aria-hidden />
      </span>
      <div className={styles.bubble}>
        <p className={styles.who}>
          {t('call.heard')}
          <Ltr className={styles.at}>{format.time(turn.received_at)}</Ltr>
          {turn.purpose === 'message' && <Badge tone="info">{t('call.message')}</Badge>}
        </p>
        {turn.heard ? (
          full && turn.caller_audio && turn.audio_ms ? (
            <Transcript
              text={turn.heard}
              durationS={turn.audio_ms / 1000}
              onWord={(at) => player.current?.playFrom(at)}
            />
          ) : (
            <p dir="auto">{turn.heard}</p>
          )
        ) : waiting && !isOver(turn) ? (
          <Dots label={t('call.transcribing')} />
        ) : (
          <p className={styles.none}>
            <MicOff size={15} aria-hidden /> {t('call.notHeard')}
          </p>
        )}
        {full && turn.caller_audio && (
          <Player
            ref={player}
            address={turn.caller_audio}
            label={t('player.caller')}
            durationMs={turn.audio_ms}
            compact
          />
        )}
      </div>
    </div>
  );
}

function Answered({ turn, live, full }: { turn: Turn; live: boolean; full: boolean }) {
  const { t, format } = useLocale();
  // One thing at a time: no answer is being prepared to words that are not known yet.
  const preparing = live && !isOver(turn) && Boolean(turn.heard);
  if (!turn.answered && !turn.reply_audio && !turn.reason && !preparing) return null;
  return (
    <div className={styles.reply}>
      <span className={styles.face}>
        <Bot size={16} aria-hidden />
      </span>
      <div className={styles.bubble}>
        <p className={styles.who}>
          {t('call.answered')}
          {turn.answered_at && <Ltr className={styles.at}>{format.time(turn.answered_at)}</Ltr>}
          {turn.intent && (
            <Badge>
              <Said>{turn.intent}</Said>
            </Badge>
          )}
        </p>
        {turn.answered ? (
          <p dir="auto">{turn.answered}</p>
        ) : preparing ? (
          <Dots label={t('call.thinking')} />
        ) : (
          (turn.state === 'rejected' || turn.state === 'dead') && <NoAnswer turn={turn} full={full} />
        )}
        {full && turn.reply_audio && <Player address={turn.reply_audio} label={t('player.reply')} compact />}
      </div>
    </div>
  );
}

/** Why nothing was answered: the state in the reader's words, and on the call's page the engine's own, for whoever looks into it. */
function NoAnswer({ turn, full }: { turn: Turn; full: boolean }) {
  const { t } = useLocale();
  return (
    <>
      <p className={styles.none}>{t(turn.state === 'rejected' ? 'call.rejected' : 'call.dead')}</p>
      {full && turn.reason && (
        <p className={styles.none}>
          {t('call.reason')}: <Said>{turn.reason}</Said>
        </p>
      )}
    </>
  );
}

function Dots({ label }: { label: string }) {
  return (
    <p className={styles.dots}>
      <span className="hidden-visually">{label}</span>
      <i aria-hidden />
      <i aria-hidden />
      <i aria-hidden />
    </p>
  );
}
